import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { configureSync, resetSync } from "@logtape/logtape";
import { Embeddings, type Vector } from "../../src/inference/embeddings.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import {
  FIRST_DOCUMENT,
  listBareDocuments,
  markEmbedded,
} from "../../src/retrieval/vector/documents.ts";
import { openVectors } from "../../src/retrieval/vector/open.ts";
import { QuestionVectors } from "../../src/retrieval/vector/question-vectors.ts";
import { SemanticSearch } from "../../src/retrieval/vector/semantic-search.ts";
import { findBareSegments, findUnembedded, VectorStore } from "../../src/retrieval/vector/store.ts";
import { dropUnusedModels, type VectorTable } from "../../src/retrieval/vector/table.ts";
import { startEmbeddings } from "../support/embedding-server.ts";
import { temporaryFolder } from "../support/folder.ts";

setDefaultTimeout(120_000);

const DIMENSIONS = 16;
let server: EmbeddedPostgres;
let sql: Database;

beforeAll(async () => {
  server = new EmbeddedPostgres({ dataDir: temporaryFolder("vectors") });
  await server.start();
  sql = connect({ socketPath: server.socketPath }, 1);
  await migrate(sql);
});
afterAll(async () => {
  await disconnect(sql, 1);
  await server.stop();
});

async function open(): Promise<{ store: VectorStore; table: VectorTable }> {
  const store = await openVectors(sql, crypto.randomUUID());
  if (!store) throw new Error("The embedded database has pgvector.");
  return { store, table: await store.table(DIMENSIONS) };
}

interface Shelf {
  readonly workspaceId: string;
  readonly documentId: string;
  readonly ids: readonly string[];
}

/** A workspace with one document of so many segments. */
async function shelf(segments: number): Promise<Shelf> {
  const [workspaceId, documentId] = [crypto.randomUUID(), crypto.randomUUID()];
  await sql`insert into workspaces (id, user_id, tenant_id, name) values (${workspaceId}, ${workspaceId}, 't', 'w')`;
  await sql`insert into documents (id, workspace_id, title, source_type, status)
    values (${documentId}, ${workspaceId}, 'd', 'text', 'ingested')`;
  const rows = await sql<{ id: string }[]>`
    insert into segments (document_id, workspace_id, segment_index, page_idx, start_offset, end_offset, text, length)
    select ${documentId}::uuid, ${workspaceId}::uuid, i, 0, 0, 0, 'text ' || i, 1
    from generate_series(0, ${segments - 1}::integer) i returning id`;
  return { workspaceId, documentId, ids: rows.map(({ id }) => id) };
}

/** Any direction, the same for the same seed. */
function direction(seed: number, dimensions = DIMENSIONS): Vector {
  const numbers = Array.from(
    { length: dimensions },
    (_, i) => (Bun.hash.xxHash32(`${seed}/${i}`) % 2_001) / 1_000 - 1,
  );
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (each) => each / length);
}

async function embed({ store, table }: Awaited<ReturnType<typeof open>>, { ids }: Shelf, seed = 0) {
  const rows = ids.map((id, place) => ({ id, vector: direction(seed + place) }));
  await store.insert(table, rows);
}

/** How often the graph has been walked. */
async function walksOf({ name }: VectorTable): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ walks: number }[]>`
    select idx_scan::integer as walks from pg_stat_user_indexes where indexrelname = ${`${name}_graph`}`;
  return row?.walks ?? 0;
}

const indexesOf = (hits: readonly { segmentIndex: number }[]) =>
  hits.map(({ segmentIndex }) => segmentIndex);

