import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { postMessage } from "../../src/chat/post-message.ts";
import { insertConversation } from "../../src/chat/store.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { QUEUE_TOPIC } from "../../src/job/job.ts";
import { Worker } from "../../src/job/worker.ts";
import { listDevices, saveDevice } from "../../src/notification/device-store.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { FcmGateway } from "../../src/push/fcm.ts";
import type { PushGateway } from "../../src/push/gateway.ts";
import { OneSignalGateway } from "../../src/push/onesignal.ts";
import { WebhookGateway } from "../../src/push/webhook.ts";
import { deliverTask } from "../../src/task/deliver-task.ts";
import { notifyTask } from "../../src/task/notify-task.ts";
import { retryAllJobs } from "../../src/task/retry-failed.ts";
import { insertWorkspace } from "../../src/workspace/store.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";
import { fcmError, refusal, startFcm } from "../support/push/fcm.ts";
import { startOneSignal } from "../support/push/onesignal.ts";
import { startWebhook } from "../support/push/webhook.ts";
import { workerDeps } from "../support/worker.ts";

setDefaultTimeout(120_000);

const webhook = startWebhook();
const oneSignal = startOneSignal();
const fcm = await startFcm(temporaryFolder("notifications"));
afterAll(() => Promise.all([webhook, oneSignal, fcm].map((service) => service.stop())));
afterEach(() => [webhook, oneSignal, fcm].forEach(({ script }) => script.clear()));

const BY_WEBHOOK = new WebhookGateway({ url: webhook.url, secrets: [webhook.secret] });
const BY_FCM = new FcmGateway({ ...fcm, projectId: "my-project" });
const BY_ONESIGNAL = new OneSignalGateway(oneSignal);

