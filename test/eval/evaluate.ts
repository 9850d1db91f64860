import { eventually } from "../support/eventually.ts";
import { scrape } from "../support/metrics.ts";
import type { SetUp } from "../support/set-up.ts";
import { type AnswerFigures, measureAnswers } from "./answer-measures.ts";
import { askAll } from "./ask.ts";
import { PlainBm25 } from "./baseline/bm25.ts";
import { PLAIN_TERMS } from "./baseline/terms.ts";
import { rankByPostgres } from "./baseline/ts-rank.ts";
import { type Shelf, shelve } from "./ingest.ts";
import { languageOfSet, type SetLanguage, withoutDiacritics } from "./language.ts";
import { measureRankings, type RankingFigures } from "./ranking-measures.ts";
import { type Searched, searchAll } from "./search.ts";
import type { EvaluationSet, Query } from "./set.ts";

/** What to do with each set. */
export interface Plan {
  readonly search: boolean;
  readonly answers: boolean;
  /** Also rank by `ts_rank_cd` and plain BM25. */
  readonly compare: boolean;
}

/** How well one way of finding did with the queries of a set. */
export interface SearchResult {
  /** "rag-engine, embedded, bm25", "plain BM25" */
  readonly by: string;
  readonly spelling: Spelling;
  readonly figures: RankingFigures;
  /** The engine's alone: how long each query took. */
  readonly tookMs?: readonly number[];
}

export interface SetResult {
  readonly set: EvaluationSet;
  readonly documentsPerSecond: number;
  /** The engine first, then what it is compared with, for each spelling of the queries. */
  readonly searches: readonly SearchResult[];
  readonly answers?: AnswerFigures;
}

/** Queries as the set has them, or as they are typed without diacritics. */
export type Spelling = "as written" | "no diacritics";

const DEPTH = 100;
/** A large set and a slow endpoint take their time. */
const EMBEDDED_WITHIN_MS = 3_600_000;
const SPELT: Readonly<Record<Spelling, (text: string) => string>> = {
  "as written": (text) => text,
  "no diacritics": withoutDiacritics,
};

/** Puts a set into the engine, asks it everything, and measures what comes back. */
export async function evaluateSet(
  setUp: SetUp,
  set: EvaluationSet,
  plan: Plan,
): Promise<SetResult> {
  const user = await setUp.user();
  const shelf = await shelve(user, set.documents);
  if (shelf.unreadable.length > 0)
    process.stderr.write(`  not readable: ${shelf.unreadable.join(", ")}\n`);
  await untilEmbedded(setUp);
  const searches =
    plan.search && set.queries.length > 0 ? await searchSet(setUp, shelf, set, plan) : [];
  const asksAll = plan.answers && set.questions.length > 0;
  const answers = asksAll ? await answerSet(shelf, set) : undefined;
  return {
    set,
    documentsPerSecond: shelf.documentsPerSecond,
    searches,
    ...(answers && { answers }),
  };
}

/** A document is found by its words before it has vectors; what they are worth is told once all have them. */
async function untilEmbedded(setUp: SetUp): Promise<void> {
  const isDone = async () => {
    const metrics = await scrape(setUp.url);
    const left = (state: string) => metrics.sum("rag_queue_jobs", { kind: "embed", state });
    return left("queued") + left("running") === 0;
  };
  await eventually(isDone, { timeoutMs: EMBEDDED_WITHIN_MS, pollMs: 1_000 });
}

async function searchSet(
  setUp: SetUp,
  shelf: Shelf,
  set: EvaluationSet,
  { compare }: Plan,
): Promise<SearchResult[]> {
  const language = languageOfSet(set.documents);
  const spellings: Spelling[] =
    language === "Vietnamese" ? ["as written", "no diacritics"] : ["as written"];
  const results: SearchResult[] = [];
  for (const spelling of spellings) {
    const queries = set.queries.map(({ id, text }) => ({ id, text: SPELT[spelling](text) }));
    const ids = queries.map(({ id }) => id);
    const { rankings, tookMs, methods } = await searchAll(shelf, queries);
    const figures = measureRankings(rankings, set.judgements, ids);
    const by = ["rag-engine", setUp.name, ...methods].join(", ");
    results.push({ by, spelling, figures, tookMs });
    for (const [name, found] of compare ? await baselines(set, queries, language) : [])
      results.push({ by: name, spelling, figures: measureRankings(found, set.judgements, ids) });
  }
  return results;
}

async function baselines(
  { documents }: EvaluationSet,
  queries: readonly Query[],
  language: SetLanguage,
): Promise<[string, Searched["rankings"]][]> {
  const bm25 = new PlainBm25(documents, PLAIN_TERMS[language]);
  const byBm25 = new Map(queries.map(({ id, text }) => [id, bm25.rank(text, DEPTH)]));
  const byPostgres = await rankByPostgres(documents, queries, { language, limit: DEPTH });
  return [
    ["plain BM25", byBm25],
    ["ts_rank_cd", byPostgres],
  ];
}

async function answerSet(shelf: Shelf, set: EvaluationSet): Promise<AnswerFigures> {
  return measureAnswers(await askAll(shelf, set.documents, set.questions));
}
