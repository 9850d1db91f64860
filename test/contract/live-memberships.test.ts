/** Who hears what, while people come and go, over two API processes that tell their copies on different channels. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Redis } from "ioredis";
import { Client, type Conversation } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import type { LiveSocket } from "../support/live-socket.ts";
import { scrape } from "../support/metrics.ts";
import { addMember, membersPath, participantsPath, share } from "../support/people.ts";
import { LIGHTHOUSE } from "../support/scenes.ts";
import { networked, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

let setUp: SetUp;
let outside: Redis;
const urls: Record<string, string> = {};

beforeAll(async () => {
  setUp = await networked();
  if (!setUp.network) throw new Error("The set-up has no network.");
  outside = setUp.network.redis.client();
  const other = await setUp.network.add("api", { REALTIME_CHANNELS: "tenant" });
  Object.assign(urls, { shared: setUp.url, tenant: other.url });
});

afterAll(async () => {
  outside.disconnect();
  await setUp.stop();
});

/** A new user, alone in a tenant, who talks to one of the processes. */
async function userAt(url: string | undefined): Promise<Client> {
  const { token, userId } = await setUp.user();
  return new Client(url ?? "", token, userId);
}

async function say(by: Client, { id }: Conversation, content: string): Promise<void> {
  const json = { content, ask: false };
  await by.expect(200, "POST", `/api/conversations/${id}/messages`, { json });
}

const heard = (socket: LiveSocket, content: string) =>
  socket.waitFor<{ message: { content: string } }>(
    "message.created",
    ({ message }) => message.content === content,
  );

/** Resolves when a socket has heard of something that was told to it alone, after all else. */
async function catchUp(user: Client, socket: LiveSocket): Promise<void> {
  const { id } = await user.createWorkspace();
  await socket.waitFor("workspace.joined", ({ workspace_id }) => workspace_id === id);
  await user.upload(id, LIGHTHOUSE);
  await socket.waitFor("document.created", ({ workspace_id }) => workspace_id === id);
}

/** An owner at one process, and a guest of another tenant with a socket at the other. */
async function ownerAndGuest(ownersUrl: string | undefined, guestsUrl: string | undefined) {
  const [owner, guest] = [await userAt(ownersUrl), await userAt(guestsUrl)];
  const workspace = await owner.createWorkspace();
  const conversation = await owner.createConversation(workspace.id);
  const socket = await guest.connect();
  return { owner, guest, workspace, conversation, socket };
}

describe.each([
  ["shared", "tenant"],
  ["tenant", "shared"],
])("what a process tells on %s channels, to a socket of one that uses %s", (by, to) => {
  test("whoever comes into something hears all that follows", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    await addMember(owner, workspace.id, guest, "viewer");
    await owner.upload(workspace.id, LIGHTHOUSE);
    await socket.waitFor("document.created");
    await share(owner, conversation.id, guest);
    await say(owner, conversation, "Said at once");
    await heard(socket, "Said at once");
    await guest.leave();
  });

  test("in the midst of a talk: whoever comes in hears all from then on", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    await addMember(owner, workspace.id, guest, "viewer");
    let [said, joinedAt] = [0, Infinity];
    const talk = async () => {
      while (said < joinedAt + 40) await say(owner, conversation, `Number ${said++}`);
    };
    const talking = [talk(), talk(), talk()];
    await eventually(() => said > 10);
    await share(owner, conversation.id, guest);
    joinedAt = said;
    await Promise.all(talking);
    const told = () =>
      new Set(
        socket
          .ofType("message.created")
          .map(({ payload }) => (payload as { message: { content: string } }).message.content),
      );
    // Those that were on their way when the guest came are nobody's business.
    await eventually(() => {
      for (let number = joinedAt + 3; number < said; number++)
        if (!told().has(`Number ${number}`)) return false;
      return true;
    });
    await guest.leave();
  });

  test("whoever leaves or is removed hears nothing any more", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    await addMember(owner, workspace.id, guest, "viewer");
    await share(owner, conversation.id, guest);
    await say(owner, conversation, "You are here");
    await heard(socket, "You are here");
    await owner.expect(204, "DELETE", `${participantsPath(conversation.id)}/${guest.userId}`);
    await socket.waitFor("conversation.left");
    await say(owner, conversation, "Behind your back");
    await catchUp(guest, socket);
    await owner.expect(204, "DELETE", `${membersPath(workspace.id)}/${guest.userId}`);
    await socket.waitFor("workspace.left");
    const { items } = await owner.upload(workspace.id, LIGHTHOUSE);
    await catchUp(guest, socket);
    const frames = JSON.stringify(socket.frames);
    expect(frames).not.toContain("Behind your back");
    expect(frames).not.toContain(items[0]?.document.id ?? "");
    await guest.leave();
  });

  test("the end of a workspace or conversation is told to those who were in it", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    await addMember(owner, workspace.id, guest, "viewer");
    await share(owner, conversation.id, guest);
    const path = `/api/workspaces/${workspace.id}`;
    await owner.expect(204, "DELETE", `${path}/conversations/${conversation.id}`);
    await socket.waitFor("conversation.deleted");
    await owner.expect(204, "DELETE", path);
    await socket.waitFor("workspace.deleted");
    await guest.leave();
  });

  test("a stale word of having come in leaves nobody in", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    const ids = { workspace_id: workspace.id };
    const lies = [
      { type: "workspace.joined", payload: ids },
      { type: "conversation.joined", payload: { ...ids, conversation_id: conversation.id } },
    ];
    for (const [number, lie] of lies.entries()) {
      const copy = { user_id: guest.userId, ...lie, id: `1-${Date.now()}${number}` };
      await outside.publish("rag_realtime", JSON.stringify(copy));
      await socket.waitFor(lie.type, ({ workspace_id }) => workspace_id === workspace.id);
    }
    await catchUp(guest, socket); // By now the database has been asked.
    const { items } = await owner.upload(workspace.id, LIGHTHOUSE);
    await say(owner, conversation, "Not for you");
    await catchUp(guest, socket);
    const frames = JSON.stringify(socket.frames);
    expect(frames).not.toContain("Not for you");
    expect(frames).not.toContain(items[0]?.document.id ?? "");
    await guest.leave();
  });

  test("a stale word of having left takes nothing from anybody", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    await addMember(owner, workspace.id, guest, "viewer");
    await share(owner, conversation.id, guest);
    await socket.waitFor("conversation.joined");
    const payload = { workspace_id: workspace.id };
    const lie = { user_id: guest.userId, type: "workspace.left", payload, id: `1-${Date.now()}` };
    const told = outside.publish("rag_realtime", JSON.stringify(lie));
    await Promise.all([told, say(owner, conversation, "Meanwhile")]);
    await heard(socket, "Meanwhile");
    await say(owner, conversation, "Afterwards");
    await heard(socket, "Afterwards");
    await guest.leave();
  });

  test("`typing` is told to those who take part, and by nobody else", async () => {
    const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
      urls[by],
      urls[to],
    );
    const home = await owner.connect();
    const typing = { type: "typing", conversation_id: conversation.id };
    socket.send(typing); // Not in it yet.
    await addMember(owner, workspace.id, guest, "viewer");
    await share(owner, conversation.id, guest);
    await say(owner, conversation, "Hello");
    await heard(socket, "Hello");
    for (let key = 0; key < 5; key++) home.send(typing);
    home.send({ ...typing, typing: false });
    const ids = { workspace_id: workspace.id, conversation_id: conversation.id };
    for (const each of [socket, home]) {
      await each.waitFor("typing", (payload) => payload["typing"] === false);
      const told = each.ofType("typing");
      expect(told.map(({ payload }) => payload)).toEqual([
        { ...ids, user_id: owner.userId, typing: true },
        { ...ids, user_id: owner.userId, typing: false },
      ]);
      for (const frame of told) expect(frame).not.toHaveProperty("id");
    }
    await Promise.all([owner.leave(), guest.leave()]);
  });
});

