import { join } from "node:path";
import postgres from "postgres";
import { EmbeddedPostgres, findSocket } from "../../../src/postgres/embedded/embedded-postgres.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { embedded, networked, type SetUp } from "../../support/set-up.ts";
import type { Row } from "../table.ts";
import { textsOf } from "./corpus.ts";
import { benchOthers } from "./others.ts";
import { benchPages } from "./pages.ts";
import { insertPlainly } from "./peer.ts";
import { processorsOf, timesOf, usedSince } from "./stages.ts";
import { type Manner, uploadAll } from "./upload.ts";

const MANNERS: readonly Manner[] = [
  { filesPerRequest: 20, requestsAtOnce: 4 },
  { filesPerRequest: 1, requestsAtOnce: 8 },
];
/** Documents that open connections and warm up parsers, and are not counted. */
const WARM_UP = 100;
const NETWORKED = { documents: 2_000, reach: "≥ 200/s" } as const;
const EMBEDDED = { documents: 1_000, reach: "≥ 80/s" } as const;

/** How many texts of 250 words become searchable in a second, and what long documents take. */
export async function benchIngest(): Promise<Row[]> {
  const network = await networkedOnFiles();
  const overNetwork = await measure(network, NETWORKED, await plainOnServer());
  const networkPages = [...(await benchPages(network)), await benchOthers(network)];
  await network.stop();
  const alone = await embedded({ compiled: true });
  const withinOne = await measure(alone, EMBEDDED, await plainEmbedded());
  const alonePages = [...(await benchPages(alone)), await benchOthers(alone)];
  await alone.stop();
  return [...overNetwork, ...withinOne, ...networkPages, ...alonePages];
}

/** The three processes see one folder of files: an S3 server on the same machine would be measured instead. */
async function networkedOnFiles(): Promise<SetUp> {
  const noS3 = { S3_ENDPOINT: "", S3_BUCKET: "", S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "" };
  return await networked({
    compiled: true,
    env: { ...noS3, DATA_DIR: temporaryFolder("bench-files") },
  });
}

async function measure(
  setUp: SetUp,
  { documents, reach }: { documents: number; reach: string },
  peer: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [at, manner] of MANNERS.entries())
    rows.push(...(await measureManner(setUp, manner, documents, reach, at, peer)));
  return rows;
}

async function measureManner(
  setUp: SetUp,
  manner: Manner,
  documents: number,
  reach: string,
  seed: number,
  peer: number,
): Promise<Row[]> {
  const user = await setUp.user();
  const warming = await user.createWorkspace();
  await uploadAll(user, warming.id, [...textsOf(WARM_UP, 1_000 + seed)], manner);
  const { id } = await user.createWorkspace();
  const texts = [...textsOf(documents, seed)];
  const before = processorsOf(setUp);
  const tookMs = await uploadAll(user, id, texts, manner);
  const used = usedSince(before, setUp, documents);
  const what = `${setUp.name}, ${manner.filesPerRequest} a request, ${manner.requestsAtOnce} at once`;
  return [
    {
      what: `250 words, ${what}: upload → searchable`,
      measured: perSecond((documents * 1_000) / tookMs),
      reach,
      peer: `${perSecond(peer)} (one INSERT each, tsvector + GIN)`,
    },
    { what: "  processor time a document", measured: used, reach: "" },
    { what: "  jobs waited + ran, p50", measured: await jobTimes(setUp, id), reach: "" },
  ];
}

async function jobTimes(setUp: SetUp, workspaceId: string): Promise<string> {
  const sql = setUp.network ? postgres(setUp.network.databaseUrl, { max: 1 }) : enter(setUp);
  try {
    return await timesOf(sql, workspaceId);
  } finally {
    await sql.end();
  }
}

/** The embedded database, as a guest beside the engine. */
function enter({ dataDir = "" }: SetUp): postgres.Sql {
  return openSocket(findSocket(dataDir) ?? "", false);
}

function openSocket(path: string, prepare: boolean): postgres.Sql {
  return postgres({
    path,
    prepare,
    max: 1,
    user: "postgres",
    database: "postgres",
    fetch_types: false,
  });
}

/** As many connections as a client has requests under way. */
async function plainOnServer(): Promise<number> {
  const atOnce = 8;
  const sql = postgres(await freshDatabase(), { max: atOnce, onnotice: () => undefined });
  const rate = await insertPlainly(sql, NETWORKED.documents, 0, atOnce);
  await sql.end();
  return rate;
}

async function plainEmbedded(): Promise<number> {
  const dataDir = join(temporaryFolder("bench-plain"), "data");
  const database = new EmbeddedPostgres({ dataDir });
  await database.start();
  const sql = openSocket(database.socketPath, true);
  const rate = await insertPlainly(sql, EMBEDDED.documents, 0, 1);
  await sql.end();
  await database.stop();
  return rate;
}

function perSecond(rate: number): string {
  return `${rate.toFixed(0)}/s`;
}
