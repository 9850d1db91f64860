import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { onBothSetUps, onBreakableSetUps, onTheNetwork, steadySetUps } from "../support/both.ts";

import { type Client, socketUrl } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { secondsFromNow, signHs256, unsigned } from "../support/jwt.ts";
import { LiveSocket } from "../support/live-socket.ts";
import { OPCODE, RawSocket } from "../support/raw-socket.ts";
import {
  aString,
  anId,
  anInstant,
  BROKEN_PDF,
  LIGHTHOUSE,
  LIGHTHOUSE_ANSWER,
  LIGHTHOUSE_QUESTION,
  reaches,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";
import { soonExpired } from "../support/soon-expired.ts";

/** Longer than the silence that the server allows. */
const SILENCE_TEST_TIMEOUT_MS = 100_000;

/** The workspace that is joined, the document that is there, three states of its two jobs, and two of its own. */
const EVENTS_OF_AN_UPLOAD = 10;

const newUser = (): string => crypto.randomUUID();

/** Sockets that say nothing of themselves, or never hear anything; their minute runs while the tests do. */
const quiet: { name: string; silent: RawSocket; deaf: RawSocket; idle: LiveSocket }[] = [];

beforeAll(async () => {
  for (const setUp of await steadySetUps()) {
    const { url, token } = await setUp.user();
    const address = socketUrl(url, token);
    const [silent, deaf] = [new RawSocket(address), new RawSocket(address)];
    quiet.push({ name: setUp.name, silent, deaf, idle: LiveSocket.open(address) });
  }
}, SILENCE_TEST_TIMEOUT_MS);

/** Uploads one file and waits at the socket until the document has come to its end. */
async function uploadLive(client: Client, socket: LiveSocket, file = LIGHTHOUSE) {
  const workspace = await client.createWorkspace();
  const { items } = await client.upload(workspace.id, file);
  const id = items[0]?.document.id ?? "";
  await socket.waitFor<{ document_id: string; status: string }>(
    "document.status_updated",
    ({ document_id, status }) => document_id === id && /ingested|error/.test(status),
  );
  return { workspaceId: workspace.id, documentId: id };
}

/**
 * The payloads of a type's events about something, once so many of them have come, in the order of the log: they come
 * at least once, what two processes tell may come in either order, and what happened before may come late.
 * @param id what each of them names
 */
function payloadsAbout(
  id: string,
  socket: LiveSocket,
  type: string,
  count: number,
): Promise<unknown[]> {
  return eventually(() => {
    const frames = socket
      .ofType(type)
      .filter(({ payload }) => JSON.stringify(payload).includes(id));
    const events = new Map(frames.map((frame) => [frame.id ?? "", frame.payload]));
    if (events.size < count) return false;
    return [...events]
      .toSorted(([one], [other]) => byLog(one, other))
      .map(([, payload]) => payload);
  });
}

/** Compares two events' ids: the transaction and, within it, the event. */
function byLog(one: string, other: string): number {
  const [a = [], b = []] = [one, other].map((id) => id.split("-").map(Number));
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}

describe("3. WebSocket `GET /ws`: frames", () => {
  onBothSetUps((setUp) => {
    let user: Client;
    beforeAll(async () => {
      user = await setUp().user();
    });
    afterEach(() => user.leave());

    test("`ready` is the first frame: `{user_id, tenant_id, connection_id, cursor}`, and it is ephemeral", async () => {
      const [one, two] = [await user.connect(), await user.connect()];
      const ids = { user_id: user.userId, tenant_id: user.userId };
      const payload = { ...ids, connection_id: aString, cursor: aString };
      for (const { frames } of [one, two]) {
        expectShape(frames[0], { type: "ready", payload });
        expect(frames[0]).not.toHaveProperty("id");
      }
      const connectionOf = async (socket: LiveSocket) =>
        (await socket.waitFor("ready")).payload["connection_id"];
      expect(await connectionOf(one)).not.toBe(await connectionOf(two));
    });

    test("`document.created`: `{workspace_id, document: {id, title, status, source_type, created_at}}`", async () => {
      const socket = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, socket);
      const document = {
        id: documentId,
        title: LIGHTHOUSE.name,
        status: "pending",
        source_type: aString,
        page_unit: "page",
        created_at: anInstant,
      };
      const created = [{ workspace_id: workspaceId, document }];
      expectShape(await payloadsAbout(documentId, socket, "document.created", 1), created);
    });

    test("`document.status_updated`: `{workspace_id, document_id, status}`: parsed, then ingested", async () => {
      const socket = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, socket);
      const ids = { workspace_id: workspaceId, document_id: documentId };
      const told = ["parsed", "ingested"].map((status) => ({ ...ids, status }));
      expectShape(await payloadsAbout(documentId, socket, "document.status_updated", 2), told);
    });

    test("`document.status_updated`: `error` for what cannot be read", async () => {
      const socket = await user.connect();
      const { documentId } = await uploadLive(user, socket, BROKEN_PDF);
      const told = [{ document_id: documentId, status: "error" }];
      expectShape(await payloadsAbout(documentId, socket, "document.status_updated", 1), told);
    });

    test("`document.deleted`: `{workspace_id, document_id}`", async () => {
      const socket = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, socket);
      await user.expect(204, "DELETE", `/api/workspaces/${workspaceId}/documents/${documentId}`);
      const { payload } = await socket.waitFor("document.deleted");
      expectShape(payload, { workspace_id: workspaceId, document_id: documentId });
    });

    test("`job.status_updated`: `{job_id, job_type, workspace_id, document_id, status, retry_count, error_message}`", async () => {
      const socket = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, socket);
      const told = await payloadsAbout(documentId, socket, "job.status_updated", 6);
      const common = { job_id: anId, workspace_id: workspaceId, document_id: documentId };
      const calm = { ...common, retry_count: 0, error_message: null };
      for (const job_type of ["parse", "ingest"]) {
        const ofThis = told.filter(
          (payload) => (payload as { job_type: string }).job_type === job_type,
        );
        const course = ["queued", "running", "success"];
        expectShape(
          ofThis,
          course.map((status) => ({ ...calm, job_type, status })),
        );
      }
    });

    test("`job.status_updated`: `failed` with a one-sentence `error_message`", async () => {
      const socket = await user.connect();
      await uploadLive(user, socket, BROKEN_PDF);
      const { payload } = await socket.waitFor<{ status: string }>(
        "job.status_updated",
        ({ status }) => status === "failed",
      );
      expectShape(payload, { job_type: "parse", retry_count: 0, error_message: aString });
    });

    test("`message.created`: `{workspace_id, conversation_id, message}`, for the question and for the answer to come", async () => {
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      const socket = await user.connect();
      const { items } = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const ids = { workspace_id: workspace.id, conversation_id: conversation.id };
      const common = { ...ids, created_at: anInstant };
      const question = { ...common, id: items[0].id, role: "user", content: LIGHTHOUSE_QUESTION };
      const answer = { ...common, id: items[1].id, role: "ai", status: "pending", content: "" };
      // Who answers does not wait for who delivers.
      expectShape(await payloadsAbout(conversation.id, socket, "message.created", 2), [
        { ...ids, message: { ...question, status: "done" } },
        { ...ids, message: answer },
      ]);
    });

    test("`message.status_updated`: `{workspace_id, conversation_id, message_id, status, content?, metadata?}`", async () => {
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      const socket = await user.connect();
      const answer = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const { payload } = await socket.waitFor<{ status: string; content?: string }>(
        "message.status_updated",
        ({ status }) => status === "done",
      );
      expectShape(payload, {
        workspace_id: workspace.id,
        conversation_id: conversation.id,
        message_id: answer.id,
      });
      // A small answer comes along; a large one is fetched.
      if (payload.content !== undefined) expect(payload.content).toContain(LIGHTHOUSE_ANSWER);
    });

    test("`job.progress`: a tenant job event, to every connection of that tenant; ephemeral", async () => {
      const tenant_id = newUser();
      const [ada, grace] = [await setUp().user({ tenant_id }), await setUp().user({ tenant_id })];
      const sockets = [await ada.connect(), await grace.connect()];
      const outside = await user.connect();
      const [first] = sockets;
      if (!first) throw new Error("Two sockets were to be opened.");
      const { documentId } = await uploadLive(ada, first);
      for (const socket of sockets) {
        const done = await socket.waitFor<{ event: string; document_id: string }>(
          "job.progress",
          ({ event, document_id }) => event === "parse_done" && document_id === documentId,
        );
        expect(done).not.toHaveProperty("id");
        expectShape(done.payload, {
          job_id: anId,
          type: expect.stringMatching(/^(parse|chunk|embed)$/) as unknown,
          progress: 100,
          tenant_id,
          ts: anInstant,
        });
        await socket.waitFor("job.progress", ({ event }) => event === "parse_started");
      }
      expect(outside.ofType("job.progress")).toEqual([]);
      await Promise.all([ada.leave(), grace.leave()]);
    });

    test("every tab of a user gets every event of that user. Nobody gets an event of somebody else", async () => {
      const member = await setUp().user();
      const stranger = await setUp().user({ tenant_id: member.userId });
      const tabs = [await member.connect(), await member.connect(), await member.connect()];
      const theirs = await stranger.connect();
      const [first] = tabs;
      if (!first) throw new Error("Three tabs were to be opened.");
      await uploadLive(member, first);
      const durable = (socket: LiveSocket) =>
        [...new Set(socket.frames.flatMap(({ id }) => id ?? []))].toSorted();
      for (const tab of tabs) await eventually(() => durable(tab).length === EVENTS_OF_AN_UPLOAD);
      const told = durable(first);
      await uploadLive(stranger, theirs); // What would have come to the stranger has come by now.
      for (const tab of tabs) expect(durable(tab)).toEqual(told);
      expect(durable(theirs).filter((id) => told.includes(id))).toEqual([]);
      await Promise.all([member.leave(), stranger.leave()]);
    });

    test("`id` is the durable event's cursor; `?since=<id>` replays what was missed", async () => {
      const before = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, before);
      const last = before.frames.findLast(({ id }) => id !== undefined)?.id ?? "";
      await user.leave();
      await user.expect(204, "DELETE", `/api/workspaces/${workspaceId}/documents/${documentId}`);
      await user.upload(workspaceId, { name: "missed.txt", content: "Missed, but not lost." });
      const after = await user.connect({ since: last });
      expect(after.frames[0]?.type).toBe("ready");
      const deleted = await after.waitFor(
        "document.deleted",
        ({ document_id }) => document_id === documentId,
      );
      expect(deleted.id).toBeString();
      await after.waitFor<{ document: { title: string } }>(
        "document.created",
        ({ document }) => document.title === "missed.txt",
      );
      expect(after.ofType("resync_required")).toEqual([]);
    });

    test("the `cursor` of `ready` is one to replay from", async () => {
      const before = await user.connect();
      const { payload } = await before.waitFor<{ cursor: string }>("ready");
      await user.leave();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, LIGHTHOUSE);
      const id = items[0]?.document.id ?? "";
      await reaches(user, workspace.id, id, "ingested");
      const after = await user.connect({ since: payload.cursor });
      await after.waitFor<{ document_id: string; status: string }>(
        "document.status_updated",
        ({ document_id, status }) => document_id === id && status === "ingested",
      );
    });

    test("a cursor that the log does not know answers `resync_required`", async () => {
      const socket = await user.connect({ since: "not-a-cursor" });
      const resync = await socket.waitFor("resync_required");
      expect(resync).not.toHaveProperty("id");
    });

    test('the client may send `{"type":"ping"}` and gets `{"type":"pong"}`', async () => {
      const socket = await user.connect();
      socket.send({ type: "ping" });
      expect(await socket.frame(({ type }) => type === "pong")).not.toHaveProperty("id");
    });

    test("4400 malformed frame", async () => {
      for (const malformed of ["{", "words", "[]", "7", '"ping"', '{"no":"type"}', ""]) {
        const socket = await user.connect();
        socket.send(malformed);
        expect([malformed, (await socket.closed).code]).toEqual([malformed, 4400]);
      }
    });

    test("frames over 64 KiB are refused", async () => {
      const witness = await user.connect();
      const socket = await user.connect();
      socket.send({ type: "ping", pad: "x".repeat(60 * 1024) });
      await socket.frame(({ type }) => type === "pong");
      socket.send({ type: "ping", pad: "x".repeat(64 * 1024) });
      await socket.closed;
      expect(socket.ofType("pong")).toHaveLength(1);
      witness.send({ type: "ping" });
      await witness.waitFor("pong");
    });
  });
});

