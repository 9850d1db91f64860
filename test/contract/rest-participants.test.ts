import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Client, Conversation } from "../support/client.ts";
import { type Participant, participantsPath, share, talkWith, teamOf } from "../support/people.ts";
import { anId, anInstant, expectError } from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

const participantsOf = async (client: Client, conversationId: string) => {
  const path = participantsPath(conversationId);
  const { items } = await client.expect<{ items: Participant[] }>(200, "GET", path);
  return items.map(({ user_id }) => user_id).toSorted();
};
const idsOf = (...clients: readonly Client[]) => clients.map(({ userId }) => userId).toSorted();
const conversationsOf = async (client: Client, workspaceId: string) => {
  const path = `/api/workspaces/${workspaceId}/conversations`;
  const { items } = await client.expect<{ items: Conversation[] }>(200, "GET", path);
  return items.map(({ id }) => id);
};

describe("participants of a conversation", () => {
  onBothSetUps((setUp) => {
    test("the creator is the first", async () => {
      const user = await setUp().user();
      const { id } = await talkWith(user, (await user.createWorkspace()).id);
      expectShape(await user.expect<unknown>(200, "GET", participantsPath(id)), {
        items: [{ user_id: user.userId, created_at: anInstant }],
        next_cursor: null,
      });
    });

    test("other members see it, and are told of it, only when they are added", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(editor, workspace.id);
      for (const other of [owner, viewer]) {
        expectError(await other.call("GET", participantsPath(conversation.id)), 404);
        expect(await conversationsOf(other, workspace.id)).toEqual([]);
      }
      const [home, away] = [await editor.connect(), await viewer.connect()];
      const json = { user_id: viewer.userId };
      const path = participantsPath(conversation.id);
      expectShape(await editor.expect<unknown>(200, "POST", path, { json }), {
        items: [{ user_id: viewer.userId, created_at: anInstant }],
      });
      const ids = { workspace_id: workspace.id, conversation_id: conversation.id };
      const joined = await away.waitFor("conversation.joined");
      expectShape(joined.payload, {
        ...ids,
        conversation: { id: conversation.id, title: conversation.title },
      });
      const added = await home.waitFor("participant.added");
      expectShape(added.payload, { ...ids, user_id: viewer.userId });
      expect(await conversationsOf(viewer, workspace.id)).toEqual([conversation.id]);
      const message = { content: "For both of us", ask: false };
      await editor.expect(200, "POST", `/api/conversations/${conversation.id}/messages`, {
        json: message,
      });
      expectShape((await away.waitFor("message.created")).payload, {
        ...ids,
        message: { id: anId, user_id: editor.userId, content: message.content },
      });
      await Promise.all([editor.leave(), viewer.leave()]);
    });

    test("several are added at once, those who are there already stay as they are", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id);
      const first = await share(owner, id, editor);
      const both = await share(owner, id, editor, viewer, viewer);
      expect(both.items).toHaveLength(2);
      expect(both.items).toContainEqual(first.items[0] as Participant);
      expect(await participantsOf(viewer, id)).toEqual(idsOf(owner, editor, viewer));
    });

    test("one who is no member of the workspace is refused with 422, and nobody is added", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const stranger = await setUp().user();
      const { id } = await talkWith(owner, workspace.id);
      const json = { user_ids: [editor.userId, stranger.userId] };
      const refused = await owner.call("POST", participantsPath(id), { json });
      expect(expectError(refused, 422).code).toBe("not_a_member");
      expect(await participantsOf(owner, id)).toEqual(idsOf(owner));
      for (const wrong of [{}, { user_ids: [] }, { user_ids: ["x"] }, { user_id: 7 }])
        expectError(await owner.call("POST", participantsPath(id), { json: wrong }), 422);
    });

    test("DELETE `…/participants/{user_id}`, or with `{user_id}`: 204, and at once it is theirs no more", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, editor, viewer);
      const [home, away] = [await owner.connect(), await viewer.connect()];
      await editor.expect(204, "DELETE", `${participantsPath(id)}/${viewer.userId}`);
      const ids = { workspace_id: workspace.id, conversation_id: id };
      expectShape((await away.waitFor("conversation.left")).payload, ids);
      const removed = await home.waitFor("participant.removed");
      expectShape(removed.payload, { ...ids, user_id: viewer.userId });
      expectError(await viewer.call("GET", `/api/conversations/${id}/messages`), 404);
      const json = { user_id: editor.userId };
      await owner.expect(204, "DELETE", participantsPath(id), { json });
      expect(await participantsOf(owner, id)).toEqual(idsOf(owner));
      const again = await owner.call("DELETE", participantsPath(id), { json });
      expect(expectError(again, 404).code).toBe("participant_not_found");
      await Promise.all([owner.leave(), viewer.leave()]);
    });

    test("DELETE `…/participants` without a name: the caller leaves, a viewer too", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, viewer);
      await viewer.expect(204, "DELETE", participantsPath(id));
      expect(await participantsOf(owner, id)).toEqual(idsOf(owner));
    });

    test("a conversation goes with the last who takes part in it, also when all leave at the same moment", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, editor, viewer);
      const all = [owner, editor, viewer];
      const replies = await Promise.all(
        all.map((each) => each.call("DELETE", participantsPath(id))),
      );
      expect(replies.map(({ status }) => status)).toEqual([204, 204, 204]);
      for (const each of all)
        expectError(await each.call("GET", `/api/conversations/${id}/messages`), 404);
    });

    test("the deletion of a conversation or message is told to those who take part", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, viewer);
      const socket = await viewer.connect();
      const path = `/api/conversations/${id}/messages`;
      const json = { content: "Soon gone", ask: false };
      const message = await viewer.expect<{ id: string }>(200, "POST", path, { json });
      await owner.expect(204, "DELETE", `${path}/${message.id}`);
      const ids = { workspace_id: workspace.id, conversation_id: id };
      const gone = await socket.waitFor("message.deleted");
      expectShape(gone.payload, { ...ids, message_id: message.id });
      await owner.expect(204, "DELETE", `/api/workspaces/${workspace.id}/conversations/${id}`);
      expectShape((await socket.waitFor("conversation.deleted")).payload, ids);
      expectShape((await socket.waitFor("conversation.left")).payload, ids);
      await viewer.leave();
    });
  });
});