describe("the vectors of a model", () => {
  test("are found nearest first, by the graph as by comparing all, in one workspace alone", async () => {
    const { store, table } = await open();
    const [mine, theirs] = [await shelf(60), await shelf(60)];
    await embed({ store, table }, mine);
    await embed({ store, table }, theirs);
    const graph = new VectorStore(sql, store.model, true, 10);
    for (const seed of [3, 50, 1_000]) {
      const query = { workspaceId: mine.workspaceId, vector: direction(seed), limit: 20 };
      const exact = await store.search(table, query);
      expect(exact).toHaveLength(20);
      for (const { documentId } of exact) expect(documentId).toBe(mine.documentId);
      const scores = exact.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      const walked = await graph.search(table, query);
      expect(walked.map(({ documentId }) => documentId)).toEqual(
        exact.map(({ documentId }) => documentId),
      );
      // The graph may miss a few of them.
      const nearest = new Set(indexesOf(exact));
      const shared = indexesOf(walked).filter((index) => nearest.has(index));
      expect(shared.length).toBeGreaterThanOrEqual(16);
    }
    expect(await walksOf(table)).toBe(3);
  });

  test("are all found though the graph is full of others' and an old pgvector gives up", async () => {
    const { store, table } = await open();
    const [mine, theirs] = [await shelf(12), await shelf(150)];
    await embed({ store, table }, mine, 5_000);
    await embed({ store, table }, theirs);
    const givesUp = new VectorStore(sql, store.model, false, 10);
    const { workspaceId } = mine;
    const found = await givesUp.search(table, { workspaceId, vector: direction(1), limit: 12 });
    expect(indexesOf(found).toSorted((a, b) => a - b)).toEqual([...mine.ids.keys()]);
  });

  test("keep to the documents asked for", async () => {
    const { store, table } = await open();
    const [mine, theirs] = [await shelf(5), await shelf(5)];
    await embed({ store, table }, mine);
    await embed({ store, table }, theirs);
    const { workspaceId } = mine;
    const query = { workspaceId, vector: direction(1), limit: 10 };
    const among = (documentIds: string[]) => store.search(table, { ...query, documentIds });
    expect(await among([theirs.documentId])).toEqual([]);
    expect(await among([])).toEqual([]);
    expect(await among([mine.documentId, theirs.documentId])).toHaveLength(5);
  });

  test("go with their segments, and none is stored for a segment that is gone", async () => {
    const { store, table } = await open();
    const one = await shelf(4);
    await embed({ store, table }, one);
    await markEmbedded(sql, one.documentId, table);
    await sql`delete from segments where id = any(${one.ids.slice(0, 2)}::text[]::bigint[])`;
    const stored = async () => (await sql`select from ${sql(table.name)}`).length;
    expect(await stored()).toBe(2);
    expect(
      await sql`select from embedded_documents where document_id = ${one.documentId}`,
    ).toHaveLength(0);
    await embed({ store, table }, one);
    expect(await stored()).toBe(2);
    await sql`delete from workspaces where id = ${one.workspaceId}`;
    expect(await stored()).toBe(0);
  });

  test("are known to lack where they do, segment by segment and document by document", async () => {
    const { store, table } = await open();
    const one = await shelf(4);
    const { documentId, ids } = one;
    await store.insert(table, [{ id: ids[1] ?? "", vector: direction(1) }]);
    expect(indexesOf(await findBareSegments(sql, table, one, 0, 2))).toEqual([0, 2]);
    expect(indexesOf(await findBareSegments(sql, table, one, 3, 2))).toEqual([3]);
    const hits = [0, 1, 2].map((segmentIndex) => ({ documentId, segmentIndex, score: 1 }));
    expect(indexesOf(await findUnembedded(sql, table, hits)).toSorted((a, b) => a - b)).toEqual([
      0, 2,
    ]);

    const isBare = async () => {
      const { bare } = await listBareDocuments(sql, store.model, table, FIRST_DOCUMENT, 1_000);
      return bare.some((each) => each.documentId === documentId);
    };
    expect(await isBare()).toBe(true);
    await sql`insert into jobs (kind, document_id, status, payload)
      values ('embed', ${documentId}, 'failed', '{"model": "another"}')`;
    expect(await isBare()).toBe(true);
    await sql`update jobs set payload = ${sql.json({ model: store.model })} where document_id = ${documentId}`;
    expect(await isBare()).toBe(false);
    await sql`delete from jobs where document_id = ${documentId}`;
    await markEmbedded(sql, documentId, table);
    expect(await isBare()).toBe(false);
    await markEmbedded(sql, documentId, { modelId: table.modelId + 1_000 });
    expect(await isBare()).toBe(true);
  });

  test.each([
    [2_000, "vector", true],
    [3_000, "halfvec", true],
    [4_096, "halfvec", false],
  ] as const)("may have %d dimensions", async (dimensions, column, hasGraph) => {
    const { store } = await open();
    const table = await store.table(dimensions);
    expect(table).toMatchObject({ column, hasGraph });
    const one = await shelf(3);
    const rows = one.ids.map((id, seed) => ({ id, vector: direction(seed, dimensions) }));
    await store.insert(table, rows);
    const graph = new VectorStore(sql, store.model, true, 1);
    const query = { workspaceId: one.workspaceId, vector: direction(2, dimensions), limit: 1 };
    expect(indexesOf(await graph.search(table, query))).toEqual([2]);
  });

  test("are in one table, whoever makes it and however often; another dimension is another model", async () => {
    const { store, table } = await open();
    const others = [1, 2, 3].map(() => new VectorStore(sql, store.model, true));
    const tables = await Promise.all(others.map((other) => other.table(DIMENSIONS)));
    for (const each of tables) expect(each).toEqual(table);
    expect((await store.table(8)).modelId).not.toBe(table.modelId);
    expect(await store.findTable(9)).toBeUndefined();
  });

  test("go once no process has used their model for long, and whoever deletes does not mind", async () => {
    const { store, table } = await open();
    const one = await shelf(2);
    await embed({ store, table }, one);
    await sql`update embedding_models set used_at = now() - interval '2 hours' where id = ${table.modelId}`;
    expect(await dropUnusedModels(sql, 3_600)).toEqual([store.model]);
    const [gone] = await sql<
      { gone: boolean }[]
    >`select to_regclass(${table.name}) is null as gone`;
    expect(gone?.gone).toBe(true);
    // A process that slept meanwhile begins anew.
    const anew = await store.useTable(DIMENSIONS);
    expect(anew.modelId).not.toBe(table.modelId);
    expect(await store.table(DIMENSIONS)).toEqual(anew);
    await embed({ store, table: anew }, one);
    // A deletion that began before may still know of the model.
    await sql`insert into embedding_models (name, dimensions) values ('without a table', 1)`;
    await sql`delete from documents where id = ${one.documentId}`;
    expect(await sql`select from segments where document_id = ${one.documentId}`).toHaveLength(0);
  });
});