test("a process listens to the channels of the tenants that its sockets are concerned with, and to no others", async () => {
  const channels = async () => (await outside.pubsub("CHANNELS", "*")) as string[];
  const { owner, guest, workspace } = await ownerAndGuest(urls["shared"], urls["tenant"]);
  for (const own of [`rag_realtime:${guest.userId}`, `${guest.userId}.jobs`])
    expect(await channels()).toContain(own);
  expect(await channels()).not.toContain(`rag_realtime:${owner.userId}`);
  await addMember(owner, workspace.id, guest, "viewer");
  await eventually(async () => (await channels()).includes(`rag_realtime:${owner.userId}`));
  expect(await channels()).not.toContain(`${owner.userId}.jobs`);
  await guest.leave();
  await eventually(async () => (await channels()).every((name) => !name.includes(guest.userId)));
  await eventually(async () => !(await channels()).includes(`rag_realtime:${owner.userId}`));
  const patterns: unknown = await outside.pubsub("NUMPAT");
  expect(patterns).toBe(0);
});

test("a call that waits for an answer hears of it on either channel", async () => {
  const { owner, conversation, workspace } = await ownerAndGuest(urls["shared"], urls["tenant"]);
  await owner.upload(workspace.id, LIGHTHOUSE);
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, number) => {
      const at = number % 2 === 0 ? urls["shared"] : urls["tenant"];
      return new Client(at ?? "", owner.token).ask(conversation.id, `Question ${number}?`);
    }),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => "done"));
});

test("`/metrics` tells of deliveries, of open sockets by tenant, and how sockets ended", async () => {
  const { guest, socket } = await ownerAndGuest(urls["shared"], urls["tenant"]);
  const before = await scrape(guest.url);
  expect(before.sum("rag_tenant_connections", { tenant: guest.userId })).toBe(1);
  await catchUp(guest, socket);
  await guest.leave();
  await eventually(async () => {
    const after = await scrape(guest.url);
    const grown = (name: string, labels?: Record<string, string>) =>
      after.sum(name, labels) - before.sum(name, labels);
    expect(grown("rag_deliveries_total", { outcome: "copy" })).toBeGreaterThan(1);
    expect(grown("rag_delivery_latency_seconds_count", { outcome: "copy" })).toBeGreaterThan(1);
    expect(grown("rag_connection_closes_total")).toBe(1);
    expect(grown("rag_connections")).toBe(-1);
    return true;
  });
});

test("without Redis whoever comes in hears what follows, and whoever is removed nothing", async () => {
  const redis = setUp.network?.redis;
  await redis?.stop();
  const { owner, guest, workspace, conversation, socket } = await ownerAndGuest(
    urls["shared"],
    urls["tenant"],
  );
  await addMember(owner, workspace.id, guest, "viewer");
  await share(owner, conversation.id, guest);
  await say(owner, conversation, "Nobody carries this");
  await heard(socket, "Nobody carries this");
  await owner.expect(204, "DELETE", `${membersPath(workspace.id)}/${guest.userId}`);
  await socket.waitFor("workspace.left");
  await say(owner, conversation, "Behind your back");
  await catchUp(guest, socket);
  expect(JSON.stringify(socket.frames)).not.toContain("Behind your back");
  const told = await scrape(guest.url);
  expect(told.sum("rag_deliveries_total", { outcome: "log" })).toBeGreaterThan(0);
  await guest.leave();
  await redis?.restart();
});
