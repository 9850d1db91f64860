import { connect, disconnect } from "../../../src/postgres/connect.ts";
import { findSocket } from "../../../src/postgres/embedded/embedded-postgres.ts";
import { chooseIndex } from "../../../src/retrieval/index/choose-index.ts";
import type { Client } from "../../support/client.ts";
import { embedded, networked, type SetUp } from "../../support/set-up.ts";
import { ms } from "../../support/table.ts";
import { processorsOf, usedSince } from "../ingest/stages.ts";
import { percentile, type Row } from "../table.ts";
import { Writer } from "./corpus.ts";
import { fill, type Library } from "./fill.ts";
import { TsRank } from "./peer.ts";

const SEED = 7;
const SIZES = [
  { segments: 5_000, reach: "p95 ≤ 10 ms" },
  { segments: 100_000, reach: "p95 ≤ 30 ms" },
] as const;
const OTHERS = 1_000;
const SEGMENTS_OF_OTHERS = 30;
const QUESTIONS = 200;
/**
 * Questions that open connections, have statements planned and code compiled, and are not counted. The embedded
 * database is WebAssembly, whose functions have their last and fastest form after some 600.
 */
const WARM_UP = 1_000;
/** The peer takes a second for one. */
const PEER_QUESTIONS = 20;

/** A workspace that is searched, and what it is asked. */
interface Shelf {
  readonly id: string;
  readonly segments: number;
  readonly reach: string;
  readonly questions: readonly string[];
}

/** How long one search takes, over HTTP and nothing else under way; alone, and beside other workspaces. */
export async function benchSearch(): Promise<Row[]> {
  const network = await networked({ compiled: true });
  const overNetwork = await measure(network);
  await network.stop();
  const alone = await embedded({ compiled: true });
  const withinOne = await measure(alone);
  await alone.stop();
  return [...overNetwork, ...withinOne];
}

async function measure(setUp: SetUp): Promise<Row[]> {
  const library = await open(setUp);
  const writer = new Writer(SEED);
  const user = await setUp.user();
  const rows: Row[] = [];
  const shelves: Shelf[] = [];
  for (const size of SIZES) {
    const { id } = await user.createWorkspace();
    const startedAt = performance.now();
    const texts = await fill(library, writer, id, size.segments);
    const seconds = (performance.now() - startedAt) / 1_000;
    const shelf = { ...size, id, questions: questionsFor(writer, texts) };
    rows.push(stored(setUp, size.segments, seconds));
    if (setUp.network) {
      rows.push(await search(setUp, user, shelf, "alone, just stored"));
      await cleanUp(library);
    }
    const peer = setUp.network ? await timePeer(library, shelf) : undefined;
    rows.push(await search(setUp, user, shelf, "alone", peer));
    shelves.push(shelf);
  }
  await fillOthers(library, writer, setUp);
  if (setUp.network) await cleanUp(library);
  for (const shelf of shelves)
    rows.push(await search(setUp, user, shelf, `beside ${OTHERS} others`));
  await disconnect(library.sql, 1);
  return rows;
}

/** What a server does by itself within minutes: until then it looks up each posting in its table as well. */
async function cleanUp({ sql }: Library): Promise<void> {
  await sql`vacuum`;
}

/** A connection of the benchmark's own, as a process of the engine has it. */
async function open({ network, dataDir }: SetUp): Promise<Library> {
  const socketPath = dataDir === undefined ? undefined : findSocket(dataDir);
  const target = network
    ? { url: network.databaseUrl }
    : { socketPath: socketPath ?? "", guest: true };
  const sql = connect(target, 1);
  return { sql, index: await chooseIndex(sql) };
}

/** Of texts from all parts of the workspace. */
function questionsFor(writer: Writer, texts: readonly string[]): string[] {
  return Array.from({ length: QUESTIONS + WARM_UP }, (_, at) => {
    const place = Math.floor((at * texts.length) / (QUESTIONS + WARM_UP));
    return writer.question(texts[place] ?? "");
  });
}

async function fillOthers(library: Library, writer: Writer, setUp: SetUp): Promise<void> {
  const stranger = await setUp.user();
  const { id: first } = await stranger.createWorkspace();
  await library.sql`insert into workspaces (user_id, tenant_id, name)
    select user_id, tenant_id, name from workspaces, generate_series(2, ${OTHERS}::integer) where id = ${first}`;
  const others = await library.sql<{ id: string }[]>`
    select id from workspaces where user_id = ${stranger.userId}`;
  for (const { id } of others) await fill(library, writer, id, SEGMENTS_OF_OTHERS);
}

async function search(
  setUp: SetUp,
  user: Client,
  shelf: Shelf,
  beside: string,
  peer?: string,
): Promise<Row> {
  const one = (question: string) => user.search(shelf.id, question);
  for (const question of shelf.questions.slice(0, WARM_UP)) await one(question);
  const before = processorsOf(setUp);
  const samples = await timesOf(shelf.questions.slice(WARM_UP), one);
  const used = usedSince(before, setUp, QUESTIONS);
  return {
    what: `search in ${shelf.segments} ${beside}, ${setUp.name}, p50 · p95 · p99; processor`,
    measured: `${spread(samples)}; ${used}`,
    reach: shelf.reach,
    ...(peer && { peer }),
  };
}

async function timePeer({ sql }: Library, { id, questions }: Shelf): Promise<string> {
  const peer = await TsRank.of(sql, id);
  const samples = await timesOf(questions.slice(0, PEER_QUESTIONS), (each) => peer.search(each));
  return `${spread(samples)} (tsvector, GIN, ts_rank_cd, on a connection)`;
}

async function timesOf<T>(
  questions: readonly string[],
  ask: (question: string) => Promise<T>,
): Promise<number[]> {
  const samples: number[] = [];
  for (const question of questions) {
    const startedAt = performance.now();
    await ask(question);
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

function spread(samples: readonly number[]): string {
  return [0.5, 0.95, 0.99].map((share) => ms(percentile(samples, share))).join(" · ");
}

function stored({ name }: SetUp, segments: number, seconds: number): Row {
  const measured = `${ms(seconds * 1_000)} (${Math.round(segments / seconds)}/s)`;
  return { what: `${segments} segments stored, ${name}`, measured, reach: "≤ 2 min" };
}