describe.each(ROUTES)("%s", (route) => {
  const bus = new InProcessBus();
  let sql: Database;
  let workspaceId = "";
  let online = new Set<string>();
  let presenceKnown = true;
  let workers: Worker[] = [];

  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 10);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));
  beforeEach(async () => {
    const owner = { userId: crypto.randomUUID(), tenantId: "t" };
    workspaceId = (await insertWorkspace(sql, owner, { name: "W", description: null })).id;
    online = new Set();
    presenceKnown = true;
    fcm.delivered.length = 0;
    oneSignal.delivered.length = 0;
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await sql`delete from jobs`;
  });

  async function work(...gateways: PushGateway[]): Promise<void> {
    const deps = workerDeps(sql, bus);
    const presence = {
      onlineAmong: (ids: readonly string[]) =>
        Promise.resolve(presenceKnown ? new Set(ids.filter((id) => online.has(id))) : undefined),
    };
    workers = [
      new Worker(deps, deliverTask({ sql, bus, notifies: gateways.length > 0 })),
      new Worker(deps, notifyTask({ sql, bus, presence, gateways })),
    ];
    await Promise.all(workers.map((worker) => worker.start()));
  }

  /** A conversation of so many people. */
  async function room(size: number): Promise<{ conversationId: string; people: string[] }> {
    const people = Array.from({ length: size }, () => crypto.randomUUID());
    await sql`
      insert into workspace_members (workspace_id, user_id, role)
      select ${workspaceId}, unnest(${people}::uuid[]), 'viewer'`;
    const [creator = ""] = people;
    const { id } = await insertConversation(sql, workspaceId, creator, "Skerry Point");
    await sql`
      insert into conversation_participants (conversation_id, user_id, workspace_id)
      select ${id}, unnest(${people.slice(1)}::uuid[]), ${workspaceId}`;
    return { conversationId: id, people };
  }

  const say = async (conversationId: string, userId = "", content = "The lamp is out.") =>
    (await postMessage(sql, bus, { conversationId, userId, content, clientId: null, ask: false }))
      .question;

  const jobs = (kind: "deliver" | "notify") =>
    sql<
      {
        status: string;
        retry_count: number;
        error_message: string | null;
        payload: { recipients?: unknown[] };
      }[]
    >`select status, retry_count, error_message, payload from jobs where kind = ${kind} order by created_at, id`;

  /** Until nothing is left to be done. */
  async function settled() {
    await eventually(async () => {
      const [row] =
        await sql`select from jobs where kind in ('deliver', 'notify') and status in ('queued', 'running')`;
      return row === undefined;
    });
    return await jobs("notify");
  }

  /** Whoever waits for a retry waits no longer. */
  async function hasten(): Promise<void> {
    await sql`update jobs set next_run_at = now() where status = 'queued'`;
    await bus.nudge(QUEUE_TOPIC.notify);
  }

  const untilRetried = (times: number) =>
    eventually(async () => {
      const rows = await jobs("notify");
      return rows.some(({ retry_count }) => retry_count >= times);
    });

  async function throughRetry(times: number): Promise<void> {
    await untilRetried(times);
    await hasten();
  }

  const toldOf = (messageId: string) =>
    webhook.received().filter(({ data }) => data.message_id === messageId);
  const peopleTold = (messageId: string) =>
    toldOf(messageId)
      .flatMap(({ data }) => data.recipients.map(({ user_id }) => user_id))
      .toSorted();

  describe("a message", () => {
    test("is told to those who are away, once each: not to its author, nor to who is online", async () => {
      const { conversationId, people } = await room(6);
      const [author = "", watching = "", ...away] = people;
      online.add(watching);
      await work(BY_WEBHOOK);
      const { id } = await say(conversationId, author, "  The lamp\n is out. ");
      await settled();
      expect(peopleTold(id)).toEqual(away.toSorted());
      expect(toldOf(id)[0]?.data).toMatchObject({
        title: "Skerry Point",
        body: "The lamp is out.",
        sender_id: author,
      });
    });

    test("is told to everybody while it is unknown who is online", async () => {
      const { conversationId, people } = await room(3);
      online = new Set(people);
      presenceKnown = false;
      await work(BY_WEBHOOK);
      const { id } = await say(conversationId, people[0]);
      await settled();
      expect(peopleTold(id)).toEqual(people.slice(1).toSorted());
    });

    test("in a large room is told in batches of a hundred, and nobody is forgotten or told twice", async () => {
      const { conversationId, people } = await room(2_301);
      await work(BY_WEBHOOK);
      const { id } = await say(conversationId, people[0]);
      await settled();
      expect(peopleTold(id)).toEqual(people.slice(1).toSorted());
      expect(Math.max(...toldOf(id).map(({ data }) => data.recipients.length))).toBe(100);
    });

    test("to oneself, or where no push is configured, queues nothing", async () => {
      const alone = await room(1);
      await work(BY_WEBHOOK);
      await say(alone.conversationId, alone.people[0]);
      await settled();
      await Promise.all(workers.map((worker) => worker.stop()));
      const { conversationId, people } = await room(3);
      await work();
      await say(conversationId, people[0]);
      expect(await settled()).toHaveLength(0);
    });

    test("that has been read, or deleted, before its turn is told to nobody", async () => {
      const { conversationId, people } = await room(2);
      const read = await say(conversationId, people[0]);
      const deleted = await say(conversationId, people[0]);
      await sql`update conversation_participants set read_until = ${read.created_at}::timestamptz + interval '1 ms'
        where user_id = ${people[1] ?? ""}`;
      await sql`delete from messages where id = ${deleted.id}`;
      await work(BY_WEBHOOK);
      await settled();
      expect(toldOf(read.id)).toEqual([]);
      expect(toldOf(deleted.id)).toEqual([]);
    });
  });

  describe("a device", () => {
    test("of somebody who is away gets the message, and one that is gone is forgotten", async () => {
      const { conversationId, people } = await room(3);
      const [author, first = "", second = ""] = people;
      for (const token of ["phone", "tablet", "lost phone"])
        await saveDevice(sql, first, { provider: "fcm", token: `${token} of ${first}` });
      await saveDevice(sql, second, { provider: "fcm", token: `phone of ${second}` });
      fcm.registered.add(`phone of ${first}`).add(`tablet of ${first}`).add(`phone of ${second}`);
      fcm.gone.add(`lost phone of ${first}`);
      await work(BY_FCM);
      await say(conversationId, author);
      await settled();
      expect(fcm.delivered.map(({ token }) => token).toSorted()).toEqual(
        [`phone of ${first}`, `phone of ${second}`, `tablet of ${first}`].toSorted(),
      );
      expect(await listDevices(sql, first)).toHaveLength(2);
      expect(await listDevices(sql, second)).toHaveLength(1);
    });

    test("that has passed to somebody else shows nothing of what its former owner is told", async () => {
      const { conversationId, people } = await room(2);
      const [author, former = ""] = people;
      const token = `shared ${former}`;
      fcm.registered.add(token);
      await saveDevice(sql, former, { provider: "fcm", token });
      const later = { status: 503, headers: { "retry-after": "600" } };
      fcm.script.next(() => new Response(null, later));
      await work(BY_FCM);
      await say(conversationId, author);
      await untilRetried(1);
      await saveDevice(sql, crypto.randomUUID(), { provider: "fcm", token });
      await hasten();
      await settled();
      expect(fcm.delivered).toEqual([]);
    });

    test("of OneSignal is addressed by its subscription, a user without one by the user's id", async () => {
      const { conversationId, people } = await room(4);
      const [author, withDevice = "", loggedIn = "", stranger = ""] = people;
      const subscription = crypto.randomUUID();
      const lost = crypto.randomUUID();
      await saveDevice(sql, withDevice, { provider: "onesignal", token: subscription });
      await saveDevice(sql, withDevice, { provider: "onesignal", token: lost });
      oneSignal.subscribed.add(subscription).add(loggedIn).delete(stranger);
      await work(BY_ONESIGNAL);
      await say(conversationId, author);
      await settled();
      expect(oneSignal.delivered.flatMap(({ to }) => to).toSorted()).toEqual(
        [subscription, loggedIn].toSorted(),
      );
      expect(await listDevices(sql, withDevice)).toHaveLength(1);
    });
  });

  describe("a provider that fails", () => {
    test("twice and then works is asked a third time, under the same id", async () => {
      const { conversationId, people } = await room(2);
      const calls = webhook.calls.length;
      webhook.script.next(() => new Response(null, { status: 503 }), 2);
      await work(BY_WEBHOOK);
      const { id } = await say(conversationId, people[0]);
      await throughRetry(1);
      await throughRetry(2);
      await settled();
      expect(peopleTold(id)).toEqual([people[1] ?? ""]);
      const made = webhook.calls.slice(calls);
      expect(made.map(({ status }) => status)).toEqual([503, 503, 204]);
      expect(new Set(made.map((call) => call.id)).size).toBe(1);
    });

    test("for some is asked again for those alone", async () => {
      const { conversationId, people } = await room(4);
      for (const owner of people.slice(1)) {
        await saveDevice(sql, owner, { provider: "fcm", token: `phone of ${owner}` });
        fcm.registered.add(`phone of ${owner}`);
      }
      fcm.script.next(() => refusal(500, "INTERNAL", "Oops.", fcmError("INTERNAL")));
      await work(BY_FCM);
      await say(conversationId, people[0]);
      await throughRetry(1);
      await settled();
      const tokens = fcm.delivered.map(({ token }) => token);
      expect(tokens.toSorted()).toEqual(
        people
          .slice(1)
          .map((owner) => `phone of ${owner}`)
          .toSorted(),
      );
    });

    test("and says when to come again is left alone until then", async () => {
      const { conversationId, people } = await room(2);
      webhook.script.next(
        () => new Response(null, { status: 429, headers: { "retry-after": "600" } }),
      );
      await work(BY_WEBHOOK);
      await say(conversationId, people[0]);
      const waitSeconds = await eventually(async () => {
        const [row] = await sql<{ seconds: number }[]>`
          select extract(epoch from next_run_at - now())::float8 as seconds from jobs
          where kind = 'notify' and status = 'queued' and retry_count = 1`;
        return row?.seconds;
      });
      expect(waitSeconds).toBeGreaterThan(500);
    });

    test("every time ends as a dead letter, which an operator puts back", async () => {
      const { conversationId, people } = await room(3);
      webhook.script.next(() => new Response(null, { status: 500 }), 4);
      await work(BY_WEBHOOK);
      const { id } = await say(conversationId, people[0]);
      for (const times of [1, 2, 3]) await throughRetry(times);
      const dead = (await settled()).find(({ status }) => status === "failed");
      expect(dead).toMatchObject({
        retry_count: 3,
        error_message: "The webhook refused the notification (HTTP 500).",
      });
      expect(await retryAllJobs(sql, bus, "notify")).toEqual({ retried: 1, skipped: 0 });
      await settled();
      expect(peopleTold(id)).toEqual(people.slice(1).toSorted());
    });

    test("for good is not asked again", async () => {
      const { conversationId, people } = await room(2);
      webhook.script.next(() => new Response(null, { status: 410 }));
      await work(BY_WEBHOOK);
      await say(conversationId, people[0]);
      const dead = (await settled()).find(({ status }) => status === "failed");
      expect(dead).toMatchObject({ retry_count: 0 });
    });
  });
});
