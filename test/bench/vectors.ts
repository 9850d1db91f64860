import { join } from "node:path";
import type { Vector } from "../../src/inference/embeddings.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { keyOf } from "../../src/retrieval/vector/fusion.ts";
import { openVectors } from "../../src/retrieval/vector/open.ts";
import type { VectorStore } from "../../src/retrieval/vector/store.ts";
import type { VectorTable } from "../../src/retrieval/vector/table.ts";
import { temporaryFolder } from "../support/folder.ts";
import { ms } from "../support/table.ts";
import { percentile, type Row } from "./table.ts";

const DIMENSIONS = 384;
const SIZES = [5_000, 100_000];
const QUESTIONS = 100;
const HITS = 100;
/** Texts come in topics; without any, all vectors would be equally far from each other. */
const TOPICS = 500;
const NOISE = 1.2;
/** Rows of one statement. */
const BATCH = 5_000;
/** For the graph of the larger workspace, which is built at once here; the engine builds it row by row. */
const GRAPH_MEMORY = "400MB";

/** How quickly the embedded database finds the nearest vectors, and how many of them it finds. */
export async function benchVectors(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES) {
    const server = new EmbeddedPostgres({
      dataDir: join(temporaryFolder("bench-vectors"), "data"),
    });
    await server.start();
    const sql = connect({ socketPath: server.socketPath }, 1);
    await migrate(sql);
    const store = await openVectors(sql, "bench");
    if (!store) throw new Error("The embedded database has pgvector.");
    rows.push(...(await measure(sql, store, size)));
    await disconnect(sql, 1);
    await server.stop();
  }
  return rows;
}

async function measure(sql: Database, store: VectorStore, size: number): Promise<Row[]> {
  const table = await store.table(DIMENSIONS);
  const workspaceId = crypto.randomUUID();
  const documentId = crypto.randomUUID();
  await fill(sql, table, { workspaceId, documentId }, size);
  const found: number[] = [];
  const exact: number[] = [];
  let shared = 0;
  for (const vector of await questionsOf(sql)) {
    const query = { workspaceId, vector, limit: HITS };
    const near = await timed(found, () => store.search(table, query));
    // All documents of a workspace are all of it, compared one by one.
    const all = await timed(exact, () =>
      store.search(table, { ...query, documentIds: [documentId] }),
    );
    const nearest = new Set(all.map(keyOf));
    shared += near.filter((hit) => nearest.has(keyOf(hit))).length;
  }
  const what = `${size.toLocaleString("en")} segments × ${DIMENSIONS}`;
  return [
    {
      what: `search by vectors, ${what}, p95`,
      measured: ms(percentile(found, 0.95)),
      reach: "—",
      peer: `${ms(percentile(exact, 0.95))} (all compared)`,
    },
    {
      what: `of the nearest ${HITS} found`,
      measured: `${((100 * shared) / (QUESTIONS * HITS)).toFixed(1)} %`,
      reach: "≥ 95 %",
    },
  ];
}

async function timed<T>(samples: number[], work: () => Promise<T>): Promise<T> {
  const beganAt = performance.now();
  const result = await work();
  samples.push(performance.now() - beganAt);
  return result;
}

async function fill(
  sql: Database,
  { name, column }: VectorTable,
  { workspaceId, documentId }: { workspaceId: string; documentId: string },
  size: number,
): Promise<void> {
  await sql`insert into workspaces (id, user_id, tenant_id, name) values (${workspaceId}, ${workspaceId}, 't', 'w')`;
  await sql`insert into documents (id, workspace_id, title, source_type) values (${documentId}, ${workspaceId}, 'd', 'text')`;
  await sql.unsafe(`
    create function some_vector() returns vector language sql volatile as
      'select array_agg((random() - 0.5)::float4)::vector from generate_series(1, ${DIMENSIONS})';
    create table topics as select i, some_vector() as centre from generate_series(1, ${TOPICS}) i;
    create function some_text() returns vector language sql volatile as
      'select l2_normalize((select centre from topics offset floor(random() * ${TOPICS})::integer limit 1)
        + some_vector() * array_fill(${NOISE}::float4, array[${DIMENSIONS}])::vector)';
    drop index ${name}_graph`);
  for (let from = 0; from < size; from += BATCH)
    await sql.unsafe(`
      with added as (
        insert into segments (document_id, workspace_id, segment_index, page_idx, start_offset, end_offset, text, length)
        select '${documentId}', '${workspaceId}', i, 0, 0, 0, 'text', 1 from generate_series(${from}, ${Math.min(size, from + BATCH) - 1}) i
        returning id)
      insert into ${name} (segment_id, workspace_id, document_id, embedding)
      select id, '${workspaceId}', '${documentId}', (select some_text() where id = id) from added`);
  await sql.unsafe(`set maintenance_work_mem = '${GRAPH_MEMORY}'`);
  await sql.unsafe(`create index ${name}_graph on ${name} using hnsw (embedding ${column}_ip_ops)`);
  await sql.unsafe("analyze");
}

async function questionsOf(sql: Database): Promise<Vector[]> {
  const rows = await sql<{ vector: string }[]>`
    select some_text()::text as vector from generate_series(1, ${QUESTIONS})`;
  return rows.map(({ vector }) => Float32Array.from(JSON.parse(vector) as number[]));
}
