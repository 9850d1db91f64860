import type { Sql } from "../../postgres/sql.ts";
import { inSlices } from "../../service.ts";
import { B, type Corpus, K1, saturation } from "../ranking/bm25.ts";
import { saltedTerm, workspaceDigit } from "./keys.ts";
import type {
  Candidates,
  DocumentSegments,
  SegmentIndex,
  SegmentQuery,
  SegmentScope,
} from "./segment-index.ts";
import {
  batchesOf,
  deleteSegments,
  insertSegments,
  loadCorpus,
  rowsOf,
  type SegmentRow,
} from "../store.ts";
import { NO_SEQUENCE, unpackSequences } from "../terms/term-sequence.ts";

/** What a term is worth that every segment has: next to nothing, but it is found by it. */
const WEIGHT_MIN = 1e-6;

/** Rows that one statement inserts. */
const BATCH_SIZE_MAX = 500;

/** A term of every segment of a workspace: its document frequency is the number of those segments. */
const EVERYWHERE = "";

/** A segment of the workspace that may be a hit. */
interface CandidateRow {
  readonly documentId: string;
  readonly segmentIndex: number;
  readonly length: number;
  /**
   * Its sequence in base64; of a segment that was stored by an earlier version, its salted terms with spaces
   * between. Nothing of another workspace's, which the index gives where this one has too few.
   */
  readonly content: string | null;
}

/** BM25 by the extension pg_textsearch, corrected to count one workspace alone. */
export class TextsearchIndex implements SegmentIndex {
  readonly kind = "pg_textsearch";

  async add(
    tx: Sql,
    documents: readonly DocumentSegments[],
    onProgress?: (share: number) => void,
  ): Promise<void> {
    const rows = rowsOf(documents);
    await insertSegments(tx, documents, rows, (share) => onProgress?.(share / 2));
    const salted = await inSlices(saltedRows(rows));
    let stored = 0;
    for (const batch of batchesOf(salted, BATCH_SIZE_MAX)) {
      await tx`insert into salted_segments (document_id, segment_index, workspace_digit, salted_terms, length)
        select * from unnest(${batch.map(({ documentId }) => documentId)}::uuid[],
          ${batch.map(({ segmentIndex }) => segmentIndex)}::integer[],
          ${batch.map(({ workspaceId }) => workspaceDigit(workspaceId))}::text[],
          ${batch.map(({ saltedTerms }) => saltedTerms)}::text[], ${batch.map(({ length }) => length)}::integer[])`;
      stored += batch.length;
      onProgress?.((1 + stored / salted.length) / 2);
    }
  }

  async remove(tx: Sql, documents: readonly SegmentScope[]): Promise<void> {
    await deleteSegments(tx, documents);
  }

  async candidates(sql: Sql, query: SegmentQuery): Promise<Candidates> {
    const { workspaceId } = query;
    const everywhere = saltedTerm(workspaceId, EVERYWHERE);
    const termOf = new Map(query.terms.map((term) => [saltedTerm(workspaceId, term), term]));
    // None waits for another's answer. A term that nobody has finds nothing.
    const [corpus, foreign, rows] = await Promise.all([
      loadCorpus(sql, workspaceId),
      loadWeights(sql, workspaceId, [...termOf.keys()]),
      loadCandidates(sql, query, [...termOf.keys()]),
    ]);
    const salted = ownWeights(foreign, everywhere, corpus);
    const weights = new Map(
      Array.from(salted, ([term, weight]) => [termOf.get(term) ?? "", weight]),
    );
    const own = rows.flatMap(({ content, ...place }) =>
      content === null ? [] : [{ place, content }],
    );
    const sequences = unpackSequences(
      own.map(({ content }) => (isSaltedTerms(content) ? "" : content)),
    );
    const segments = own.map(({ place, content }, at) => {
      const sequence = sequences[at] ?? NO_SEQUENCE;
      if (!isSaltedTerms(content)) return { ...place, sequence };
      return { ...place, sequence, score: scoreOf(content, place.length, salted, corpus) };
    });
    return { corpus, weights, segments };
  }
}

/** Of a candidate's content: base64 has no space. */
function isSaltedTerms(content: string): boolean {
  return content.includes(" ");
}

/** What the index holds of each segment. */
function* saltedRows(rows: readonly SegmentRow[]) {
  for (const { workspaceId, documentId, segmentIndex, terms } of rows) {
    const salted = [EVERYWHERE, ...terms].map((term) => saltedTerm(workspaceId, term));
    yield {
      workspaceId,
      documentId,
      segmentIndex,
      length: terms.length,
      saltedTerms: salted.join(" "),
    };
  }
}