describe("3. WebSocket `GET /ws`: the connection", () => {
  onBothSetUps((setUp) => {
    test("`/ws` takes `?token=<JWT>` or the same header", async () => {
      const user = await setUp().user();
      const headers = { authorization: `Bearer ${user.token}` };
      const socket = LiveSocket.open(socketUrl(user.url, undefined), headers);
      const ready = await socket.waitFor("ready");
      expect(ready.payload["user_id"]).toBe(user.userId);
      await socket.close();
    });

    test("a bad or missing token is refused before the upgrade with 401", async () => {
      const sub = newUser();
      const bad = [
        undefined,
        "",
        "words",
        unsigned({ sub }),
        await signHs256({ sub }, "some other secret, long enough"),
        await signHs256({ sub, exp: secondsFromNow(-90) }),
        await signHs256({ sub: "ada" }),
      ];
      for (const token of bad) {
        const socket = new RawSocket(socketUrl(setUp().url, token));
        expect([token, await socket.status]).toEqual([token, 401]);
        socket.destroy();
      }
      // A token in a URL must not end up in a log, even a refused one.
      for (const token of bad.filter((each) => (each?.length ?? 0) > 20))
        expect(setUp().api().logs()).not.toContain(token ?? "");
    });

    test("a socket whose token expires is closed with 4401", async () => {
      const socket = await soonExpired(setUp(), (_, fresh) => Promise.resolve(fresh));
      expect((await socket.closed).code).toBe(4401);
    });
  });

  onBreakableSetUps((setUp) => {
    test("1012 the server is restarting; what happened meanwhile comes with `since`", async () => {
      const user = await setUp().user();
      const socket = await user.connect();
      const { workspaceId, documentId } = await uploadLive(user, socket);
      await socket.waitFor("job.status_updated", ({ job_type }) => job_type === "ingest");
      const last = socket.frames.findLast(({ id }) => id !== undefined)?.id ?? "";
      const restarted = setUp().restartApi("SIGTERM");
      expect((await socket.closed).code).toBe(1012);
      await restarted;
      await user.expect(204, "DELETE", `/api/workspaces/${workspaceId}/documents/${documentId}`);
      const back = await user.connect({ since: last });
      await back.waitFor("document.deleted", ({ document_id }) => document_id === documentId);
      await user.leave();
    });
  });

  onTheNetwork((setUp) => {
    test("kept 24 h; older answers `resync_required`, and the client reloads over REST", async () => {
      const user = await setUp().user();
      const socket = await user.connect();
      await uploadLive(user, socket);
      const last = socket.frames.findLast(({ id }) => id !== undefined)?.id ?? "";
      const sql = postgres(setUp().network?.databaseUrl ?? "", { max: 1 });
      // A day passes.
      await sql`update events set created_at = created_at - interval '25 hours'`;
      const late = await user.connect({ since: last });
      await late.waitFor("resync_required");
      await sql.end();
      await user.leave();
    });
  });

  test(
    "the server pings idle sockets, and drops one that stays silent for 60 s",
    async () => {
      await Promise.all(
        quiet.map(async ({ name, silent, deaf, idle }) => {
          expect([name, await silent.status, await deaf.status]).toEqual([name, 101, 101]);
          // One that sends, but answers no ping, may be a line that leads only one way.
          const sending = setInterval(() => deaf.send(OPCODE.text, '{"type":"news"}'), 1_000);
          await Promise.all([silent.gone, deaf.gone]);
          clearInterval(sending);
          for (const { frames } of [silent, deaf])
            expect(frames.map(({ opcode }) => opcode)).toContain(OPCODE.ping);
          // One that says nothing either, but answers the pings, stays.
          idle.send({ type: "ping" });
          await idle.waitFor("pong");
          await idle.close();
        }),
      );
    },
    SILENCE_TEST_TIMEOUT_MS,
  );
});
