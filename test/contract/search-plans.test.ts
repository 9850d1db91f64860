import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { termKey } from "../../src/retrieval/index/keys.ts";
import { PostingsIndex } from "../../src/retrieval/index/postings-index.ts";
import { freshDatabase } from "../support/postgres.ts";

setDefaultTimeout(120_000);

const SEGMENTS = 30_000;
/** Each term, and in how many segments it stands once. */
const TERMS = {
  rare: 30,
  telling: 300,
  usual: 3_000,
  frequent: 10_000,
  everywhere: SEGMENTS,
} as const;
/** Of those terms there are 43,330; without reading the rare ones alone, all would be touched. */
const ROWS_MAX = 15_000;

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly Plans?: readonly Node[];
}

const nodes: Node[] = [];
const workspaceId = crypto.randomUUID();
/** One holds all segments but the last, which has all terms. */
const [book, note] = [crypto.randomUUID(), crypto.randomUUID()];
const index = new PostingsIndex();
let sql: Database;

/** Its one session makes its plans while the tables are known to be empty, and keeps them. */
beforeAll(async () => {
  const onnotice = ({ message = "" }) => {
    const [, plan] = /plan:\n([^]*)/.exec(message) ?? [];
    if (plan) nodes.push(...nodesOf((JSON.parse(plan) as { Plan: Node }).Plan));
  };
  // None of these statements has an array for a parameter.
  const options = { max: 1, prepare: false, fetch_types: false, onnotice } as const;
  sql = postgres(await freshDatabase(), options) as never;
  await migrate(sql);
  await sql.unsafe("vacuum");
  await find();
  await sql`insert into workspaces (id, user_id, tenant_id, name) values (${workspaceId}, ${workspaceId}, 't', 'w')`;
  for (const id of [book, note])
    await sql`insert into documents (id, workspace_id, title, source_type) values (${id}, ${workspaceId}, 'd', 'text')`;
  await sql`insert into segments (id, document_id, segment_index, workspace_id, page_idx, start_offset, end_offset, text, length)
    select hashint8extended(i, 0), case when i < ${SEGMENTS}::int then ${book}::uuid else ${note}::uuid end, i,
      ${workspaceId}, 0, 0, 5, 'words', 10 from generate_series(1, ${SEGMENTS}::int) i`;
  for (const [term, count] of Object.entries(TERMS))
    await sql`insert into postings (key, segment_id, frequency, length)
      select ${String(termKey(workspaceId, term))}::bigint, hashint8extended(i, 0), 1, 10
      from generate_series(${SEGMENTS / count}::int, ${SEGMENTS}::int, ${SEGMENTS / count}::int) i`;
});
afterAll(() => sql.end());

async function find(terms: readonly string[] = Object.keys(TERMS), documentIds?: string[]) {
  const query = { workspaceId, terms, limit: 200 };
  return await index.candidates(sql, documentIds ? { ...query, documentIds } : query);
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

test.each([
  ["was never analysed", () => Promise.resolve()],
  ["has been analysed", () => sql.unsafe("vacuum analyze")],
] as const)("a search reads little of a large workspace that %s", async (_state, prepare) => {
  await prepare();
  await sql.unsafe(`load 'auto_explain'; set client_min_messages = log; set auto_explain.log_min_duration = 0;
    set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on; set auto_explain.log_format = json`);
  nodes.length = 0;
  const { segments, weights, corpus } = await find();
  const read = nodes.filter((node) => node["Relation Name"] !== undefined);
  expect(new Set(read.map((node) => node["Index Name"]))).toEqual(
    new Set(["postings_by_key", "segments_by_workspace", "segments_id_key"]),
  );
  const rows = read.reduce((sum, node) => sum + node["Actual Rows"] * node["Actual Loops"], 0);
  expect(rows).toBeLessThan(ROWS_MAX);
  expect(segments.length).toBe(200);
  expect(weights.size).toBe(Object.keys(TERMS).length);
  expect(Math.abs(corpus.segmentCount / SEGMENTS - 1)).toBeLessThan(0.15);
});

test("a frequent term is found in one document of a large workspace, be that long or short", async () => {
  const inNote = await find(["everywhere", "frequent"], [note]);
  expect(inNote.segments.map(({ segmentIndex }) => segmentIndex)).toEqual([SEGMENTS]);
  const inBook = await find(["everywhere", "frequent"], [book]);
  expect(inBook.segments.length).toBe(200);
  for (const { documentId, segmentIndex } of inBook.segments)
    expect([documentId, segmentIndex % (SEGMENTS / TERMS.frequent)]).toEqual([book, 0]);
});
