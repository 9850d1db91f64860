import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import {
  type Breakable,
  breakableSetUps,
  onBreakableSetUps,
  onTheNetwork,
} from "../support/both.ts";
import type { Client } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { startPgbouncer } from "../support/pgbouncer.ts";
import { startServer } from "../support/postgres.ts";
import {
  anId,
  aString,
  BROKEN_PDF,
  LIGHTHOUSE,
  LIGHTHOUSE_ANSWER,
  LIGHTHOUSE_QUESTION,
  reaches,
  talkAbout,
} from "../support/scenes.ts";
import { networked, type SetUp } from "../support/set-up.ts";
import { expectShape } from "../support/shape.ts";

const ROOT = join(import.meta.dir, "../..");

/** The tables that other tools read, with the columns that they may name. */
const TABLES = {
  workspaces: ["id", "name", "description", "created_at", "updated_at"],
  documents: ["id", "workspace_id", "title", "status", "source_type", "created_at", "updated_at"],
  files: ["storage_key", "original_filename", "mime_type", "size_bytes", "checksum", "document_id"],
  parse_jobs: [
    "id",
    "document_id",
    "status",
    "parser_type",
    "error_message",
    "retry_count",
    "started_at",
    "finished_at",
  ],
  ingest_jobs: ["id", "document_id", "status", "error_message", "retry_count"],
  rag_documents: ["document_id", "rag_doc_id"],
  conversations: ["id", "workspace_id", "title", "created_at", "updated_at"],
  messages: [
    "id",
    "conversation_id",
    "workspace_id",
    "role",
    "content",
    "status",
    "metadata",
    "created_at",
  ],
} as const;

describe("5. Postgres: what other tools read", () => {
  onTheNetwork((setUp) => {
    let sql: postgres.Sql;
    let user: Client;
    beforeAll(async () => {
      sql = postgres(setUp().network?.databaseUrl ?? "", { max: 2 });
      user = await setUp().user();
    });
    afterAll(() => sql.end());

    test.each(Object.entries(TABLES))(
      "table `%s` has the columns that the REST fields name",
      async (table, columns) => {
        const rows = await sql`select ${sql([...columns])} from ${sql(table)} limit 1`;
        expect(rows.columns.map(({ name }) => name)).toEqual([...columns]);
      },
    );

    test("the tables hold what REST answers", async () => {
      const { workspace, document, conversation } = await talkAbout(user, LIGHTHOUSE);
      const answer = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const [row] = await sql`
        select w.name, d.title, d.status as document_status, c.title as conversation_title,
          m.status as message_status, m.role, m.content, m.metadata
        from workspaces w join documents d on d.workspace_id = w.id
        join conversations c on c.workspace_id = w.id join messages m on m.conversation_id = c.id
        where w.id = ${workspace.id} and d.id = ${document.id} and m.id = ${answer.id}`;
      expectShape(row, {
        name: workspace.name,
        title: document.title,
        document_status: "ingested",
        conversation_title: conversation.title,
        message_status: "done",
        role: "ai",
        content: answer.content,
        metadata: answer.metadata,
      });
    });

    test("`parse_jobs(document_id, status, parser_type, error_message, retry_count, started_at, finished_at)`", async () => {
      const { workspace, document } = await talkAbout(user, LIGHTHOUSE);
      const { parse_job } = await user.document(workspace.id, document.id);
      const jobs = await sql`
        select id, status, parser_type, error_message, retry_count, started_at, finished_at
        from parse_jobs where document_id = ${document.id}`;
      expect(jobs).toHaveLength(1);
      expectShape(jobs[0], {
        id: parse_job?.id,
        status: "success",
        parser_type: aString,
        error_message: null,
        retry_count: 0,
        started_at: new Date(parse_job?.started_at ?? 0),
        finished_at: new Date(parse_job?.finished_at ?? 0),
      });
    });

    test("`rag_documents(document_id, rag_doc_id)`", async () => {
      const { document } = await talkAbout(user, LIGHTHOUSE);
      const rows = await sql`
        select rag_doc_id::text from rag_documents where document_id = ${document.id}`;
      expectShape([...rows], [{ rag_doc_id: anId }]);
    });

    test("object keys: `workspace/{workspace_id}/document/{document_id}/{file_id}{ext}`; `files(storage_key, …)`", async () => {
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, LIGHTHOUSE);
      const [item] = items;
      const documentId = item?.document.id ?? "";
      const key = `workspace/${workspace.id}/document/${documentId}/${item?.file_id}.txt`;
      const content = String(LIGHTHOUSE.content);
      const [file] = await sql`
        select id, storage_key, original_filename, mime_type, size_bytes::int, checksum from files
        where document_id = ${documentId}`;
      expectShape(file, {
        id: item?.file_id,
        storage_key: key,
        original_filename: LIGHTHOUSE.name,
        size_bytes: content.length,
        checksum: expect.stringContaining(
          new Bun.CryptoHasher("sha256").update(content).digest("hex"),
        ) as unknown,
      });
      expect(String(file?.["mime_type"])).toStartWith("text/plain");
      expect(await setUp().objects()).toContain(key);
      await reaches(user, workspace.id, documentId, "ingested");
    });

    test("a job that another tool inserts, naming its document alone, is done", async () => {
      const { document } = await talkAbout(user, LIGHTHOUSE);
      const [job] = await sql<{ id: string }[]>`
        insert into parse_jobs (document_id) values (${document.id}) returning id`;
      await eventually(async () => {
        const [row] = await sql`select status from parse_jobs where id = ${job?.id ?? null}`;
        return row?.["status"] === "success";
      });
    });
  });
});

