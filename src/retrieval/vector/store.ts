import type { Vector } from "../../inference/embeddings.ts";
import { embeddedSegments } from "../../metrics/embedding.ts";
import type { Database, Sql } from "../../postgres/sql.ts";
import type { SegmentScope } from "../index/segment-index.ts";
import { arrayOf, batchesOf, type Hit } from "../store.ts";
import { inTransaction } from "../../postgres/transaction.ts";
import { sleep } from "../../service.ts";
import { createTable, touchModel, type VectorTable } from "./table.ts";

/** A segment that has no vector yet, as far as it is embedded. */
export interface BareSegment {
  readonly id: string;
  readonly segmentIndex: number;
  readonly headings: string;
  readonly text: string;
}

export interface NewVector {
  readonly id: string;
  readonly vector: Vector;
}

export interface VectorQuery {
  readonly workspaceId: string;
  readonly vector: Vector;
  readonly limit: number;
  readonly documentIds?: readonly string[] | undefined;
}

/**
 * Up to so many of a workspace's vectors are all compared, which is exact: 15 ms in the embedded database,
 * 3 ms on a server.
 */
const EXACT_MAX = 10_000;
/** Rows of one statement: 40 ms of the embedded database, most of it for the graph. */
const INSERT_MAX = 8;
/** How many vectors the graph's walk keeps in view: twice as many as are wanted, at least this: with as many, a quarter of the nearest 100 of 20,000 was missed. */
const EF_SEARCH_MIN = 200;
const EF_SEARCH_MAX = 1_000;

/** The vectors of one model. */
export class VectorStore {
  readonly #tables = new Map<number, VectorTable>();
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param walksOn whether pgvector goes on walking the graph until it has found enough (0.8)
   * @param exactMax vectors of a workspace that are all compared
   */
  constructor(
    private readonly sql: Database,
    readonly model: string,
    private readonly walksOn: boolean,
    private readonly exactMax: number = EXACT_MAX,
  ) {}

  /** The table of this model's vectors of a dimension; made if this is the first of them. */
  async table(dimensions: number): Promise<VectorTable> {
    const known = this.#tables.get(dimensions);
    if (known) return known;
    const table = await createTable(this.sql, this.model, dimensions);
    this.#tables.set(dimensions, table);
    return table;
  }

  /** The same, if it is there. */
  async findTable(dimensions: number): Promise<VectorTable | undefined> {
    const known = this.#tables.get(dimensions);
    if (known) return known;
    const [row] = await this.sql<{ id: number }[]>`
      select id from embedding_models where name = ${this.model} and dimensions = ${dimensions}`;
    return row && (await this.table(dimensions));
  }

  /** The table that this model's vectors were last put into. */
  async currentTable(): Promise<VectorTable | undefined> {
    const [row] = await this.sql<{ dimensions: number }[]>`
      select dimensions from embedding_models where name = ${this.model} order by used_at desc limit 1`;
    return row && (await this.table(row.dimensions));
  }

  /** The same, in use from now on: made anew if another process has removed it meanwhile. */
  async useTable(dimensions: number): Promise<VectorTable> {
    const table = await this.table(dimensions);
    if (await touchModel(this.sql, table)) return table;
    this.forgetTables();
    return await this.table(dimensions);
  }

  /** For when one of them turned out to be gone. */
  forgetTables(): void {
    this.#tables.clear();
  }

  /**
   * Stores vectors, a few at a time and one caller after the other: whoever searches the embedded database
   * waits for no more than that.
   */
  async insert(table: VectorTable, rows: readonly NewVector[]): Promise<void> {
    const mine = this.#writing.then(() => this.#insert(table, rows));
    this.#writing = mine.catch(() => undefined);
    await mine;
  }

