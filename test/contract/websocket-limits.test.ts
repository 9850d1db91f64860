/** What bounds a socket: how many, how quick, how slow, and how long. */
import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import { onBothSetUps, onTheNetwork } from "../support/both.ts";
import { type Client, socketUrl } from "../support/client.ts";
import { runVerb } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { secondsFromNow, signHs256 } from "../support/jwt.ts";
import { encodeFrame, OPCODE, RawSocket } from "../support/raw-socket.ts";
import type { SetUp } from "../support/set-up.ts";
import { soonExpired } from "../support/soon-expired.ts";
import { anInstant } from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

const CONNECTIONS_MAX = 50;
const HANDSHAKE = {
  "sec-websocket-version": "13",
  "sec-websocket-key": Buffer.alloc(16).toString("base64"),
} as const;
/** The longest content there may be, in characters of three bytes. */
const LONG_CONTENT = "字".repeat(16_000);
/** Their events are more than the buffers of both ends and the limit together. */
const LONG_MESSAGES = 250;
/** So few that they are posted long before the server gives up on telling a slow reader why. */
const LONG_MESSAGES_A_STEP = 10;
const STEPS = LONG_MESSAGES / LONG_MESSAGES_A_STEP;
const POSTED_AT_ONCE = 8;
/** Longer than a session that was ended may be let in; it only bounds a hang. */
const REVOKED_TIMEOUT_MS = 60_000;

async function newConversation(user: Client): Promise<string> {
  return (await user.createConversation((await user.createWorkspace()).id)).id;
}

/** Makes events of some 48 kB each; nobody answers, which would take longer than a reader may stand still. */
async function postLongMessages(user: Client, id: string, count: number): Promise<void> {
  const options = { json: { content: LONG_CONTENT, ask: false } };
  let left = count;
  const post = async () => {
    while (left-- > 0) await user.expect(200, "POST", `/api/conversations/${id}/messages`, options);
  };
  await Promise.all(Array.from({ length: POSTED_AT_ONCE }, post));
}

/** A user of a session of the identity provider. */
async function ofSession(setUp: SetUp): Promise<{ user: Client; sessionId: string }> {
  const sessionId = crypto.randomUUID();
  return { user: await setUp.user({ session_id: sessionId }), sessionId };
}

/** The status of a call, and of an upgrade, with this user's token. */
async function entry(user: Client): Promise<[rest: number, socket: number]> {
  const socket = new RawSocket(socketUrl(user.url, user.token));
  const status = await socket.status;
  socket.destroy();
  return [(await user.call("GET", "/api/me")).status, status];
}

describe("the limits of a socket", () => {
  onBothSetUps((setUp) => {
    test("a user has 50 connections; the 51st is refused before the upgrade with 429", async () => {
      const user = await setUp().user();
      const address = socketUrl(user.url, user.token);
      const sockets = Array.from({ length: CONNECTIONS_MAX + 10 }, () => new RawSocket(address));
      const statuses = await Promise.all(sockets.map(({ status }) => status));
      expect(statuses.filter((status) => status === 101)).toHaveLength(CONNECTIONS_MAX);
      expect(statuses.filter((status) => status === 429)).toHaveLength(10);
      const headers = { upgrade: "websocket", connection: "Upgrade", ...HANDSHAKE };
      expect(await user.call("GET", "/ws", { headers })).toMatchObject({
        status: 429,
        body: { code: "too_many_requests", detail: expect.any(String) as unknown },
      });
      for (const socket of sockets) socket.destroy();
      await eventually(async () => (await user.connect()).ofType("ready").length === 1);
      await user.leave();
    });

    test("a client that sends too many frames is closed with 4429; a burst of 50 is none", async () => {
      const user = await setUp().user();
      const socket = await user.connect();
      for (let frame = 0; frame < 50; frame++) socket.send({ type: "ping" });
      await eventually(() => socket.ofType("pong").length === 50);
      for (let frame = 0; frame < 200; frame++) socket.send({ type: "ping" });
      expect((await socket.closed).code).toBe(4429);
    });

    test("pings and pongs of the protocol are frames too", async () => {
      const user = await setUp().user();
      for (const opcode of [OPCODE.ping, OPCODE.pong]) {
        const socket = new RawSocket(socketUrl(user.url, user.token));
        expect(await socket.status).toBe(101);
        const frame = encodeFrame(opcode, Buffer.alloc(0));
        await socket.write(Buffer.concat(Array.from({ length: 200 }, () => frame)));
        expect(await socket.gone).toBe(4429);
      }
    });
  });
});

