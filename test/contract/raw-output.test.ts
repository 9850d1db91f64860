import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportPKCS8, generateKeyPair } from "jose";
import { Uploads } from "../../src/document/upload.ts";
import { removeDocument } from "../../src/document/remove.ts";
import { loadText } from "../../src/document/text-store.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { DocumentAiClient } from "../../src/inference/document-ai.ts";
import { Worker } from "../../src/job/worker.ts";
import { byDocumentAi } from "../../src/parsing/ocr/recogniser.ts";
import type { ParserPool } from "../../src/parsing/pool/parser-pool.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { chooseIndex } from "../../src/retrieval/index/choose-index.ts";
import { FolderStorage } from "../../src/storage/folder-storage.ts";
import { cleanupTask } from "../../src/task/cleanup-task.ts";
import { parseTask } from "../../src/task/parse-task.ts";
import { insertWorkspace } from "../../src/workspace/store.ts";
import { sampleOfFile } from "../../src/parsing/telling/sample.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freshDatabase } from "../support/postgres.ts";
import { readerPool } from "../support/reader-pool.ts";
import { workerDeps } from "../support/worker.ts";

setDefaultTimeout(120_000);

const TEXT = "Seen on the scan.";
const LAYOUT = { textAnchor: { textSegments: [{ endIndex: String(TEXT.length) }] } };
const SAID = { document: { text: TEXT, pages: [{ pageNumber: 1, layout: LAYOUT }] } };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

/** Stands in for Google's token endpoint and `processors.process`. */
const google = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) =>
    url.endsWith("/token")
      ? Response.json({ access_token: "t", expires_in: 3600, token_type: "Bearer" })
      : Response.json(SAID),
});
const endpoint = `http://127.0.0.1:${google.port}`;
const folder = temporaryFolder("raw-output");
const bus = new InProcessBus();
const storage = new FolderStorage(join(folder, "files"));
const workers: Worker[] = [];
let sql: Database;
let parsers: ParserPool;

beforeAll(async () => {
  sql = connect({ url: await freshDatabase() }, 6);
  await migrate(sql);
  parsers = readerPool({ concurrency: 1, recogniser: byDocumentAi(await documentAi()) });
  const parse = parseTask({ sql, bus, storage, parsers, concurrency: 1 });
  const tasks = [parse, cleanupTask({ sql, storage })];
  workers.push(...tasks.map((task) => new Worker(workerDeps(sql, bus), task)));
  await Promise.all(workers.map((worker) => worker.start()));
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await parsers.stop();
  await disconnect(sql, 1);
  await google.stop(true);
});

async function documentAi(): Promise<DocumentAiClient> {
  const keys = await generateKeyPair("RS256", { extractable: true });
  const credentialsPath = join(folder, "key.json");
  const key = {
    client_email: "reader@project.example",
    private_key: await exportPKCS8(keys.privateKey),
    token_uri: `${endpoint}/token`,
  };
  writeFileSync(credentialsPath, JSON.stringify(key));
  const place = { projectId: "p", location: "eu", processorId: "1" };
  return new DocumentAiClient({ ...place, credentialsPath, endpoint });
}

function objects(): string[] {
  return readdirSync(join(folder, "files"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("a parser's raw output lies beside the file, and goes with the document", async () => {
  const user = { userId: crypto.randomUUID(), tenantId: "tenant" };
  const { id } = await insertWorkspace(sql, user, { name: "Scans", description: null });
  const path = join(folder, "scan");
  writeFileSync(path, PNG);
  const sample = await sampleOfFile(path);
  const scan = { fileName: "scan.png", path, sizeBytes: PNG.length, checksum: "", sample };
  const deps = { sql, bus, storage, maxUploadBytes: 1_000 };
  const [item] = await new Uploads(deps).take(user.userId, id, [scan]);
  const documentId = item?.document.id ?? "";

  const parsed = await eventually(() => loadText(sql, documentId));
  expect(parsed.text).toBe(TEXT);
  const beside = join(folder, "files/workspace", id, "document", documentId, item?.fileId ?? "");
  const [raw, ...others] = objects().filter((key) => key.endsWith(".docai.json"));
  expect(others).toEqual([]);
  expect(raw?.startsWith(`${beside}.`)).toBe(true);
  expect(await Bun.file(raw ?? "").json()).toEqual(SAID);
  // Nothing is left that would remove it later.
  const planned = await sql`select id from cleanup_jobs`;
  expect(planned).toHaveLength(0);

  const index = await chooseIndex(sql);
  await removeDocument({ sql, bus, index }, user.userId, id, documentId);
  await eventually(() => objects().length === 0);
});