  async #insert(table: VectorTable, rows: readonly NewVector[]): Promise<void> {
    for (const batch of batchesOf(rows, INSERT_MAX)) {
      const beganAt = performance.now();
      await insertVectors(this.sql, table, batch);
      embeddedSegments.inc(batch.length);
      if (this.sql.options.path) await sleep(performance.now() - beganAt);
    }
  }

  /** The nearest first; `score` is the cosine. */
  async search(table: VectorTable, query: VectorQuery): Promise<Hit[]> {
    if (query.documentIds || !(await this.#isLarge(table, query.workspaceId)))
      return await searchExactly(this.sql, table, query);
    const found = await this.#walk(table, query);
    // The workspace is a small part of all: the walk has given up before it had enough.
    return found.length < query.limit ? await searchExactly(this.sql, table, query) : found;
  }

  async #isLarge({ name, hasGraph }: VectorTable, workspaceId: string): Promise<boolean> {
    if (!hasGraph) return false;
    const [row] = await this.sql<{ count: number }[]>`
      select count(*)::integer as count from (
        select from ${this.sql(name)} where workspace_id = ${workspaceId} limit ${this.exactMax + 1}) counted`;
    return (row?.count ?? 0) > this.exactMax;
  }

  /**
   * By the graph of all workspaces' vectors, passing over those of others. The settings are the transaction's own,
   * behind a pooler too. Nothing but the graph is left to the planner, which takes it for dearer than it is: the
   * `case` keeps it from the index of the workspace.
   */
  async #walk({ name, column }: VectorTable, query: VectorQuery): Promise<Hit[]> {
    const ef = Math.min(EF_SEARCH_MAX, Math.max(EF_SEARCH_MIN, 2 * query.limit));
    return await inTransaction(this.sql, async (tx) => {
      await tx`select set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true),
        set_config('hnsw.ef_search', ${String(ef)}, true)`;
      if (this.walksOn) await tx`select set_config('hnsw.iterative_scan', 'strict_order', true)`;
      return await tx<Hit[]>`
        select s.document_id as "documentId", s.segment_index as "segmentIndex", found.score
        from (
          select segment_id, -(embedding <#> ${textOf(query.vector)}::text::${tx(column)}) as score from ${tx(name)}
          where case when workspace_id = ${query.workspaceId} then true else false end
          order by embedding <#> ${textOf(query.vector)}::text::${tx(column)} limit ${query.limit}
        ) found
        join segments s on s.id = found.segment_id
        order by found.score desc, s.document_id, s.segment_index`;
    });
  }
}

async function searchExactly(
  sql: Sql,
  { name, column }: VectorTable,
  { workspaceId, vector, limit, documentIds }: VectorQuery,
): Promise<Hit[]> {
  const among = documentIds ? sql`and document_id = any(${[...documentIds]}::uuid[])` : sql``;
  // A sum, since by the distance itself the planner may walk the graph.
  return await sql<Hit[]>`
    select s.document_id as "documentId", s.segment_index as "segmentIndex", found.score
    from (
      select segment_id, -(embedding <#> ${textOf(vector)}::text::${sql(column)}) as score from ${sql(name)}
      where workspace_id = ${workspaceId} ${among}
      order by (embedding <#> ${textOf(vector)}::text::${sql(column)}) + 0 limit ${limit}
    ) found
    join segments s on s.id = found.segment_id
    order by found.score desc, s.document_id, s.segment_index`;
}

/** Segments of a document without a vector in the table, if there is one, in reading order from `from` on. */
export async function findBareSegments(
  sql: Sql,
  table: VectorTable | undefined,
  { workspaceId, documentId }: SegmentScope,
  from: number,
  limit: number,
): Promise<BareSegment[]> {
  const bare = table
    ? sql`and not exists (select from ${sql(table.name)} v where v.segment_id = s.id)`
    : sql``;
  return await sql<BareSegment[]>`
    select s.id, s.segment_index as "segmentIndex", s.headings, s.text from segments s
    where s.document_id = ${documentId} and s.workspace_id = ${workspaceId} and s.segment_index >= ${from} ${bare}
    order by s.segment_index limit ${limit}`;
}

/** Stores vectors; those of segments that are gone by now are left out. */
async function insertVectors(
  sql: Sql,
  { name, column }: VectorTable,
  rows: readonly NewVector[],
): Promise<void> {
  // Locked, so that whoever deletes a segment meanwhile finds its vector.
  await sql`
    insert into ${sql(name)} (segment_id, workspace_id, document_id, embedding)
    select s.id, s.workspace_id, s.document_id, added.embedding::${sql(column)}
    from unnest(${arrayOf(rows.map(({ id }) => id))}::text::bigint[],
      ${rows.map(({ vector }) => textOf(vector))}::text[]) as added (id, embedding)
    join segments s on s.id = added.id
    order by s.id for key share of s
    on conflict (segment_id) do nothing`;
}

/** Which of these have no vector. */
export async function findUnembedded(
  sql: Sql,
  { name }: Pick<VectorTable, "name">,
  hits: readonly Hit[],
): Promise<Pick<Hit, "documentId" | "segmentIndex">[]> {
  return await sql<Pick<Hit, "documentId" | "segmentIndex">[]>`
    select s.document_id as "documentId", s.segment_index as "segmentIndex"
    from unnest(${hits.map(({ documentId }) => documentId)}::uuid[],
      ${hits.map(({ segmentIndex }) => segmentIndex)}::integer[]) as hit (document_id, segment_index)
    join segments s using (document_id, segment_index)
    where not exists (select from ${sql(name)} v where v.segment_id = s.id)`;
}

/** More digits than half a float keeps. */
const DIGITS = 6;

function textOf(vector: Vector): string {
  return `[${Array.from(vector, (each) => Number(each.toPrecision(DIGITS))).join(",")}]`;
}
