import { type Corpus, lengthNorm, saturated } from "./bm25.ts";
import { CodeTable } from "../terms/code-table.ts";
import type { QuestionTerms, ScoredCandidate } from "./question-terms.ts";
import { opensPlace } from "../terms/term-sequence.ts";

/** The best segments, whose words are asked for as well. */
const FEEDBACK_SEGMENTS = 10;
/** Words of theirs that are looked at, and that are taken. */
const WORDS_CONSIDERED = 80;
const WORDS_MAX = 20;
/** In fewer of them a word is chance, or the matter of one segment. */
const FEEDBACK_COUNT_MIN = 2;
/** What they weigh together at most, as a share of the question's own terms. */
const WEIGHT_SHARE = 0.4;
/**
 * Where one segment stands out, it is the answer, and other words lead away from it: by the mean score of the
 * feedback segments as a share of the best one's, nothing is added up to the first, all from the second.
 */
const CROWDED_FROM = 0.5;
const CROWDED_FULLY = 0.9;

/**
 * Scores segments again by the words that are frequent in the best of them and rare among the rest: what is
 * about a thing uses more words for it than a question does (relevance model RM3, Lavrenko and Croft 2001, with
 * the candidates as background).
 * @param scored best first
 */
export function expandedBy(
  scored: readonly ScoredCandidate[],
  terms: QuestionTerms,
  corpus: Corpus,
): readonly ScoredCandidate[] {
  const share = WEIGHT_SHARE * crowding(scored);
  if (share === 0) return scored;
  const words = wordsOf(scored, terms, corpus);
  if (words.length === 0) return scored;
  const sum = words.reduce((total, { weight }) => total + weight, 0);
  const table = new CodeTable(words.map(({ code }) => code));
  return scored.map((segment) => {
    const norm = lengthNorm(segment.length, corpus);
    const more = frequenciesIn(segment, table, words.length).reduce(
      (total, frequency, number) =>
        total + (words[number]?.weight ?? 0) * saturated(frequency, norm),
      0,
    );
    return { ...segment, score: segment.score + (share * terms.weightSum * more) / sum };
  });
}

/** How little the best segment stands out, from 0 to 1. */
function crowding(scored: readonly ScoredCandidate[]): number {
  const best = scored[0]?.score ?? 0;
  const others = scored.slice(1, FEEDBACK_SEGMENTS);
  if (best <= 0 || others.length === 0) return 0;
  const mean = others.reduce((sum, { score }) => sum + score, 0) / others.length;
  return Math.min(1, Math.max(0, (mean / best - CROWDED_FROM) / (CROWDED_FULLY - CROWDED_FROM)));
}

interface ExpansionWord {
  readonly code: number;
  readonly weight: number;
}

function wordsOf(
  scored: readonly ScoredCandidate[],
  terms: QuestionTerms,
  corpus: Corpus,
): ExpansionWord[] {
  const frequent = frequentIn(scored.slice(0, FEEDBACK_SEGMENTS), terms, corpus);
  const table = new CodeTable(frequent.map(({ code }) => code));
  const counts = new Float64Array(frequent.length);
  for (const segment of scored)
    frequenciesIn(segment, table, frequent.length).forEach((frequency, number) => {
      if (frequency > 0) counts[number] = (counts[number] ?? 0) + 1;
    });
  return frequent
    .map(({ code, weight }, number) => {
      const rarity = Math.log((scored.length + 1) / ((counts[number] ?? 0) + 0.5));
      return { code, weight: weight * rarity };
    })
    .toSorted(heaviestFirst)
    .slice(0, WORDS_MAX);
}

/** The words of these segments, but the question's own: those that weigh most by frequency and score. */
function frequentIn(
  feedback: readonly ScoredCandidate[],
  terms: QuestionTerms,
  corpus: Corpus,
): ExpansionWord[] {
  const weights = new Map<number, { weight: number; segments: number }>();
  for (const { sequence, length, score } of feedback) {
    const counts = new Map<number, number>();
    for (const code of sequence.body)
      if (opensPlace(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
    const norm = lengthNorm(length, corpus);
    for (const [code, count] of counts) {
      const { weight, segments } = weights.get(code) ?? { weight: 0, segments: 0 };
      const more = score * saturated(count, norm);
      weights.set(code, { weight: weight + more, segments: segments + 1 });
    }
  }
  return Array.from(weights, ([code, sums]) => ({ code, ...sums }))
    .filter(
      ({ code, segments }) => segments >= FEEDBACK_COUNT_MIN && terms.table.numberOf(code) < 0,
    )
    .toSorted(heaviestFirst)
    .slice(0, WORDS_CONSIDERED);
}

function frequenciesIn(
  { sequence }: ScoredCandidate,
  table: CodeTable,
  size: number,
): Float64Array {
  const frequencies = new Float64Array(size);
  for (let at = 0; at < sequence.body.length; at++) {
    const number = table.numberOf(sequence.body[at] ?? 0);
    if (number >= 0) frequencies[number] = (frequencies[number] ?? 0) + 1;
  }
  return frequencies;
}

function heaviestFirst(a: ExpansionWord, b: ExpansionWord): number {
  return b.weight - a.weight || a.code - b.code;
}
