import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { UPLOAD_LIMIT_MB } from "../support/both.ts";
import type { Client, Upload } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type FakeLlm, startLlm } from "../support/llm.ts";
import { logOf } from "../support/log.ts";
import { BROKEN_PDF, LIGHTHOUSE, LIGHTHOUSE_QUESTION, reaches } from "../support/scenes.ts";
import { buildPdf, withBrokenPage } from "../support/pdf.ts";
import { embedded, networked, type SetUp } from "../support/set-up.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe.each([
  ["embedded", embedded],
  ["networked", networked],
] as const)("a request id: %s", (_name, start) => {
  let setUp: SetUp;
  let llm: FakeLlm;
  let user: Client;
  beforeAll(async () => {
    llm = startLlm();
    const env = { ...llm.env, LOG_LEVEL: "debug", MAX_UPLOAD_MB: String(UPLOAD_LIMIT_MB) };
    setUp = await start({ env });
    user = await setUp.user();
  });
  afterAll(async () => {
    await Promise.all([setUp.stop(), llm.stop()]);
  });

  const idOf = async (path: string, given?: string) => {
    const headers: Record<string, string> = given === undefined ? {} : { "X-Request-Id": given };
    return (await user.call("GET", path, { headers })).headers.get("x-request-id");
  };
  const lines = () => setUp.engines().flatMap((engine) => logOf(engine));

  test("is the caller's, where it may be one, and else a new one", async () => {
    for (const path of ["/api/me", "/api/nothing", "/health", "/"]) {
      expect(await idOf(path, "shop.order:42_a-B")).toBe("shop.order:42_a-B");
      expect(await idOf(path, "x".repeat(128))).toBe("x".repeat(128));
      for (const given of [undefined, "", "x".repeat(129), "a b", 'a"}', "é"])
        expect(await idOf(path, given)).toMatch(UUID_V7);
    }
    expect(await idOf("/api/me")).not.toBe(await idOf("/api/me"));
  });

  test("is in the one line that tells of the request, with its route and user", async () => {
    const id = `line-${crypto.randomUUID()}`;
    await user.call("GET", `/api/workspaces/${crypto.randomUUID()}?secret=x`, {
      headers: { "X-Request-Id": id },
    });
    const line = await eventually(() => lines().find(({ request_id }) => request_id === id));
    expect(line).toMatchObject({
      level: "INFO",
      logger: "rag-engine.http",
      method: "GET",
      route: "/api/workspaces/:w",
      status: 404,
      user_id: user.userId,
      duration_ms: expect.any(Number) as unknown,
    });
    expect(lines().filter(({ request_id }) => request_id === id)).toHaveLength(1);
  });

  test("goes with an upload through both of its jobs, their lines, and every event", async () => {
    const id = `upload-${crypto.randomUUID()}`;
    const workspace = await user.createWorkspace();
    const socket = await user.connect();
    const form = new FormData();
    form.append("files", new Blob([LIGHTHOUSE.content]), LIGHTHOUSE.name);
    const path = `/api/workspaces/${workspace.id}/documents/upload`;
    await user.call("POST", path, { raw: form, headers: { "X-Request-Id": id } });
    await socket.waitFor("document.status_updated", ({ status }) => status === "ingested");
    // That the workspace is there may be told late; of the upload tell three states of its jobs, and three of its own.
    const told = await eventually(() => {
      const events = socket.frames.filter(
        ({ id: cursor, type }) => cursor !== undefined && type !== "workspace.joined",
      );
      return new Set(events.map((event) => event.id)).size >= 9 && events;
    });
    for (const { payload } of told) expect(payload).toHaveProperty("request_id", id);
    await eventually(() => {
      const jobs = lines().filter((line) => line["request_id"] === id && "job_id" in line);
      expect(jobs.map(({ kind }) => String(kind)).toSorted()).toEqual(["ingest", "parse"]);
      return true;
    });
    await user.leave();
  });

  test("goes with a question to its answer", async () => {
    const id = `question-${crypto.randomUUID()}`;
    const workspace = await user.createWorkspace();
    await user.upload(workspace.id, LIGHTHOUSE);
    const conversation = await user.createConversation(workspace.id);
    const socket = await user.connect();
    await user.call("POST", `/api/conversations/${conversation.id}/messages`, {
      json: { content: LIGHTHOUSE_QUESTION },
      headers: { "X-Request-Id": id },
    });
    await socket.waitFor("message.created");
    const done = await socket.waitFor("message.status_updated", ({ status }) => status === "done");
    for (const { payload } of [...socket.ofType("message.created"), done])
      expect(payload).toHaveProperty("request_id", id);
    await user.leave();
  });

  test("is in the line that says what of a document is left out", async () => {
    const id = `broken-page-${crypto.randomUUID()}`;
    const workspace = await user.createWorkspace();
    // The parser has read others before.
    await user.upload(workspace.id, LIGHTHOUSE);
    const form = new FormData();
    const pdf = withBrokenPage(buildPdf(["The first page.", "The second page."]), 2);
    form.append("files", new Blob([pdf]), "broken-page.pdf");
    const path = `/api/workspaces/${workspace.id}/documents/upload`;
    const { items } = await user.expect<Upload>(200, "POST", path, {
      raw: form,
      headers: { "X-Request-Id": id },
    });
    const told = await eventually(() =>
      lines().find(({ message }) => message.startsWith("Page 2 of a PDF cannot be read: ")),
    );
    expect(told).toMatchObject({
      level: "WARN",
      request_id: id,
      document_id: items[0]?.document.id,
    });
  });

  test("is in the line of a job that failed, with nothing of what the document says", async () => {
    const workspace = await user.createWorkspace();
    const { items } = await user.upload(workspace.id, BROKEN_PDF);
    await reaches(user, workspace.id, items[0]?.document.id ?? "", "error");
    const failed = await eventually(() =>
      lines().find(({ outcome, kind }) => outcome === "failed" && kind === "parse"),
    );
    expect(failed["request_id"]).toMatch(UUID_V7);
    expect(failed["level"]).toBe("INFO");
  });
});