test("vectors that cannot be searched are told of once, however many searches do without, and so is their return", async () => {
  const told: string[] = [];
  configureSync({
    reset: true,
    sinks: { told: ({ rawMessage }) => void told.push(String(rawMessage)) },
    loggers: [
      { category: ["rag-engine", "retrieval"], sinks: ["told"] },
      { category: ["logtape", "meta"], lowestLevel: "warning" },
    ],
  });
  const endpoint = startEmbeddings();
  try {
    const questions = new QuestionVectors(new Embeddings({ ...endpoint, model: "m" }));
    const search = new SemanticSearch(questions, (await open()).store, 30_000);
    const query = { workspaceId: crypto.randomUUID(), question: "Which?", limit: 1 };
    expect(await search.find(query)).toEqual({ hits: [] });
    await sql`alter table embedding_models rename to elsewhere`;
    const without = await Promise.all([1, 2, 3].map(() => search.find(query)));
    await sql`alter table elsewhere rename to embedding_models`;
    expect(without).toEqual(
      without.map(() => ({ degraded: "The vectors could not be searched." })),
    );
    expect(await search.find(query)).toEqual({ hits: [] });
    expect(await search.find(query)).toEqual({ hits: [] });
    expect(told).toEqual([
      `The vectors could not be searched: relation "embedding_models" does not exist`,
      "The vectors are searched again.",
    ]);
  } finally {
    resetSync();
    await endpoint.stop();
  }
});
