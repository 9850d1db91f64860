import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import { onBothSetUps, onTheNetwork } from "../support/both.ts";
import type { Workspace } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import {
  anId,
  anInstant,
  expectError,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

describe("2. REST: workspaces", () => {
  onBothSetUps((setUp) => {
    test("POST `/api/workspaces` `{name, description?}`: workspace", async () => {
      const user = await setUp().user();
      const json = { name: "Ships & sails", description: "Everything that floats – cả thuyền" };
      const reply = await user.call("POST", "/api/workspaces", { json });
      const stamps = { id: anId, created_at: anInstant, updated_at: anInstant };
      expectShape(reply, { status: 200, body: { ...json, ...stamps } });
      expect((await user.createWorkspace("Bare")).description ?? "").toBe("");
    });

    test("GET `/api/workspaces`: a bare array of workspaces, newest first", async () => {
      const user = await setUp().user();
      expect(await user.expect<unknown>(200, "GET", "/api/workspaces")).toEqual([]);
      const made: Workspace[] = [];
      for (const name of ["first", "second", "third"]) made.push(await user.createWorkspace(name));
      const list = await user.expect<Workspace[]>(200, "GET", "/api/workspaces");
      expect(list).toEqual(made.toReversed());
    });

    test("GET `/api/workspaces/{w}`: workspace", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace("Alone");
      const reply = await user.call<Workspace>("GET", `/api/workspaces/${workspace.id}`);
      expectShape(reply, { status: 200, body: workspace });
    });

    test("PATCH `/api/workspaces/{w}` `{name?, description?}`: workspace", async () => {
      const user = await setUp().user();
      const before = await user.createWorkspace("Before");
      const path = `/api/workspaces/${before.id}`;
      const patch = (json: unknown) => user.expect<Workspace>(200, "PATCH", path, { json });
      const named = await patch({ name: "After" });
      expectShape(named, { ...before, name: "After", updated_at: anInstant });
      expect(Date.parse(named.updated_at)).toBeGreaterThanOrEqual(Date.parse(before.updated_at));
      const described = await patch({ description: "Now with words" });
      expectShape(described, { name: "After", description: "Now with words" });
      expect(await user.expect<Workspace>(200, "GET", path)).toEqual(described);
    });

    test("DELETE `/api/workspaces/{w}`: 204 (everything under it goes: files)", async () => {
      const user = await setUp().user();
      const { workspace, document, conversation } = await talkAbout(user, LIGHTHOUSE);
      const path = `/api/workspaces/${workspace.id}`;
      const stored = async () =>
        (await setUp().objects()).filter((key) => key.includes(workspace.id));
      expect(await stored()).not.toEqual([]);
      expectShape(await user.call("DELETE", path), { status: 204, body: "" });
      expect(await user.expect<unknown>(200, "GET", "/api/workspaces")).toEqual([]);
      for (const gone of [path, `${path}/documents`, `${path}/documents/${document.id}`])
        expectError(await user.call("GET", gone), 404);
      expectError(await user.call("GET", `/api/conversations/${conversation.id}/messages`), 404);
      expectError(await user.call("DELETE", path), 404);
      await eventually(async () => (await stored()).length === 0);
    });

    test("an id in upper case is the same id: in events, and of what is removed", async () => {
      const user = await setUp().user();
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      const socket = await user.connect();
      const path = `/api/workspaces/${workspace.id.toUpperCase()}`;
      await user.expect(200, "PATCH", path, { json: { name: "Loud" } });
      const ids = { workspace_id: workspace.id };
      expectShape((await socket.waitFor("workspace.updated")).payload, ids);
      const talk = `${path}/conversations/${conversation.id.toUpperCase()}`;
      await user.expect(204, "DELETE", talk);
      expectShape((await socket.waitFor("conversation.deleted")).payload, {
        ...ids,
        conversation_id: conversation.id,
      });
      await user.expect(204, "DELETE", path);
      await user.leave();
      await eventually(
        async () => !(await setUp().objects()).some((key) => key.includes(workspace.id)),
      );
    });

    test("a workspace answers from its own documents alone", async () => {
      const user = await setUp().user();
      await talkAbout(user, LIGHTHOUSE);
      const other = await talkAbout(user, { name: "tea.txt", content: "Tea is grown on hills." });
      const answer = await user.ask(other.conversation.id, LIGHTHOUSE_QUESTION);
      expect(JSON.stringify(answer)).not.toContain("Sinclair");
    });
  });

  onTheNetwork((setUp) => {
    test("DELETE `/api/workspaces/{w}`: 204 (everything under it goes: rows, index)", async () => {
      const user = await setUp().user();
      const { workspace, document, conversation } = await talkAbout(user, LIGHTHOUSE);
      await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const sql = postgres(setUp().network?.databaseUrl ?? "", { max: 1 });
      expect(await rowsAbout(sql, workspace.id, document.id)).toBeGreaterThan(5);
      await user.expect(204, "DELETE", `/api/workspaces/${workspace.id}`);
      await eventually(async () => (await rowsAbout(sql, workspace.id, document.id)) === 0);
      await sql.end();
    });
  });
});

/** Rows of any table that name the workspace or the document in a column of that name. */
async function rowsAbout(
  sql: postgres.Sql,
  workspaceId: string,
  documentId: string,
): Promise<number> {
  const columns = await sql<{ table_name: string; column_name: string }[]>`
    select c.table_name, c.column_name from information_schema.columns c
    join pg_class t on t.relname = c.table_name and not t.relispartition and t.relkind in ('r', 'p')
    where c.table_schema = 'public' and c.column_name in ('workspace_id', 'document_id')`;
  const counts = await Promise.all(
    columns.map(async ({ table_name, column_name }) => {
      const id = column_name === "workspace_id" ? workspaceId : documentId;
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from ${sql(table_name)}
        where ${sql(column_name)}::text = ${id}`;
      return row?.count ?? 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
