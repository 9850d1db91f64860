import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import { onBothSetUps, onTheNetwork } from "../support/both.ts";
import type { Client, Conversation, Reply, Workspace } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { addMember, type Member, membersPath, share, talkWith, teamOf } from "../support/people.ts";
import { anInstant, expectError, LIGHTHOUSE } from "../support/scenes.ts";
import type { SetUp } from "../support/set-up.ts";
import { expectShape } from "../support/shape.ts";

const membersOf = async (client: Client, workspaceId: string) =>
  (await client.expect<{ items: Member[] }>(200, "GET", membersPath(workspaceId))).items;
const memberPath = (workspaceId: string, { userId }: Client) =>
  `${membersPath(workspaceId)}/${userId}`;

describe("members of a workspace", () => {
  onBothSetUps((setUp) => {
    test("whoever creates a workspace is its first owner", async () => {
      const owner = await setUp().user();
      const { id } = await owner.createWorkspace();
      expectShape(await owner.expect<unknown>(200, "GET", membersPath(id)), {
        items: [
          {
            workspace_id: id,
            user_id: owner.userId,
            role: "owner",
            created_at: anInstant,
            updated_at: anInstant,
          },
        ],
        next_cursor: null,
      });
    });

    test("POST `…/members` `{user_id, role?}`: the member, a viewer unless said otherwise; everybody concerned is told", async () => {
      const [owner, guest] = [await setUp().user(), await setUp().user()];
      const workspace = await owner.createWorkspace("Shared");
      const [home, away] = [await owner.connect(), await guest.connect()];
      const json = { user_id: guest.userId.toUpperCase() };
      const member = await owner.expect<Member>(200, "POST", membersPath(workspace.id), { json });
      expectShape(member, { workspace_id: workspace.id, user_id: guest.userId, role: "viewer" });
      expect(await guest.expect<Workspace[]>(200, "GET", "/api/workspaces")).toEqual([workspace]);
      const ids = { workspace_id: workspace.id, user_id: guest.userId };
      expectShape((await home.waitFor("member.added")).payload, { ...ids, role: "viewer" });
      expectShape((await away.waitFor("workspace.joined")).payload, {
        workspace_id: workspace.id,
        workspace,
      });
      await owner.upload(workspace.id, LIGHTHOUSE);
      await away.waitFor("document.created");
      await Promise.all([owner.leave(), guest.leave()]);
    });

    test("adding somebody who is there already changes nothing and answers with them as they are", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const before = await membersOf(owner, workspace.id);
      const same = before.find(({ user_id }) => user_id === editor.userId);
      expect(await addMember(owner, workspace.id, editor, "viewer")).toEqual(same as Member);
      expect(await membersOf(owner, workspace.id)).toEqual(before);
    });

    test("PATCH `…/members/{user_id}` `{role}`: the member, who may do more, or less, at once", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const socket = await viewer.connect();
      expectError(await viewer.tryUpload(workspace.id, LIGHTHOUSE), 403);
      const path = memberPath(workspace.id, viewer);
      const patch = (role: string) => owner.expect<Member>(200, "PATCH", path, { json: { role } });
      expectShape(await patch("editor"), { user_id: viewer.userId, role: "editor" });
      await viewer.upload(workspace.id, LIGHTHOUSE);
      const told = await socket.waitFor("member.updated");
      expectShape(told.payload, { user_id: viewer.userId, role: "editor" });
      await patch("viewer");
      expectError(await viewer.tryUpload(workspace.id, LIGHTHOUSE), 403);
      await viewer.leave();
    });

    test("without a role that exists nobody's role changes", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const before = await membersOf(owner, workspace.id);
      for (const json of [undefined, null, {}, [], 1, { role: null }, { role: "king" }]) {
        const reply = await owner.call("PATCH", memberPath(workspace.id, editor), { json });
        expect(expectError(reply, 422).code).toBe("invalid_request");
      }
      const reply = await owner.call("PATCH", memberPath(workspace.id, editor), { json: {} });
      expect(expectError(reply, 422).detail).toBe(
        "The field 'role' is missing: expected one of 'viewer', 'editor', 'owner'.",
      );
      expect(await membersOf(owner, workspace.id)).toEqual(before);
    });

    test("who is no member can be neither changed nor removed", async () => {
      const { owner, workspace } = await teamOf(setUp());
      const path = memberPath(workspace.id, await setUp().user());
      const changed = await owner.call("PATCH", path, { json: { role: "owner" } });
      expect(expectError(changed, 404).code).toBe("member_not_found");
      expect(expectError(await owner.call("DELETE", path), 404).code).toBe("member_not_found");
    });

    test("DELETE `…/members/{user_id}`: 204, and at once nothing of the workspace is theirs, on REST and on open sockets", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id, editor);
      const [home, away] = [await owner.connect(), await editor.connect()];
      await owner.expect(204, "DELETE", memberPath(workspace.id, editor));
      for (const path of [
        `/api/workspaces/${workspace.id}`,
        membersPath(workspace.id),
        `/api/conversations/${conversation.id}/messages`,
      ])
        expectError(await editor.call("GET", path), 404);
      expect(await editor.expect<unknown[]>(200, "GET", "/api/workspaces")).toEqual([]);
      const ids = { workspace_id: workspace.id, user_id: editor.userId };
      expectShape((await home.waitFor("member.removed")).payload, { ...ids, role: "editor" });
      expectShape((await home.waitFor("participant.removed")).payload, {
        ...ids,
        conversation_id: conversation.id,
      });
      const left = await away.waitFor("workspace.left");
      expectShape(left.payload, { workspace_id: workspace.id });
      await owner.upload(workspace.id, LIGHTHOUSE);
      const json = { content: "Is anybody listening?", ask: false };
      await owner.expect(200, "POST", `/api/conversations/${conversation.id}/messages`, { json });
      await home.waitFor("message.created");
      const own = await editor.createWorkspace(); // Its word comes behind all that was told before.
      await away.waitFor("workspace.joined", ({ workspace_id }) => workspace_id === own.id);
      expect(away.ofType("document.created")).toEqual([]);
      expect(away.ofType("message.created")).toEqual([]);
      await Promise.all([owner.leave(), editor.leave()]);
    });

    test("what is replayed to somebody who was removed shows nothing of the workspace", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const socket = await viewer.connect();
      const { payload } = await socket.waitFor("ready");
      await viewer.leave();
      const conversation = await talkWith(owner, workspace.id, viewer);
      await owner.upload(workspace.id, LIGHTHOUSE);
      const json = { content: "A secret", ask: false };
      await owner.expect(200, "POST", `/api/conversations/${conversation.id}/messages`, { json });
      await owner.expect(204, "DELETE", memberPath(workspace.id, viewer));
      const again = await viewer.connect({ since: String(payload["cursor"]) });
      await again.waitFor("workspace.left", ({ workspace_id }) => workspace_id === workspace.id);
      const own = await viewer.createWorkspace();
      await again.waitFor("workspace.joined", ({ workspace_id }) => workspace_id === own.id);
      const shown = new Set(again.frames.map(({ type }) => type));
      for (const type of shown)
        expect(["ready", "workspace.joined", "conversation.joined", "workspace.left"]).toContain(
          type,
        );
      await viewer.leave();
    });

    test("anybody may leave; the last owner may neither leave nor become less", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      await viewer.expect(204, "DELETE", memberPath(workspace.id, viewer));
      const path = memberPath(workspace.id, owner);
      const attempts = [
        await owner.call("DELETE", path),
        await owner.call("PATCH", path, { json: { role: "editor" } }),
      ];
      for (const reply of attempts) expect(expectError(reply, 409).code).toBe("last_owner");
      const json = { role: "owner" };
      await owner.expect(200, "PATCH", memberPath(workspace.id, editor), { json });
      await owner.expect(204, "DELETE", path);
      const left = await membersOf(editor, workspace.id);
      expect(left.map(({ user_id, role }) => [user_id, role])).toEqual([[editor.userId, "owner"]]);
    });

    test("of all owners who leave at the same moment one stays", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const owners = [owner, editor, viewer];
      for (const client of [editor, viewer])
        await owner.expect(200, "PATCH", memberPath(workspace.id, client), {
          json: { role: "owner" },
        });
      const replies = await Promise.all(
        owners.map((client) => client.call("DELETE", memberPath(workspace.id, client))),
      );
      expect(replies.map(({ status }) => String(status)).toSorted()).toEqual(["204", "204", "409"]);
    });

    test("a conversation goes with the last of its people who leaves the workspace", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const alone = await talkWith(editor, workspace.id);
      const shared = await talkWith(editor, workspace.id, viewer);
      await owner.expect(204, "DELETE", memberPath(workspace.id, editor));
      await addMember(owner, workspace.id, editor, "editor");
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const listed = await viewer.expect<{ items: Conversation[] }>(200, "GET", path);
      expect(listed.items.map(({ id }) => id)).toEqual([shared.id]);
      for (const { id } of [alone, shared])
        expectError(await editor.call("GET", `/api/conversations/${id}/messages`), 404);
    });

    test("PATCH and DELETE of a workspace are told to its members", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const conversation = await talkWith(owner, workspace.id);
      await share(owner, conversation.id, viewer);
      const socket = await viewer.connect();
      const path = `/api/workspaces/${workspace.id}`;
      const named = await owner.expect<Workspace>(200, "PATCH", path, { json: { name: "New" } });
      const told = await socket.waitFor("workspace.updated");
      expectShape(told.payload, { workspace_id: workspace.id, workspace: named });
      await owner.expect(204, "DELETE", path);
      const ids = { workspace_id: workspace.id };
      expectShape((await socket.waitFor("workspace.deleted")).payload, ids);
      expectShape((await socket.waitFor("workspace.left")).payload, ids);
      await viewer.leave();
    });
  });

  onTheNetwork((setUp) => {
    test("who is removed in the same moment begins nothing any more", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const replies = await inTheSameMoment(
        setUp(),
        (tx) => tx`delete from workspace_members where user_id = ${editor.userId}`,
        () => [
          editor.call("POST", path, { json: { title: "Too late" } }),
          editor.tryUpload(workspace.id, LIGHTHOUSE),
        ],
      );
      for (const reply of replies) expect(expectError(reply, 404).code).toBe("workspace_not_found");
      expect(await owner.documents(workspace.id)).toEqual([]);
    });

    test("who becomes less in the same moment changes and deletes nothing any more", async () => {
      const { owner, editor, workspace } = await teamOf(setUp());
      const [item] = (await owner.upload(workspace.id, LIGHTHOUSE)).items;
      await addMember(owner, workspace.id, await setUp().user(), "owner");
      const path = `/api/workspaces/${workspace.id}`;
      const replies = await inTheSameMoment(
        setUp(),
        async (tx) => {
          await tx`select from workspaces where id = ${workspace.id} for no key update`;
          const those = tx`workspace_id = ${workspace.id} and user_id in (${owner.userId}, ${editor.userId})`;
          await tx`select from workspace_members where ${those} for update`;
          await tx`update workspace_members set role = 'viewer' where ${those}`;
        },
        () => [
          owner.call("PATCH", path, { json: { name: "Too late" } }),
          owner.call("DELETE", path),
          editor.call("DELETE", `${path}/documents/${item?.document.id}`),
        ],
      );
      for (const reply of replies) expect(expectError(reply, 403).code).toBe("forbidden");
      expect(await owner.expect<Workspace>(200, "GET", path)).toEqual(workspace);
      expect(await owner.documents(workspace.id)).toHaveLength(1);
    });
  });
});

/** Makes calls that wait for a change to be committed. @returns what they were answered */
async function inTheSameMoment(
  { network }: SetUp,
  change: (tx: postgres.TransactionSql) => PromiseLike<unknown>,
  calls: () => Promise<Reply<unknown>>[],
): Promise<Reply<unknown>[]> {
  const sql = postgres(network?.databaseUrl ?? "", { max: 2 });
  const late = await sql.begin(async (tx) => {
    await change(tx);
    const called = calls();
    await eventually(async () => {
      const waiting = await sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length >= called.length;
    });
    return { called };
  });
  const replies = await Promise.all(late.called);
  await sql.end();
  return replies;
}
