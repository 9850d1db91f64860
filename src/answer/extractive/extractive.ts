import type { Answerer, Rarities, Source } from "../answerer.ts";
import type { Answer } from "../citation.ts";
import { type Part, compose } from "../compose.ts";
import { type Question, spokenText } from "../question.ts";
import { type Quote, citationOf, unwrapped } from "../quote.ts";
import { nothingFound, refusalOf } from "../refusal.ts";
import { type Candidate, candidatesOf } from "./relevance.ts";

/** Below this share of what the question is about, the documents do not say. */
const COVERAGE_MIN = 0.34;
/** A further sentence must be about as good as the best. */
const RELEVANCE_SHARE_MIN = 0.85;
const SENTENCES_MAX = 3;
/** Two sentences that share this much of their terms say the same. */
const SAME_SHARE_MIN = 0.7;

/** Answers in the documents' own words: the best sentences, each with its citation. Needs no model. */
export class ExtractiveAnswerer implements Answerer {
  async answer(
    question: Question,
    sources: readonly Source[],
    { rarities }: { rarities?: Rarities } = {},
  ): Promise<Answer> {
    if (sources.length === 0) return nothingFound(spokenText(question));
    const answer = extract(question.resolved, sources, rarities, question.asked);
    return answer.metadata.citations.length > 0 ? answer : refusalOf(spokenText(question));
  }
}

/**
 * The sentence that answers best first, then up to two others about as good in the order of the
 * sources; each is a section with one citation of exactly that sentence. The first row of a table is told under the names
 * of its columns, and cites these too. A refusal when no sentence covers enough of the question. Pure.
 * @param asked as it was written, before it was found out what it means
 */
export function extract(
  question: string,
  sources: readonly Source[],
  rarities?: Rarities,
  asked = question,
): Answer {
  const candidates = candidatesOf(question, sources, rarities, asked);
  const best = bestOf(candidates);
  if (!best || best.coverage < COVERAGE_MIN) return refusalOf(question);
  const chosen = [best, ...othersOf(best, candidates)];
  return compose(sectionsOf(chosen));
}

/** Rows of one table have the names of its columns told once, and follow each other as they do there. */
function sectionsOf(chosen: readonly Candidate[]): Part[] {
  const told = new Set<Quote>();
  return chosen.map(({ quote, lines, columns }, index) => {
    const names = columns && !told.has(columns) ? [columns] : [];
    names.forEach((each) => told.add(each));
    const goesOn = columns !== undefined && columns === chosen[index - 1]?.columns;
    return {
      ...(goesOn && { gap: "\n" }),
      text: [...names, ...lines].map(({ text }) => unwrapped(text)).join("\n"),
      citations: [quote, ...names].map(citationOf),
    };
  });
}

function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates[0];
  for (const candidate of candidates)
    if (best && candidate.relevance > best.relevance) best = candidate;
  return best;
}

function othersOf(best: Candidate, candidates: readonly Candidate[]): Candidate[] {
  const chosen = [best];
  const byRelevance = candidates
    .filter(
      ({ relevance, coverage }) =>
        relevance >= RELEVANCE_SHARE_MIN * best.relevance && coverage >= COVERAGE_MIN,
    )
    .toSorted((a, b) => b.relevance - a.relevance);
  for (const candidate of byRelevance) {
    if (chosen.length === SENTENCES_MAX) break;
    if (!chosen.some((other) => saySame(other, candidate))) chosen.push(candidate);
  }
  return candidates.filter((candidate) => candidate !== best && chosen.includes(candidate));
}

function saySame({ quote: a }: Candidate, { quote: b }: Candidate): boolean {
  const shared = [...a.terms].filter((term) => b.terms.has(term)).length;
  return a.text === b.text || shared >= SAME_SHARE_MIN * Math.min(a.terms.size, b.terms.size);
}
