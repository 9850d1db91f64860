import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { PRESENCE_TIMES } from "../../src/presence/presence.ts";
import { onBothSetUps } from "../support/both.ts";
import { Client } from "../support/client.ts";
import type { Engine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import type { LiveSocket } from "../support/live-socket.ts";
import { addMember, teamOf } from "../support/people.ts";
import { presenceOf, shows, statusOf } from "../support/presence.ts";
import { expectError } from "../support/scenes.ts";
import { breakableNetworkOf, networked, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

interface Told {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly status: string;
}

/** The statuses of a user that a socket was told, in order. */
function toldOf(socket: LiveSocket, { userId }: Client): unknown[] {
  return socket
    .ofType("presence.updated")
    .map(({ payload }) => payload as Told)
    .filter(({ user_id }) => user_id === userId)
    .map(({ status }) => status);
}

function at({ url }: Engine, { token, userId }: Client): Client {
  return new Client(url, token, userId);
}

describe("GET `/api/workspaces/{w}/presence` `{workspace_id, known, items:[{user_id, status}]}`", () => {
  onBothSetUps((setUp) => {
    test("shows every member to every member", async () => {
      const { workspace, owner, editor, viewer } = await teamOf(setUp());
      await eventually(async () => (await presenceOf(viewer, workspace.id)).known);
      await editor.connect();
      await shows(viewer, workspace.id, editor, "online");
      expect(await presenceOf(viewer, workspace.id)).toEqual({
        workspace_id: workspace.id,
        known: true,
        items: [
          { user_id: viewer.userId, status: "offline" },
          { user_id: editor.userId, status: "online" },
          { user_id: owner.userId, status: "offline" },
        ],
        next_cursor: null,
      });
      await editor.leave();
    });

    test("`?limit=&cursor=` page through the members", async () => {
      const { workspace, owner, editor, viewer } = await teamOf(setUp());
      const first = await presenceOf(viewer, workspace.id, "?limit=2");
      expect(first.items.map(({ user_id }) => user_id)).toEqual([viewer.userId, editor.userId]);
      const rest = await presenceOf(
        viewer,
        workspace.id,
        `?limit=2&cursor=${first.next_cursor ?? ""}`,
      );
      expect(rest.items.map(({ user_id }) => user_id)).toEqual([owner.userId]);
      expect(rest.next_cursor).toBeNull();
    });

    test("is not there for who is no member", async () => {
      const { workspace } = await teamOf(setUp());
      const stranger = await setUp().user();
      const path = `/api/workspaces/${workspace.id}/presence`;
      const refused = expectError(await stranger.call("GET", path), 404);
      const none = `/api/workspaces/${crypto.randomUUID()}/presence`;
      expect(expectError(await stranger.call("GET", none), 404)).toEqual(refused);
    });

    test("`presence.updated` `{workspace_id, user_id, status}` tells the members, without an id, and nobody else", async () => {
      const { workspace, owner, viewer } = await teamOf(setUp());
      const stranger = await setUp().user({ tenant_id: owner.userId });
      const [seen, unseen] = [await viewer.connect(), await stranger.connect()];
      await owner.connect();
      const { payload, ...frame } = await seen.waitFor(
        "presence.updated",
        isAbout(owner, "online"),
      );
      expect(frame).toEqual({ type: "presence.updated" });
      expect(payload).toEqual({
        workspace_id: workspace.id,
        user_id: owner.userId,
        status: "online",
      });
      await owner.leave();
      await seen.waitFor("presence.updated", isAbout(owner, "offline"));
      expect(await statusOf(viewer, workspace.id, owner)).toBe("offline");
      expect(unseen.ofType("presence.updated")).toEqual([]);
      await Promise.all([viewer.leave(), stranger.leave()]);
    });

    test("a second tab, and a page that is loaded again, are no coming and going", async () => {
      const { workspace, owner, editor, viewer } = await teamOf(setUp());
      const watching = await viewer.connect();
      const tab = await editor.connect();
      await watching.waitFor("presence.updated", isAbout(editor, "online"));
      await editor.connect();
      const leftAt = performance.now();
      await editor.leave();
      await tab.closed;
      await editor.connect();
      const awayMs = performance.now() - leftAt;
      // Whoever came and went after that is told of before.
      await owner.connect();
      await owner.leave();
      await watching.waitFor("presence.updated", isAbout(owner, "offline"));
      // A machine so busy that the page takes longer than the grace shows nothing of it.
      if (awayMs < PRESENCE_TIMES.graceMs) expect(toldOf(watching, editor)).toEqual(["online"]);
      expect(await statusOf(viewer, workspace.id, editor)).toBe("online");
      await Promise.all([editor.leave(), viewer.leave()]);
    });
  });
});

function isAbout({ userId }: Client, status: string) {
  return (payload: Told) => payload.user_id === userId && payload.status === status;
}

describe("presence over two API processes", () => {
  let setUp: SetUp;
  let other: Engine;
  beforeAll(async () => {
    setUp = await networked({ proxied: true });
    other = await breakableNetworkOf(setUp).add("api");
  });
  afterAll(() => setUp.stop());

  test("a user stays online with a connection to either, and members at both are told when the last is gone", async () => {
    const { workspace, owner, editor, viewer } = await teamOf(setUp);
    const [here, there] = [await owner.connect(), await at(other, viewer).connect()];
    const [first, second] = [await editor.connect(), await at(other, editor).connect()];
    for (const socket of [here, there])
      await socket.waitFor("presence.updated", isAbout(editor, "online"));
    await first.close();
    // Whoever leaves later is told of later.
    const passing = await setUp.user();
    await addMember(owner, workspace.id, passing, "viewer");
    await (await passing.connect()).close();
    for (const socket of [here, there]) {
      await socket.waitFor("presence.updated", isAbout(passing, "offline"));
      expect(toldOf(socket, editor)).toEqual(["online"]);
    }
    expect(await statusOf(at(other, viewer), workspace.id, editor)).toBe("online");
    await second.close();
    for (const socket of [here, there])
      await socket.waitFor("presence.updated", isAbout(editor, "offline"));
    await Promise.all([here.close(), there.close()]);
  });

  test("with Redis away or silent everybody's presence is unknown; back again, it is known", async () => {
    const { redis } = breakableNetworkOf(setUp).proxies;
    const { workspace, owner, editor, viewer } = await teamOf(setUp);
    const socket = await at(other, editor).connect();
    await shows(viewer, workspace.id, editor, "online");
    for (const fault of [() => redis.refuse(), () => redis.blackHole()]) {
      fault();
      await eventually(async () => !(await presenceOf(viewer, workspace.id)).known);
      const { items } = await presenceOf(viewer, workspace.id);
      expect(new Set(items.map(({ status }) => status))).toEqual(new Set(["unknown"]));
      redis.pass();
      await shows(viewer, workspace.id, editor, "online");
      await shows(viewer, workspace.id, owner, "offline");
    }
    await socket.close();
  });

  test("after Redis was flushed, who is connected is online again at once, and never offline", async () => {
    const { redis } = breakableNetworkOf(setUp);
    const { workspace, owner, editor, viewer } = await teamOf(setUp);
    const sockets = [await editor.connect(), await at(other, viewer).connect()];
    for (const one of [editor, viewer]) await shows(owner, workspace.id, one, "online");
    const flushedAt = performance.now();
    await redis.flush();
    const seen = new Set<string | undefined>();
    await eventually(async () => {
      const statuses = [
        await statusOf(owner, workspace.id, editor),
        await statusOf(at(other, owner), workspace.id, viewer),
      ];
      for (const status of statuses) seen.add(status);
      return statuses.every((status) => status === "online");
    });
    expect(seen).not.toContain("offline");
    // Nobody can say yet who has not come back: as long as they may.
    const status = await statusOf(owner, workspace.id, owner);
    if (performance.now() - flushedAt < PRESENCE_TIMES.returnMs) expect(status).toBe("unknown");
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});