describe("a socket that is slow to read", () => {
  onBothSetUps((setUp) => {
    test("4408 too slow (its buffer passed the limit); the user's other sockets stay", async () => {
      const user = await setUp().user();
      const witness = await user.connect();
      const id = await newConversation(user);
      const readers = Array.from(
        { length: STEPS },
        () => new RawSocket(socketUrl(user.url, user.token)),
      );
      for (const reader of readers) {
        expect(await reader.status).toBe(101);
        reader.pause();
      }
      // How much the system buffers is its own affair, and whoever reads on too late is not told why: one after the
      // other reads on, until it was too much for one.
      const ends: (number | undefined)[] = [];
      for (const reader of readers) {
        await postLongMessages(user, id, LONG_MESSAGES_A_STEP);
        // Sending does not wait until they are told.
        const told = () => new Set(witness.ofType("message.created").map((frame) => frame.id)).size;
        const due = LONG_MESSAGES_A_STEP * (readers.indexOf(reader) + 1);
        await eventually(() => told() === due);
        reader.resume();
        void reader.gone.then((code) => ends.push(code));
        const hasAll = () =>
          reader.messages().filter(({ type }) => type === "message.created").length >= due;
        await eventually(() => ends.length > 0 || hasAll());
        if (ends.length > 0) break;
      }
      expect(ends).toEqual([4408]);
      for (const reader of readers) reader.destroy();
      expect(witness.socket.readyState).toBe(WebSocket.OPEN);
      await user.leave();
    });
  });

  onTheNetwork((setUp) => {
    test("a replay goes no faster than its client reads, and is complete", async () => {
      const user = await setUp().user();
      const first = await user.connect();
      const { payload } = await first.waitFor<{ cursor: string }>("ready");
      await postLongMessages(user, await newConversation(user), LONG_MESSAGES);
      const missed = await eventually(() => {
        const ids = new Set(first.ofType("message.created").map(({ id }) => id));
        return ids.size === LONG_MESSAGES && ids;
      });
      const socket = new RawSocket(socketUrl(user.url, user.token, payload.cursor));
      expect(await socket.status).toBe(101);
      const replayed = () => new Set(socket.messages().map(({ id }) => id));
      for (let pause = 0; pause < 5; pause++) {
        socket.pause();
        await Bun.sleep(300);
        socket.resume();
        await Bun.sleep(5);
      }
      await eventually(() => missed.isSubsetOf(replayed()));
      // It was never closed: what happens now comes as well.
      const { id } = await user.createWorkspace();
      await user.upload(id, { name: "later.txt", content: "Later." });
      await eventually(() => socket.messages().some(({ type }) => type === "document.created"));
      socket.destroy();
      await user.leave();
    });
  });
});

