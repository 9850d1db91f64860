import { afterEach, describe, expect, test } from "bun:test";
import { onBothSetUps, onBreakableSetUps } from "../support/both.ts";
import type { Client, Exchange, Message } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { share, talkWith, teamOf } from "../support/people.ts";
import {
  anId,
  anInstant,
  expectError,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

const path = (conversationId: string) => `/api/conversations/${conversationId}/messages`;
const RESPOND_ASYNC = { prefer: "respond-async" };

function post(
  client: Client,
  conversationId: string,
  json: Record<string, unknown>,
  headers: Record<string, string> = {},
) {
  return client.call<Exchange>("POST", path(conversationId), { json, headers });
}

/** Another user who takes part in the conversation. */
async function companion(
  owner: Client,
  workspaceId: string,
  conversationId: string,
  guest: Client,
) {
  const json = { user_id: guest.userId };
  await owner.expect(200, "POST", `/api/workspaces/${workspaceId}/members`, { json });
  await share(owner, conversationId, guest);
}

describe("2. REST: messages of many people", () => {
  onBothSetUps((setUp) => {
    test("`ask: false`: 200 with the message, which nobody answers, also where the answer would not be waited for", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, viewer);
      const socket = await viewer.connect();
      for (const headers of [{}, RESPOND_ASYNC]) {
        const { status, body } = await post(owner, id, { content: "To you", ask: false }, headers);
        const { items, ...message } = body;
        expect(status).toBe(200);
        expectShape(items, [message]);
        expect(items).toHaveLength(1);
        expectShape(message, {
          id: anId,
          conversation_id: id,
          workspace_id: workspace.id,
          role: "user",
          user_id: owner.userId,
          client_id: null,
          reply_to: null,
          status: "done",
          created_at: anInstant,
        });
        const told = await socket.waitFor<{ message: Message }>(
          "message.created",
          (payload) => payload.message.id === message.id,
        );
        expectShape(told.payload.message, message);
      }
      expect((await viewer.messages(id)).map(({ role }) => role)).toEqual(["user", "user"]);
      await viewer.leave();
    });

    test("a question and its answer tell who asked, and what is answered", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const json = { content: LIGHTHOUSE_QUESTION, client_id: "mine-1" };
      const { body } = await post(user, conversation.id, json);
      const [question, answer] = body.items;
      expectShape(question, { user_id: user.userId, client_id: "mine-1", reply_to: null });
      expectShape(answer, { user_id: null, client_id: null, reply_to: question.id });
      expect(await user.messages(conversation.id)).toEqual([question, answer]);
    });

    test("the same `client_id` many times at once is one message, with one answer, which all of them wait for", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const json = { content: LIGHTHOUSE_QUESTION, client_id: crypto.randomUUID() };
      const replies = await Promise.all(
        Array.from({ length: 5 }, () => post(user, conversation.id, json)),
      );
      const [first] = replies;
      for (const { status, body } of replies) {
        expect(status).toBe(200);
        expect(body).toEqual(first?.body as Exchange);
        expect(body.status).toBe("done");
      }
      const later = await post(user, conversation.id, json, RESPOND_ASYNC);
      expect([later.status, later.body.id]).toEqual([202, first?.body.id ?? ""]);
      expect(await user.messages(conversation.id)).toHaveLength(2);
    });

    test("the same `client_id` of somebody else, or in another conversation, is another message", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const [here, there] = [
        await talkWith(owner, workspace.id, viewer),
        await talkWith(owner, workspace.id),
      ];
      const json = { content: "First", client_id: "1", ask: false };
      const ids = new Set<string>();
      for (const [client, { id }] of [
        [owner, here],
        [viewer, here],
        [owner, there],
      ] as const)
        ids.add((await post(client, id, json)).body.id);
      expect(ids.size).toBe(3);
      const again = await post(owner, here.id, { ...json, content: "Said otherwise" });
      expect(again.body.content).toBe("First");
      expect(ids).toContain(again.body.id);
    });

    test("a `client_id` that is none is refused with 422", async () => {
      const user = await setUp().user();
      const { id } = await talkWith(user, (await user.createWorkspace()).id);
      for (const client_id of ["", "x".repeat(201), 7, "a\0b"])
        expectError(await post(user, id, { content: "Hello", client_id }), 422);
      expectError(await post(user, id, { content: "Hello", ask: "no" }), 422);
      expect(await user.messages(id)).toEqual([]);
    });
  });

  onBreakableSetUps((setUp) => {
    afterEach(() => setUp().llm.release());

    test("who sends a question again while it is being answered waits for the same answer, and everybody sees it once", async () => {
      const [owner, guest] = [await setUp().user(), await setUp().user()];
      const { workspace, conversation } = await talkAbout(owner, LIGHTHOUSE);
      await companion(owner, workspace.id, conversation.id, guest);
      const socket = await guest.connect();
      setUp().llm.hold();
      const json = { content: LIGHTHOUSE_QUESTION, client_id: crypto.randomUUID() };
      const pending = await post(owner, conversation.id, json, RESPOND_ASYNC);
      expect(pending.headers.get("preference-applied")).toBe("respond-async");
      const waiting = post(owner, conversation.id, json);
      setUp().llm.release();
      const waited = await waiting;
      expect([pending.status, waited.body.id]).toEqual([202, pending.body.id]);
      const done = await socket.waitFor(
        "message.status_updated",
        ({ message_id, status }) => message_id === pending.body.id && status === "done",
      );
      expectShape(done.payload, { conversation_id: conversation.id });
      // What was made first may be told last.
      const created = () => new Set(socket.ofType("message.created").map(({ id }) => id)).size;
      await eventually(() => created() >= 2);
      expect(created()).toBe(2);
      expect(await guest.messages(conversation.id)).toHaveLength(2);
      await guest.leave();
    });
  });
});
