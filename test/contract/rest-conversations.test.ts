import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Conversation } from "../support/client.ts";
import {
  anId,
  anInstant,
  aString,
  expectError,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

describe("2. REST: conversations", () => {
  onBothSetUps((setUp) => {
    test("POST `/api/workspaces/{w}/conversations` `{title}`: conversation", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      expectShape(await user.createConversation(workspace.id, "Về ngọn hải đăng"), {
        id: anId,
        workspace_id: workspace.id,
        title: "Về ngọn hải đăng",
        created_at: anInstant,
        updated_at: anInstant,
      });
    });

    test("GET `/api/workspaces/{w}/conversations`: `{items}`, newest first", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const list = () => user.expect<{ items: Conversation[] }>(200, "GET", path);
      expectShape(await list(), { items: [] });
      const made: Conversation[] = [];
      for (const title of ["first", "second", "third"])
        made.push(await user.createConversation(workspace.id, title));
      expect((await list()).items).toEqual(made.toReversed());
    });

    test("DELETE `/api/workspaces/{w}/conversations/{c}`: 204", async () => {
      const user = await setUp().user();
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const one = `${path}/${conversation.id}`;
      expectShape(await user.call("DELETE", one), { status: 204, body: "" });
      expectShape(await user.expect<unknown>(200, "GET", path), { items: [] });
      expectError(await user.call("GET", `/api/conversations/${conversation.id}/messages`), 404);
      expectError(await user.call("DELETE", one), 404);
    });

    test("a conversation is found under its own workspace alone", async () => {
      const user = await setUp().user();
      const [home, other] = [await user.createWorkspace(), await user.createWorkspace()];
      const conversation = await user.createConversation(home.id);
      const path = `/api/workspaces/${other.id}/conversations/${conversation.id}`;
      expectError(await user.call("DELETE", path), 404);
      expect(await user.messages(conversation.id)).toEqual([]);
    });

    test("GET `/api/conversations/{c}/messages`: `{items:[message]}`, oldest first", async () => {
      const user = await setUp().user();
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      expect(await user.messages(conversation.id)).toEqual([]);
      await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      await user.ask(conversation.id, "When was the lighthouse finished?");
      const messages = await user.messages(conversation.id);
      expect(messages.map(({ role }) => role)).toEqual(["user", "ai", "user", "ai"]);
      expect(messages[0]?.content).toBe(LIGHTHOUSE_QUESTION);
      expect(messages[2]?.content).toBe("When was the lighthouse finished?");
      for (const message of messages)
        expectShape(message, {
          id: anId,
          conversation_id: conversation.id,
          workspace_id: workspace.id,
          content: aString,
          status: "done",
          created_at: anInstant,
        });
      for (const message of messages) expect(message).toHaveProperty("metadata");
    });

    test("DELETE `/api/conversations/{c}/messages/{m}`: 204", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const answer = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const path = `/api/conversations/${conversation.id}/messages/${answer.id}`;
      expectShape(await user.call("DELETE", path), { status: 204, body: "" });
      expect((await user.messages(conversation.id)).map(({ role }) => role)).toEqual(["user"]);
      expectError(await user.call("DELETE", path), 404);
    });
  });
});