describe("5. Postgres: it must work behind a transaction pooler", () => {
  test("no LISTEN/NOTIFY, no session state, no session advisory locks: none in the source", () => {
    const forbidden = [
      /pg_notify|\b(un)?listen\s+"?[a-z_]+"?\s*[;`]|\bnotify\s+[a-z_]+\s*[,;`]/i,
      /\bsql\.(listen|subscribe|notify)\(/,
      /pg_(try_)?advisory_(lock|unlock)(_shared)?\(/i,
      /\bset\s+session\b|^\s*set\s+(?!local|transaction)[a-z_.]+\s*(=|to)\s/im,
    ];
    const sources = [...sourcesUnder("src", ".ts"), ...sourcesUnder("sql", ".sql")];
    expect(sources.length).toBeGreaterThan(20);
    const found = sources.flatMap(({ path, text }) =>
      forbidden.filter((pattern) => pattern.test(text)).map((pattern) => `${path}: ${pattern}`),
    );
    expect(found).toEqual([]);
  });

  test("behind PgBouncer, from the migrations to the answer, with no named prepared statements", async () => {
    const server = await startServer();
    const pooler = await startPgbouncer(server);
    const DATABASE_URL = await pooler.through(await server.freshDatabase());
    const setUp = await networked({ env: { DATABASE_URL } });
    const user = await setUp.user();
    const socket = await user.connect();
    const { workspace, conversation, document } = await talkAbout(user, LIGHTHOUSE);
    const answer = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
    expect(answer.content).toContain(LIGHTHOUSE_ANSWER);
    await socket.waitFor("message.status_updated", ({ status }) => status === "done");
    await user.expect(204, "DELETE", `/api/workspaces/${workspace.id}/documents/${document.id}`);
    await socket.waitFor("document.deleted");
    // The client library hides it when a named statement is missed; the server does not.
    expect(server.logs()).not.toContain("prepared statement");
    await user.leave();
    await setUp.stop();
    await pooler.stop();
    await server.stop();
  });
});

describe("5. Postgres: job states", () => {
  onBreakableSetUps((setUp) => {
    test("at once for an error that no retry can mend, it is `failed`", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, BROKEN_PDF);
      const id = items[0]?.document.id ?? "";
      await reaches(user, workspace.id, id, "error");
      const { parse_job } = await user.document(workspace.id, id);
      expectShape(parse_job, { status: "failed", retry_count: 0, error_message: aString });
    });
  });

  test("an attempt that fails is `queued` again with `retry_count + 1`; after 3 retries it is `failed` with a one-sentence `error_message`, and the document is `error`", async () => {
    await Promise.all((await breakableSetUps()).map(failsAfterThreeRetries));
  });
});

async function failsAfterThreeRetries(setUp: Breakable): Promise<void> {
  const user = await setUp.user();
  const { workspace, document } = await talkAbout(user, LIGHTHOUSE);
  const socket = await user.connect();
  const mend = await breakStorage(setUp);
  try {
    const path = `/api/workspaces/${workspace.id}/documents/${document.id}/reprocess`;
    await user.expect(202, "POST", path);
    await reaches(user, workspace.id, document.id, "error", 100_000);
  } finally {
    await mend();
  }
  const { parse_job } = await user.document(workspace.id, document.id);
  expectShape(parse_job, { status: "failed", retry_count: 3, error_message: aString });
  expect(parse_job?.error_message).toMatch(/^[^\n]{10,}$/);
  type JobPayload = { status: string; retry_count: number; job_id: string };
  const untilTold = () => {
    const counts = socket
      .ofType("job.status_updated")
      .map(({ payload }) => payload as JobPayload)
      .filter(({ job_id, status }) => job_id === parse_job?.id && status === "queued")
      .map(({ retry_count }) => retry_count);
    expect(new Set(counts)).toEqual(new Set([0, 1, 2, 3]));
    return true;
  };
  await eventually(untilTold);
  await user.leave();
}

/** No object can be read until the result is called. */
async function breakStorage(setUp: SetUp): Promise<() => Promise<void> | void> {
  if (setUp.network) {
    const { s3 } = setUp.network;
    await s3.stop();
    return () => s3.restart();
  }
  const files = join(setUp.dataDir ?? "", "files");
  renameSync(files, `${files}-away`);
  writeFileSync(files, "a file where the folder was");
  return () => {
    rmSync(files);
    renameSync(`${files}-away`, files);
  };
}

function sourcesUnder(folder: string, extension: string): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((path) => join(ROOT, folder, String(path)))
    .filter((path) => path.endsWith(extension))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
