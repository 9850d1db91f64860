import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Redis } from "ioredis";
import postgres from "postgres";
import { onTheBreakableNetwork, onTheNetwork } from "../support/both.ts";
import type { Client } from "../support/client.ts";
import type { Engine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import type { LiveSocket } from "../support/live-socket.ts";
import {
  aNumber,
  anId,
  anInstant,
  aString,
  BROKEN_PDF,
  libraryOf,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  railwayPdf,
  reaches,
  talkAbout,
} from "../support/scenes.ts";
import type { Network, SetUp } from "../support/set-up.ts";
import { expectShape } from "../support/shape.ts";

function networkOf(setUp: SetUp): Network {
  if (!setUp.network) throw new Error("This set-up has no network.");
  return setUp.network;
}

/** Everything that another system would hear on some channels. */
async function listen(redis: Redis, ...channels: string[]): Promise<unknown[]> {
  const heard: unknown[] = [];
  redis.on("message", (_, message) => heard.push(JSON.parse(message)));
  await redis.subscribe(...channels);
  return heard;
}

function roleOf(setUp: SetUp, role: string): Engine {
  const engine = setUp.engines().find(({ env }) => env["ROLE"] === role);
  if (!engine) throw new Error(`No process has the role ${role}.`);
  return engine;
}

describe("4. Redis: channels and lists", () => {
  onTheNetwork((setUp) => {
    let outside: Redis;
    let user: Client;
    let socket: LiveSocket;
    beforeEach(async () => {
      outside = networkOf(setUp()).redis.client();
      user = await setUp().user();
      socket = await user.connect();
    });
    afterEach(async () => {
      await user.leave();
      outside.disconnect();
    });

    const tell = (channel: string, message: unknown) =>
      outside.publish(channel, typeof message === "string" ? message : JSON.stringify(message));

    test("`rag_realtime` `{user_id, type, payload, id?}`: any process to every API process, which forwards it to that user's sockets", async () => {
      const second = await user.connect();
      const stranger = await setUp().user({ tenant_id: user.userId });
      const theirs = await stranger.connect();
      const payload = { from: "another system", nested: { numbers: [1, 2] } };
      await tell("rag_realtime", { user_id: user.userId, type: "test.plain", payload });
      for (const tab of [socket, second]) {
        const frame = await tab.waitFor("test.plain");
        expect(frame.payload).toEqual(payload);
        expect(frame).not.toHaveProperty("id");
      }
      await tell("rag_realtime", { user_id: stranger.userId, type: "test.last", payload: {} });
      await theirs.waitFor("test.last");
      expect(theirs.ofType("test.plain")).toEqual([]);
      await stranger.leave();
    });

    test("`rag_realtime`: an `id` is passed on", async () => {
      const message = { user_id: user.userId, type: "test.durable", payload: { n: 1 }, id: "7-7" };
      await tell("rag_realtime", message);
      expectShape(await socket.waitFor("test.durable"), { id: "7-7", payload: { n: 1 } });
    });

    test("`rag_realtime`: what is malformed harms nothing", async () => {
      const malformed = ["{", "7", "null", "[]", "{}", { user_id: 7 }, { type: "x" }, "\u0000"];
      for (const message of malformed) await tell("rag_realtime", message);
      await tell("rag_realtime", { user_id: user.userId, type: "test.after", payload: {} });
      await socket.waitFor("test.after");
      expect(socket.frames.map(({ type }) => type)).toEqual(["ready", "test.after"]);
    });

    test("`rag_realtime`: carries a copy of the engine's own events", async () => {
      const heard = await listen(networkOf(setUp()).redis.client(), "rag_realtime");
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, LIGHTHOUSE);
      const copy = await eventually(() =>
        heard.find((each) => (each as { type: string }).type === "document.created"),
      );
      expectShape(copy, {
        user_id: user.userId,
        type: "document.created",
        payload: { document: { id: items[0]?.document.id } },
        id: aString,
      });
    });

    test("`{tenant_id}.jobs` `{event, job_id, document_id, type, progress, tenant_id, ts}`: read by anybody", async () => {
      const client = networkOf(setUp()).redis.client();
      const heard = await listen(client, `${user.userId}.jobs`);
      const { documents } = await libraryOf(user, railwayPdf());
      const events = () => heard.map((each) => (each as { event: string }).event);
      await eventually(() => events().includes("parse_done"));
      expect(events()[0]).toBe("parse_started");
      for (const message of heard) {
        expectShape(message, {
          event: expect.stringMatching(/^parse_(started|progress|done|failed)$/) as unknown,
          job_id: anId,
          document_id: documents[0]?.id,
          type: expect.stringMatching(/^(parse|chunk|embed)$/) as unknown,
          progress: aNumber,
          tenant_id: user.userId,
          ts: anInstant,
        });
        const { progress } = message as { progress: number };
        expect(progress).toBeWithin(0, 101);
      }
      client.disconnect();
    });

    test("`{tenant_id}.jobs`: each stage begins at 0, never goes back, tells how far it is, and ends at 100", async () => {
      const client = networkOf(setUp()).redis.client();
      const heard = (await listen(client, `${user.userId}.jobs`)) as readonly {
        event: string;
        type: string;
        progress: number;
      }[];
      const content = Array.from(
        { length: 28_000 },
        (_each, at) => `The ship ${at} came in late.\n`,
      );
      await libraryOf(user, { name: "ships.txt", content: content.join("") });
      const ofStage = (stage: string) => heard.filter(({ type }) => type === stage);
      // Two processes tell of the two.
      for (const stage of ["parse", "chunk"]) {
        await eventually(() => ofStage(stage).some(({ event }) => event === "parse_done"));
        const told = ofStage(stage);
        expect(told[0]).toMatchObject({ event: "parse_started", progress: 0 });
        expect(told.at(-1)).toMatchObject({ event: "parse_done", progress: 100 });
        const shares = told.map(({ progress }) => progress);
        expect(shares).toEqual([...new Set(shares)].toSorted((a, b) => a - b));
      }
      const between = ofStage("chunk").filter(({ event }) => event === "parse_progress");
      expect(between.length).toBeGreaterThan(0);
      client.disconnect();
    });

    test("`{tenant_id}.jobs`: `parse_failed` for what cannot be read", async () => {
      const client = networkOf(setUp()).redis.client();
      const heard = await listen(client, `${user.userId}.jobs`);
      const workspace = await user.createWorkspace();
      await user.upload(workspace.id, BROKEN_PDF);
      await eventually(() =>
        heard.some((each) => (each as { event: string }).event === "parse_failed"),
      );
      client.disconnect();
    });

    test("`{tenant_id}.jobs`: what another system publishes comes to the tenant as `job.progress`, whatever its type", async () => {
      for (const [number, type] of ["parse", "chunk", "embed"].entries()) {
        const ids = { job_id: crypto.randomUUID(), document_id: crypto.randomUUID() };
        const event = { event: "parse_progress", type, progress: 40, tenant_id: user.userId };
        const message = { ...event, ...ids, ts: new Date().toISOString() };
        await tell(`${user.userId}.jobs`, message);
        await eventually(() => socket.ofType("job.progress").length > number);
        expect(socket.ofType("job.progress")[number]?.payload).toEqual(message);
      }
    });

    test("`chat:broadcast` `{conversation_id, type, payload, id?}`: an event for all participants of a conversation", async () => {
      const workspace = await user.createWorkspace();
      const conversation = await user.createConversation(workspace.id);
      const stranger = await setUp().user({ tenant_id: user.userId });
      const theirs = await stranger.connect();
      const message = {
        conversation_id: conversation.id,
        type: "test.chat",
        payload: { typing: true },
      };
      await tell("chat:broadcast", message);
      expect((await socket.waitFor("test.chat")).payload).toEqual({ typing: true });
      await tell("rag_realtime", { user_id: stranger.userId, type: "test.last", payload: {} });
      await theirs.waitFor("test.last");
      expect(theirs.ofType("test.chat")).toEqual([]);
      await stranger.leave();
    });

    test.each([
      ["parse_jobs", "an `RPUSH` on the list", "list"],
      ["parse_jobs", "a `PUBLISH` on the channel of that name", "channel"],
      ["ingest_jobs", "an `RPUSH` on the list", "list"],
      ["ingest_jobs", "a `PUBLISH` on the channel of that name", "channel"],
    ])("`%s` `{document_id, job_id}`: %s is a wake-up", async (queue, _, kind) => {
      const { documents } = await libraryOf(user, LIGHTHOUSE);
      const documentId = documents[0]?.id ?? "";
      const sql = postgres(networkOf(setUp()).databaseUrl, { max: 1 });
      const [job] = await sql<{ id: string }[]>`
        insert into ${sql(queue)} (document_id) values (${documentId}) returning id`;
      const hint = JSON.stringify({ document_id: documentId, job_id: job?.id });
      if (kind === "list") await outside.rpush(queue, hint);
      else expect(await outside.publish(queue, hint)).toBeGreaterThan(0);
      await eventually(async () => {
        const [row] = await sql`select status from ${sql(queue)} where id = ${job?.id ?? null}`;
        return row?.["status"] === "success";
      });
      // A worker that found the job by itself may take the hint a moment later.
      await eventually(async () => (await outside.llen(queue)) === 0);
      await sql.end();
    });

    test("`parse_jobs`, `ingest_jobs`: a wake-up that is nonsense harms nothing", async () => {
      for (const queue of ["parse_jobs", "ingest_jobs"])
        for (const nonsense of ["{", "null", '{"job_id":7}']) {
          await outside.rpush(queue, nonsense);
          await outside.publish(queue, nonsense);
        }
      await libraryOf(user, LIGHTHOUSE);
      await eventually(async () => (await outside.llen("parse_jobs")) === 0);
    });
  });

  onTheBreakableNetwork((setUp) => {
    test("`parse_jobs`: `{document_id, job_id}` in a list bounded in length", async () => {
      const outside = networkOf(setUp()).redis.client();
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const parser = roleOf(setUp(), "parse");
      parser.kill("SIGSTOP");
      const uploaded: string[] = [];
      try {
        await outside.rpush("parse_jobs", ...Array.from({ length: 20_000 }, () => "{}"));
        for (const name of ["one.txt", "two.txt"]) {
          const { items } = await user.upload(workspace.id, { name, content: "A few words." });
          uploaded.push(...items.map(({ document }) => document.id));
        }
        // An upload does not wait until it has woken somebody.
        await eventually(async () => {
          const hint: unknown = JSON.parse((await outside.lindex("parse_jobs", -1)) ?? "");
          expectShape(hint, { document_id: uploaded[1], job_id: anId });
          return true;
        });
        expect(await outside.llen("parse_jobs")).toBeLessThan(5_000);
      } finally {
        parser.kill("SIGCONT");
      }
      for (const id of uploaded) await reaches(user, workspace.id, id, "ingested");
      outside.disconnect();
    });
  });
});

