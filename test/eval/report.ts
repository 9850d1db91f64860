import { percentile } from "../bench/table.ts";
import { alignTable, ms } from "../support/table.ts";
import type { SearchResult, SetResult } from "./evaluate.ts";

const SEARCH_HEAD = [
  "set",
  "queries",
  "found by",
  "documents",
  "asked",
  "nDCG@10",
  "recall@10",
  "recall@100",
  "MRR@10",
  "ingested/s",
  "p50 · p95",
  "nDCG@10 of rag-engine",
];
const ANSWER_HEAD = [
  "set",
  "answerable",
  "answer in top citation",
  "… where it stands",
  "in any citation",
  "… where it stands",
  "refused",
  "unanswerable",
  "refused",
];

/** What was measured, as tables. */
export function renderReport(results: readonly SetResult[]): string {
  const searches = results.flatMap(searchRows);
  const answers = results.flatMap(answerRows);
  const tables = [
    searches.length > 0 ? alignTable([SEARCH_HEAD, ...searches]) : "",
    answers.length > 0 ? alignTable([ANSWER_HEAD, ...answers]) : "",
  ];
  return tables.filter((table) => table !== "").join("\n\n");
}

function searchRows({ set, documentsPerSecond, searches }: SetResult): string[][] {
  return searches.map((result) => {
    const { by, spelling, figures, tookMs } = result;
    return [
      set.name,
      spelling,
      by,
      String(set.documents.length),
      String(figures.queries),
      figures.ndcgAt10.toFixed(4),
      figures.recallAt10.toFixed(4),
      figures.recallAt100.toFixed(4),
      figures.mrrAt10.toFixed(4),
      tookMs ? documentsPerSecond.toFixed(0) : "",
      tookMs ? `${ms(percentile(tookMs, 0.5))} · ${ms(percentile(tookMs, 0.95))}` : "",
      comparison(result, searches),
    ];
  });
}

/** Of a baseline: how much better the engine is. Of other spellings: what they cost the engine. */
function comparison(result: SearchResult, searches: readonly SearchResult[]): string {
  if (result.tookMs === undefined) {
    const engine = searches.find(({ spelling, tookMs }) => tookMs && spelling === result.spelling);
    return engine ? `${relative(engine, result)} against it` : "";
  }
  const [asWritten] = searches;
  return asWritten && asWritten !== result ? `${relative(result, asWritten)} of as written` : "";
}

function relative({ figures: a }: SearchResult, { figures: b }: SearchResult): string {
  const change = b.ndcgAt10 === 0 ? Number.NaN : a.ndcgAt10 / b.ndcgAt10 - 1;
  return Number.isNaN(change) ? "—" : `${change < 0 ? "−" : "+"}${percent(Math.abs(change))}`;
}

function answerRows({ set, answers }: SetResult): string[][] {
  if (!answers) return [];
  return [
    [
      set.name,
      String(answers.answerable),
      percent(answers.topContains),
      percent(answers.topInPlace),
      percent(answers.anyContains),
      percent(answers.anyInPlace),
      percent(answers.refusedAnswerable),
      String(answers.unanswerable),
      answers.unanswerable > 0 ? percent(answers.refusedUnanswerable) : "—",
    ],
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
