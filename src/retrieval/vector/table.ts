import type { Database, Sql } from "../../postgres/sql.ts";
import { retryConflicts } from "../../postgres/transaction.ts";

/** Where the vectors of one model and dimension are. */
export interface VectorTable {
  readonly modelId: number;
  readonly name: string;
  /** The type of a vector in it. */
  readonly column: "vector" | "halfvec";
  /** Whether it has an HNSW index: such an index takes no more than so many dimensions. */
  readonly hasGraph: boolean;
}

/** Any constant: it keeps two processes from making one table at once. */
const TABLE_LOCK = 7_214_502;
/** What HNSW takes of each type. */
const GRAPH_DIMENSIONS_MAX = { vector: 2_000, halfvec: 4_000 } as const;
/** Vectors that fit a page stay in their row: read from elsewhere, each costs three more pages. */
const ROW_BYTES_MAX = 8_160;

/**
 * Makes the table of a model, or finds it: a table for each, since its index can then be made while it is
 * empty, in no time and in nobody's way, and since a model that is given up goes in no time too.
 */
export async function createTable(
  sql: Database,
  model: string,
  dimensions: number,
): Promise<VectorTable> {
  return await retryConflicts(async () => {
    const table = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${TABLE_LOCK})`;
      const [row] = await tx<{ id: number }[]>`
        insert into embedding_models (name, dimensions) values (${model}, ${dimensions})
        on conflict (name, dimensions) do update set used_at = now() returning id`;
      const described = describe(row?.id ?? 0, dimensions, Boolean(sql.options.path));
      await ensureTable(tx, described, dimensions);
      return described;
    });
    return table;
  });
}

/**
 * Half floats take half the memory and find as well; but WebAssembly has no instruction for them, and a graph
 * of them takes the embedded database three times as long to build.
 */
function describe(modelId: number, dimensions: number, embedded: boolean): VectorTable {
  const column = embedded && dimensions <= GRAPH_DIMENSIONS_MAX.vector ? "vector" : "halfvec";
  const hasGraph = dimensions <= GRAPH_DIMENSIONS_MAX[column];
  return { modelId, name: `segment_vectors_${modelId}`, column, hasGraph };
}

async function ensureTable(
  tx: Sql,
  { name, column, hasGraph }: VectorTable,
  dimensions: number,
): Promise<void> {
  // Names and numbers of our own alone.
  await tx.unsafe(`
    create table if not exists ${name} (
      segment_id bigint primary key,
      workspace_id uuid not null,
      document_id uuid not null,
      embedding ${column}(${dimensions}) not null
    ) with (toast_tuple_target = ${ROW_BYTES_MAX});
    create index if not exists ${name}_by_workspace on ${name} (workspace_id, document_id);
    ${hasGraph ? `create index if not exists ${name}_graph on ${name} using hnsw (embedding ${column}_ip_ops);` : ""}`);
}

/** Tells that the model is in use. @returns false if it has been removed meanwhile, as one that nobody uses */
export async function touchModel(sql: Sql, { modelId }: VectorTable): Promise<boolean> {
  const touched = await sql`update embedding_models set used_at = now() where id = ${modelId}`;
  return touched.count > 0;
}

/**
 * Removes the models that no process has used for so long, with their vectors.
 * @returns their names
 */
export async function dropUnusedModels(sql: Database, unusedSeconds: number): Promise<string[]> {
  return await retryConflicts(async () => {
    const dropped = await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${TABLE_LOCK})`;
      const rows = await tx<{ id: number; name: string }[]>`
        delete from embedding_models where used_at < now() - make_interval(secs => ${unusedSeconds}) returning id, name`;
      for (const { id } of rows) await tx.unsafe(`drop table if exists segment_vectors_${id}`);
      return rows.map(({ name }) => name);
    });
    return dropped;
  });
}
