import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Bus } from "../../src/event/bus.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { PresenceAnnouncer } from "../../src/presence/announcer.ts";
import { InProcessPresenceStore } from "../../src/presence/in-process-store.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";

setDefaultTimeout(120_000);

interface Told {
  readonly topic: string;
  readonly payload: { workspace_id: string; user_id: string; status: string };
}

describe.each(ROUTES)("presence announced by %s", (route) => {
  let sql: Database;
  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 4);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));

  /** An announcer with a bus that takes note of everything. */
  function announcing(onTold: (told: Told) => Promise<void> = async () => undefined) {
    const told: Told[] = [];
    const within = new InProcessBus();
    const bus: Bus = {
      copyChannels: within.copyChannels,
      publish: async (_, message) => {
        const event = message as Told;
        told.push(event);
        await onTold(event);
        return true;
      },
      nudge: (topic) => within.nudge(topic),
      subscribe: (topic, handler) => within.subscribe(topic, handler),
      onNudge: (topic, onNudge) => within.onNudge(topic, onNudge),
      state: () => "up",
    };
    const presence = new InProcessPresenceStore({ graceMs: 0 });
    const announcer = new PresenceAnnouncer({ sql, bus, presence });
    const untilTold = async () => {
      while (await announcer.runOnce());
    };
    return { announcer, presence, told, untilTold };
  }

  const connectionOf = (userId: string) => ({ id: crypto.randomUUID(), userId });

  /** Workspaces that a user shares with somebody. */
  async function workspacesOf(userId: string, count: number): Promise<void> {
    const owner = crypto.randomUUID();
    await sql`
      with created as (
        insert into workspaces (user_id, tenant_id, name)
        select ${owner}::uuid, 'tenant', 'Shared' from generate_series(1, ${count}) returning id)
      insert into workspace_members (workspace_id, user_id, role)
      select id, ${userId}::uuid, 'viewer' from created`;
  }

  test("a user of very many workspaces is told of in each of them, once", async () => {
    const [busy, alone] = [crypto.randomUUID(), crypto.randomUUID()];
    await workspacesOf(busy, 1_200);
    await sql`insert into workspaces (user_id, tenant_id, name) values (${alone}, 'tenant', 'Own')`;
    const { announcer, presence, told, untilTold } = announcing();
    announcer.changed(await presence.touch([connectionOf(busy), connectionOf(alone)]));
    await untilTold();
    expect(told).toHaveLength(1_200);
    expect(new Set(told.map(({ topic }) => topic)).size).toBe(1_200);
    for (const { topic, payload } of told)
      expect(payload).toEqual({
        workspace_id: topic.slice("workspace:".length),
        user_id: busy,
        status: "online",
      });
  });

  test("who comes back while told to be gone, by whatever process, is told to be there at last", async () => {
    const userId = crypto.randomUUID();
    await workspacesOf(userId, 1);
    const first = connectionOf(userId);
    const { announcer, presence, told, untilTold } = announcing(async ({ payload }) => {
      // The process that they come back to tells of it before this one does.
      if (payload.status === "offline") await presence.touch([connectionOf(userId)]);
    });
    await presence.touch([first]);
    await presence.leave([first]);
    announcer.changed((await presence.sweep()).gone);
    await untilTold();
    expect(told.map(({ payload }) => payload.status)).toEqual(["offline", "online"]);
  });
});