/** The partition of `salted_segments` that a workspace is in, and its index. */
function partitionOf(workspaceId: string): { readonly table: string; readonly index: string } {
  const table = `salted_segments_${workspaceDigit(workspaceId)}`;
  return { table, index: `${table}_bm25` };
}

/**
 * The weight that the index gives each term that it has: ln((N + 1) / (df + ½)), with N the segments of
 * all workspaces in it. Read by scoring each term as a text of its own, whose saturation is one constant;
 * two scores of the same term, in texts of one word and of two, tell that constant.
 */
async function loadWeights(
  sql: Sql,
  workspaceId: string,
  terms: readonly string[],
): Promise<Map<string, number>> {
  const { index } = partitionOf(workspaceId);
  const everywhere = saltedTerm(workspaceId, EVERYWHERE);
  const texts = [`${everywhere} ${everywhere}x`, everywhere, ...terms];
  const queries = [everywhere, everywhere, ...terms];
  const rows = await sql<{ score: number }[]>`
    select -(text <@> to_bm25query(query, ${index})) as score
    from unnest(${texts}::text[], ${queries}::text[]) with ordinality alone (text, query, place) order by place`;
  const [ofTwo = 0, ofOne = 0] = rows.map(({ score }) => score);
  if (ofOne <= 0 || ofTwo <= 0) return new Map();
  // 1 / score grows linearly with the text's length; at length 0 it is free of the mean length.
  const saturationOfOne = ((K1 + 1) / (1 + K1 * (1 - B))) * (2 - ofOne / ofTwo);
  const weights = queries.map(
    (term, place) => [term, (rows[place]?.score ?? 0) / saturationOfOne] as const,
  );
  return new Map(weights.slice(1).filter(([, weight]) => weight > 0));
}

/**
 * The same weights within the workspace: ln((n + 1) / (df + ½)). A salted term occurs in one workspace
 * only, so its df is right already; the weight of a term that all n segments have tells N from n.
 */
function ownWeights(
  foreign: ReadonlyMap<string, number>,
  everywhere: string,
  { segmentCount: n }: Corpus,
): Map<string, number> {
  const excess = (foreign.get(everywhere) ?? 0) - Math.log((n + 1) / (n + 0.5));
  const own = Array.from(
    foreign,
    ([term, weight]) => [term, Math.max(weight - excess, WEIGHT_MIN)] as const,
  );
  return new Map(own.filter(([term]) => term !== everywhere));
}

async function loadCandidates(
  sql: Sql,
  { workspaceId, documentIds, limit }: SegmentQuery,
  terms: readonly string[],
): Promise<readonly CandidateRow[]> {
  const { table, index } = partitionOf(workspaceId);
  // Cast, since by an index on the id the planner would fetch all of a long document and score it word by word.
  const among = documentIds
    ? sql`where document_id::text = any(${documentIds.map((id) => id.toLowerCase())}::text[])`
    : sql``;
  // No CTE: within one the extension scores every row again, word by word, instead of telling the score that
  // it found the row by (226 ms instead of 2 for 180 candidates). Nor a join, which would read all segments.
  return await sql<CandidateRow[]>`
    select document_id as "documentId", segment_index as "segmentIndex", length,
      (select case when s.term_sequence = '' then found.salted_terms else encode(s.term_sequence, 'base64') end
        from segments s where s.document_id = found.document_id and s.segment_index = found.segment_index
        and s.workspace_id = ${workspaceId}) as content
    from ${sql(table)} found ${among}
    order by salted_terms <@> to_bm25query(${terms.join(" ")}, ${index}) limit ${limit}`;
}

function scoreOf(
  saltedTerms: string,
  length: number,
  weights: ReadonlyMap<string, number>,
  corpus: Corpus,
): number {
  let score = 0;
  for (const [term, weight] of weights) {
    const frequency = occurrencesOf(term, saltedTerms);
    if (frequency > 0) score += weight * saturation(frequency, length, corpus);
  }
  return score;
}

/** Salted terms have one length and no space, so that a match is always a whole term. */
function occurrencesOf(term: string, saltedTerms: string): number {
  let count = 0;
  for (
    let at = saltedTerms.indexOf(term);
    at >= 0;
    at = saltedTerms.indexOf(term, at + term.length)
  )
    count++;
  return count;
}
