import { afterEach, describe, expect, test } from "bun:test";
import { onBothSetUps, onBreakableSetUps } from "../support/both.ts";
import type { Client, Conversation, Exchange, Message, Page } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { addMember, share, talkWith, teamOf } from "../support/people.ts";
import {
  anInstant,
  expectError,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

interface ReadMark {
  readonly conversation_id: string;
  readonly unread_count: number;
}

const messagesPath = (conversationId: string) => `/api/conversations/${conversationId}/messages`;

function say(client: Client, conversationId: string, content: string): Promise<Message> {
  const json = { content, ask: false };
  return client.expect(200, "POST", messagesPath(conversationId), { json });
}

function read(client: Client, conversationId: string, messageId?: string): Promise<ReadMark> {
  const json = messageId === undefined ? {} : { message_id: messageId };
  return client.expect(200, "POST", `/api/conversations/${conversationId}/read`, { json });
}

async function listed(client: Client, { workspace_id, id }: Conversation): Promise<Conversation> {
  const path = `/api/workspaces/${workspace_id}/conversations`;
  const { items } = await client.expect<Page<Conversation>>(200, "GET", path);
  const found = items.find((each) => each.id === id);
  if (!found) throw new Error("The conversation is not in the list.");
  return found;
}
const unread = async (client: Client, conversation: Conversation) =>
  (await listed(client, conversation)).unread_count;

describe("what is unread", () => {
  onBothSetUps((setUp) => {
    test("a conversation tells who created it, when it was spoken in last, and how much of it is unread", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id, viewer);
      expectShape(conversation, { user_id: owner.userId, last_message_at: null, unread_count: 0 });
      const message = await say(owner, conversation.id, "Hello");
      const after = await listed(viewer, conversation);
      expectShape(after, { updated_at: anInstant, unread_count: 1 });
      expect(after.last_message_at).toBe(message.created_at);
      expect(Date.parse(after.updated_at)).toBeGreaterThanOrEqual(Date.parse(message.created_at));
    });

    test("messages of others count, one's own never do, and posting marks nothing as read", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id, viewer);
      await say(owner, conversation.id, "One");
      await say(owner, conversation.id, "Two");
      await say(viewer, conversation.id, "Three");
      expect(await unread(viewer, conversation)).toBe(2);
      expect(await unread(owner, conversation)).toBe(1);
    });

    test("who is added later has nothing unread of what was said before", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id);
      await say(owner, conversation.id, "Long ago");
      await share(owner, conversation.id, viewer);
      expect(await unread(viewer, conversation)).toBe(0);
    });

    test("POST `…/read` `{message_id?}`: up to that message or all, never back, told to the reader's own sockets", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id, viewer);
      const { id } = conversation;
      const said = [
        await say(owner, id, "1"),
        await say(owner, id, "2"),
        await say(owner, id, "3"),
      ];
      const [home, away] = [await viewer.connect(), await owner.connect()];
      const ids = { workspace_id: workspace.id, conversation_id: id };
      expect(await read(viewer, id, said[1]?.id)).toEqual({ conversation_id: id, unread_count: 1 });
      expect(await unread(viewer, conversation)).toBe(1);
      const told = await home.waitFor("conversation.read");
      expectShape(told.payload, { ...ids, unread_count: 1 });
      expect((await read(viewer, id)).unread_count).toBe(0);
      expect((await read(viewer, id, said[0]?.id)).unread_count).toBe(0);
      await home.waitFor("conversation.read", ({ unread_count }) => unread_count === 0);
      await say(viewer, id, "Thanks");
      await away.waitFor("message.created");
      expect(away.ofType("conversation.read")).toEqual([]);
      await Promise.all([owner.leave(), viewer.leave()]);
    });

    test("what is no message of the conversation cannot have been read, nor by somebody else", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const [here, there] = [
        await talkWith(owner, workspace.id, viewer),
        await talkWith(owner, workspace.id),
      ];
      const { id } = await say(owner, there.id, "Elsewhere");
      const path = `/api/conversations/${here.id}/read`;
      for (const message_id of [id, crypto.randomUUID()])
        expectError(await viewer.call("POST", path, { json: { message_id } }), 404);
      expectError(await viewer.call("POST", path, { json: { message_id: "x" } }), 422);
      expectError(await viewer.call("POST", `/api/conversations/${there.id}/read`), 404);
    });
  });

  onBreakableSetUps((setUp) => {
    afterEach(() => setUp().llm.release());

    test("an answer counts once it is there, though the question had been read", async () => {
      const [owner, viewer] = [await setUp().user(), await setUp().user()];
      const { workspace, conversation } = await talkAbout(owner, LIGHTHOUSE);
      await addMember(owner, workspace.id, viewer, "viewer");
      const { id } = conversation;
      await share(owner, id, viewer);
      setUp().llm.hold();
      const json = { content: LIGHTHOUSE_QUESTION };
      const headers = { prefer: "respond-async" };
      await owner.expect<Exchange>(202, "POST", messagesPath(id), { json, headers });
      expect(await unread(viewer, conversation)).toBe(1);
      expect((await read(viewer, id)).unread_count).toBe(0);
      setUp().llm.release();
      await eventually(async () => (await unread(viewer, conversation)) === 1);
      expect(await unread(owner, conversation)).toBe(1);
      expect((await read(viewer, id)).unread_count).toBe(0);
    });
  });
});