describe("a token that is renewed", () => {
  onBothSetUps((setUp) => {
    test("`auth` with a newer token: the connection lives until that one expires", async () => {
      const exp = secondsFromNow(600);
      const held = await soonExpired(setUp(), async (user, socket) => {
        const doomed = await user.connect();
        socket.send({ type: "auth", token: await signHs256({ sub: user.userId, exp }) });
        const { payload } = await socket.waitFor<{ expires_at: string }>("auth.accepted");
        expectShape(payload, { expires_at: anInstant });
        expect(Date.parse(payload.expires_at)).toBe(exp * 1000);
        return { user, socket, doomed };
      });
      expect((await held.doomed.closed).code).toBe(4401); // What the old token allowed is over.
      held.socket.send({ type: "ping" });
      await held.socket.waitFor("pong");
      await held.user.leave();
    });

    test("another user's, another tenant's, an expired or a broken token changes nothing", async () => {
      const held = await soonExpired(setUp(), async ({ userId: sub }, socket) => {
        const refused = [
          await signHs256({ sub: crypto.randomUUID() }),
          await signHs256({ sub, tenant_id: "another" }),
          await signHs256({ sub, exp: secondsFromNow(-90) }),
          await signHs256({ sub }, "some other secret, long enough"),
          "words",
        ];
        for (const token of refused) socket.send({ type: "auth", token });
        socket.send({ type: "auth" });
        await socket.waitFor("auth.refused", ({ code }) => code === "invalid_request");
        const answers = socket.ofType("auth.refused").map(({ payload }) => payload);
        const detail: unknown = expect.any(String);
        expectShape(answers, [
          ...refused.map(() => ({ code: "unauthorized", detail })),
          { code: "invalid_request", detail },
        ]);
        return socket;
      });
      expect((await held.closed).code).toBe(4401);
      expect(held.ofType("auth.accepted")).toEqual([]);
    });
  });
});

describe("a session that is ended before its token expires", () => {
  onTheNetwork((setUp) => {
    const databaseUrl = () => setUp().network?.databaseUrl ?? "";

    test(
      "`rag-engine revoke SESSION_ID` closes its sockets with 4401, and lets nobody in again",
      async () => {
        const { user, sessionId } = await ofSession(setUp());
        const other = await ofSession(setUp());
        const [socket, witness] = [await user.connect(), await other.user.connect()];
        expect(await entry(user)).toEqual([200, 101]);
        const env = { DATABASE_URL: databaseUrl(), ROLE: "api" };
        const revoked = await runVerb(["revoke", sessionId], {
          env: { ...setUp().api().env, ...env },
        });
        expect(revoked).toMatchObject({ code: 0, stderr: "" });
        expect(await socket.closed).toEqual({ code: 4401, reason: "The session has ended." });
        const closedAgain = async () => expect(await entry(user)).toEqual([401, 401]);
        await eventually(async () => (await closedAgain(), true), {
          timeoutMs: REVOKED_TIMEOUT_MS,
        });
        expect(witness.socket.readyState).toBe(WebSocket.OPEN);
        expect(await entry(other.user)).toEqual([200, 101]);
        // A newer token of the same session is no way in either.
        witness.send({
          type: "auth",
          token: await signHs256({ sub: other.user.userId, session_id: sessionId }),
        });
        await witness.waitFor("auth.refused");
        await other.user.leave();
      },
      2 * REVOKED_TIMEOUT_MS,
    );

    test("a session that is no text is no session: such a token is refused", async () => {
      for (const session_id of [7, "", {}, "x".repeat(200)])
        expect(await entry(await setUp().user({ session_id }))).toEqual([401, 401]);
    });

    test(
      "in the database of Supabase itself a session ends with its row in auth.sessions",
      async () => {
        const sql = postgres(databaseUrl(), { max: 1, onnotice: () => undefined });
        const { user, sessionId } = await ofSession(setUp());
        await sql`create schema auth`;
        await sql`create table auth.sessions (id uuid primary key, user_id uuid not null)`;
        await sql`insert into auth.sessions (id, user_id) values (${sessionId}, ${user.userId})`;
        const socket = await user.connect();
        expect(await entry(user)).toEqual([200, 101]);
        expect(await entry((await ofSession(setUp())).user)).toEqual([401, 401]);
        await sql`delete from auth.sessions where id = ${sessionId}`;
        expect((await socket.closed).code).toBe(4401);
        await sql`drop schema auth cascade`;
        await sql.end();
      },
      2 * REVOKED_TIMEOUT_MS,
    );
  });
});