describe("4. Redis carries hints and copies, never the only copy", () => {
  onTheBreakableNetwork((setUp) => {
    let user: Client;
    beforeAll(async () => {
      user = await setUp().user();
    });
    afterAll(() => user.leave());

    /** The whole of the main flow, told live and answered. */
    async function everythingWorks(): Promise<void> {
      const socket = await user.connect();
      const { conversation, document } = await talkAbout(user, LIGHTHOUSE);
      await socket.waitFor<{ document_id: string; status: string }>(
        "document.status_updated",
        ({ document_id, status }) => document_id === document.id && status === "ingested",
      );
      const path = `/api/conversations/${conversation.id}/messages`;
      const headers = { prefer: "respond-async" };
      await user.expect(202, "POST", path, { json: { content: LIGHTHOUSE_QUESTION }, headers });
      await socket.waitFor<{ conversation_id: string; status: string }>(
        "message.status_updated",
        ({ conversation_id, status }) => conversation_id === conversation.id && status === "done",
      );
      await socket.close();
    }

    test("losing all of it at any moment loses no data and no durable event", async () => {
      const { redis } = networkOf(setUp());
      const outside = redis.client();
      const socket = await user.connect();
      const workspace = await user.createWorkspace();
      const ids: string[] = [];
      for (let i = 0; i < 6; i++) {
        const { items } = await user.upload(workspace.id, {
          name: `${i}.txt`,
          content: `Text ${i}.`,
        });
        ids.push(items[0]?.document.id ?? "");
        await outside.flushall();
        await outside.call("CLIENT", "KILL", "TYPE", "pubsub");
      }
      for (const id of ids)
        await socket.waitFor<{ document_id: string; status: string }>(
          "document.status_updated",
          ({ document_id, status }) => document_id === id && status === "ingested",
        );
      outside.disconnect();
    });

    test("with Redis stopped everything goes on through Postgres; one warning per outage; and back", async () => {
      const { redis } = networkOf(setUp());
      await everythingWorks();
      const marks = setUp()
        .engines()
        .map((engine) => ({ engine, from: engine.logs().length }));
      await redis.stop();
      await everythingWorks();
      for (const { engine, from } of marks) {
        const warnings = await eventually(() => {
          const lines = warningsAboutRedis(engine.logs().slice(from));
          return lines.length > 0 && lines;
        });
        expect(warnings).toHaveLength(1);
      }
      await redis.restart();
      const outside = redis.client();
      // It is back when the API process hears what is published.
      await eventually(async () => {
        const [, listeners] = (await outside.pubsub("NUMSUB", "rag_realtime")) as [string, number];
        return listeners > 0;
      });
      await everythingWorks();
      outside.disconnect();
    });
  });
});

function warningsAboutRedis(logs: string): string[] {
  return logs.split("\n").filter((line) => /redis/i.test(line) && /\bwarn(ing)?\b/i.test(line));
}
