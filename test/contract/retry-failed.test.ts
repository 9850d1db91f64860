import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { postMessage } from "../../src/chat/post-message.ts";
import { insertConversation } from "../../src/chat/store.ts";
import { insertDocuments } from "../../src/document/store.ts";
import { reprocessDocument } from "../../src/document/reprocess.ts";
import { transact } from "../../src/event/announce.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { messageOf } from "../../src/error.ts";
import type { JobKind } from "../../src/job/job.ts";
import { insertJobs, type NewJob } from "../../src/job/store.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { retryAllJobs, retryJobs } from "../../src/task/retry-failed.ts";
import { insertWorkspace } from "../../src/workspace/store.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

describe.each(ROUTES)("%s", (route) => {
  const bus = new InProcessBus();
  const userId = crypto.randomUUID();
  let sql: Database;
  let workspaceId = "";

  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 10);
    await migrate(sql);
    const workspace = await insertWorkspace(
      sql,
      { userId, tenantId: userId },
      { name: "W", description: null },
    );
    workspaceId = workspace.id;
  });
  afterAll(() => disconnect(sql, 1));

  /** A job that has been given up, with what it is about in error, as a worker leaves them. */
  async function failedJob(kind: JobKind): Promise<{ id: string; about: string }> {
    if (kind === "answer") return await failedAnswer();
    const documentId = kind === "cleanup" ? undefined : await failedDocument();
    const id = await queue({ kind, ...(documentId ? { documentId, workspaceId } : {}) });
    await fail(id);
    return { id, about: documentId ?? "" };
  }

  async function failedDocument(): Promise<string> {
    const id = Bun.randomUUIDv7();
    const file = {
      id: Bun.randomUUIDv7(),
      documentId: id,
      storageKey: id,
      originalFilename: "a.txt",
    };
    const size = { mimeType: "text/plain", sizeBytes: 1, checksum: "" };
    await insertDocuments(sql, [{ workspaceId, sourceType: "upload", file: { ...file, ...size } }]);
    await sql`update documents set status = 'error' where id = ${id}`;
    return id;
  }

  async function failedAnswer(): Promise<{ id: string; about: string }> {
    const conversation = await insertConversation(sql, workspaceId, userId, "C");
    const { answer } = await postMessage(sql, bus, {
      conversationId: conversation.id,
      userId,
      content: "Why?",
      clientId: null,
      ask: true,
    });
    if (!answer) throw new Error("The AI was not asked.");
    const [job] = await sql<
      { id: string }[]
    >`select id from answer_jobs where message_id = ${answer.id}`;
    await sql`update messages set status = 'error', content = 'No.' where id = ${answer.id}`;
    await fail(job?.id ?? "");
    return { id: job?.id ?? "", about: answer.id };
  }

  async function queue(job: NewJob): Promise<string> {
    const [id = ""] = await transact(sql, bus, (tx, announce) => insertJobs(tx, announce, [job]));
    return id;
  }

  const fail = (id: string) => sql`
  update jobs set status = 'failed', retry_count = 3, error_message = 'No.', finished_at = now()
  where id = ${id}`;

  async function rowOf(id: string) {
    const [row] = await sql`
    select status, retry_count, error_message, finished_at, next_run_at <= now() as due
    from jobs where id = ${id}`;
    return row;
  }

  const statusOf = async (table: "documents" | "messages", id: string) => {
    const [row] = await sql<
      { status: string }[]
    >`select status from ${sql(table)} where id = ${id}`;
    return row?.status;
  };

  /** What `work` appends to the log. */
  async function told(work: () => Promise<unknown>) {
    const [before] = await sql<
      { id: string }[]
    >`select coalesce(max(id), 0)::text as id from events`;
    await work();
    const events = await sql<{ type: string; user_id: string; payload: Record<string, unknown> }[]>`
    select type, user_id, payload from events where id > ${before?.id ?? "0"} order by id`;
    return [...events];
  }

  const QUEUED = {
    status: "queued",
    retry_count: 0,
    error_message: null,
    finished_at: null,
    due: true,
  };

  describe("a failed job that is retried", () => {
    test.each([
      ["parse", "pending"],
      ["ingest", "parsed"],
    ] as const)(
      "%s: is queued afresh, its document %s, and the screens are told",
      async (kind, status) => {
        const { id, about } = await failedJob(kind);
        const events = await told(() => retryJobs(sql, bus, [id]));
        expect(await rowOf(id)).toEqual(QUEUED);
        expect(await statusOf("documents", about)).toBe(status);
        const subject = { workspace_id: workspaceId, document_id: about };
        const job = {
          job_id: id,
          job_type: kind,
          status: "queued",
          retry_count: 0,
          error_message: null,
        };
        expect(events).toEqual([
          { type: "job.status_updated", user_id: userId, payload: { ...subject, ...job } },
          { type: "document.status_updated", user_id: userId, payload: { ...subject, status } },
        ]);
      },
    );

    test("answer: is queued afresh, its message pending and empty, and the screens are told", async () => {
      const { id, about } = await failedJob("answer");
      const events = await told(() => retryJobs(sql, bus, [id]));
      expect(await rowOf(id)).toEqual(QUEUED);
      expect(events).toMatchObject([
        {
          type: "message.status_updated",
          payload: { message_id: about, status: "pending", content: "" },
        },
      ]);
      const [message] = await sql`select status, content from messages where id = ${about}`;
      expect(message).toEqual({ status: "pending", content: "" });
    });

    test("cleanup: is queued afresh", async () => {
      const { id } = await failedJob("cleanup");
      expect(await told(() => retryJobs(sql, bus, [id]))).toEqual([]);
      expect(await rowOf(id)).toEqual(QUEUED);
    });

    test("wakes the workers of its queue", async () => {
      const { id } = await failedJob("ingest");
      const listening = new InProcessBus();
      const woken = new Promise<void>((resolve) => listening.onNudge("ingest_jobs", resolve));
      await retryJobs(sql, listening, [id]);
      await woken;
    });
  });

  describe("a job that must not be run again", () => {
    const refused = (...ids: string[]) => retryJobs(sql, bus, ids).then(() => "", messageOf);

    test("is refused with a sentence: unknown, not failed, or overtaken by a newer job", async () => {
      const unknown = Bun.randomUUIDv7();
      expect(await refused(unknown)).toBe(`There is no job ${unknown}.`);

      const queued = await queue({ kind: "cleanup" });
      expect(await refused(queued)).toBe(
        `Job ${queued} is queued; only a failed job can be retried.`,
      );

      const overtaken = await failedJob("parse");
      await reprocessDocument(sql, bus, userId, workspaceId, overtaken.about);
      expect(await refused(overtaken.id)).toBe(
        `Job ${overtaken.id} is out of date: its document has a newer job.`,
      );

      const healed = await failedJob("ingest");
      await sql`update documents set status = 'ingested' where id = ${healed.about}`;
      expect(await refused(healed.id)).toBe(
        `Job ${healed.id} is out of date: its document is no longer in error.`,
      );
    });

    test("leaves the others that were named with it as they are", async () => {
      const { id, about } = await failedJob("parse");
      const unknown = Bun.randomUUIDv7();
      expect(await told(() => refused(id, unknown))).toEqual([]);
      expect(await rowOf(id)).toMatchObject({ status: "failed", error_message: "No." });
      expect(await statusOf("documents", about)).toBe("error");
    });
  });

  describe("all failed jobs", () => {
    test("are retried batch by batch, those that are out of date left and counted", async () => {
      await sql`delete from jobs`;
      const overtaken = await failedJob("parse");
      await reprocessDocument(sql, bus, userId, workspaceId, overtaken.about);
      const ingests = await Promise.all(Array.from({ length: 120 }, () => failedJob("ingest")));
      const cleanup = await failedJob("cleanup");

      expect(await retryAllJobs(sql, bus, "cleanup")).toEqual({ retried: 1, skipped: 0 });
      expect(await rowOf(cleanup.id)).toEqual(QUEUED);
      expect(await retryAllJobs(sql, bus, undefined)).toEqual({ retried: 120, skipped: 1 });
      expect((await rowOf(overtaken.id))?.["status"]).toBe("failed");
      for (const { id } of ingests) expect((await rowOf(id))?.["status"]).toBe("queued");
    });

    test("are retried once each by two operators at once, beside users who reprocess", async () => {
      await sql`delete from jobs`;
      const failed = await Promise.all(Array.from({ length: 60 }, () => failedJob("parse")));
      const reprocess = failed.map(({ about }) =>
        reprocessDocument(sql, bus, userId, workspaceId, about).then(
          () => 1,
          () => 0,
        ),
      );
      const operators = [retryAllJobs(sql, bus, undefined), retryAllJobs(sql, bus, "parse")];
      const [reprocessed, tallies] = await Promise.all([
        Promise.all(reprocess),
        Promise.all(operators),
      ]);
      const retried = tallies.reduce((sum, tally) => sum + tally.retried, 0);
      expect(retried + reprocessed.filter(Boolean).length).toBe(60);
      const active = await sql`
      select document_id from jobs where status = 'queued' group by 1 having count(*) > 1`;
      expect(active).toHaveLength(0);
    });
  });
});
