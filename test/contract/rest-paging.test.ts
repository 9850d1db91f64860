import { describe, expect, test } from "bun:test";
import postgres from "postgres";
import { onBothSetUps, onTheNetwork } from "../support/both.ts";
import type { Client, Document, Message, Page, Workspace } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import {
  addMember,
  membersPath,
  participantsPath,
  share,
  talkWith,
  teamOf,
} from "../support/people.ts";
import { aString, expectError, reaches } from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

const messagesPath = (conversationId: string) => `/api/conversations/${conversationId}/messages`;

function say(client: Client, conversationId: string, content: string): Promise<Message> {
  const json = { content, ask: false };
  return client.expect(200, "POST", messagesPath(conversationId), { json });
}

/** Everything, page after page. */
async function walk<T>(client: Client, path: string, query: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const behind: string = cursor && `&cursor=${cursor}`;
    const page: Page<T> = await client.expect(200, "GET", `${path}?${query}${behind}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

describe("lists, page by page", () => {
  onBothSetUps((setUp) => {
    test("messages: fifty at once, oldest first, each once over all pages; newest first on demand", async () => {
      const user = await setUp().user();
      const { id } = await user.createConversation((await user.createWorkspace()).id);
      const path = messagesPath(id);
      const sent: Message[] = [];
      for (let i = 0; i < 52; i++) sent.push(await say(user, id, `Message ${i}`));
      const first = await user.expect<Page<Message>>(200, "GET", path);
      expectShape(first, { next_cursor: aString, as_of: aString });
      expect(idsOf(first.items)).toEqual(idsOf(sent.slice(0, 50)));
      const rest = `${path}?cursor=${first.next_cursor ?? ""}`;
      const second = await user.expect<Page<Message>>(200, "GET", rest);
      expect(idsOf(second.items)).toEqual(idsOf(sent.slice(50)));
      expect(second.next_cursor).toBeNull();
      expect(idsOf(await walk(user, path, "limit=7"))).toEqual(idsOf(sent));
      expect(idsOf(await walk(user, path, "limit=13&order=desc"))).toEqual(
        idsOf(sent).toReversed(),
      );
    });

    test("a page stays where it was while others come and go before it", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const made = [];
      for (let i = 0; i < 6; i++)
        made.push(await user.createConversation(workspace.id, `No. ${i}`));
      const page = await user.expect<Page<Workspace>>(200, "GET", `${path}?limit=2`);
      expect(idsOf(page.items)).toEqual(idsOf([made[5], made[4]].flatMap((each) => each ?? [])));
      await user.createConversation(workspace.id);
      await user.expect(204, "DELETE", `${path}/${page.items[1]?.id ?? ""}`);
      const next = await user.expect<Page<Workspace>>(
        200,
        "GET",
        `${path}?limit=2&cursor=${page.next_cursor ?? ""}`,
      );
      expect(idsOf(next.items)).toEqual(idsOf([made[3], made[2]].flatMap((each) => each ?? [])));
    });

    test("workspaces stay a bare array: the next page stands in the header", async () => {
      const user = await setUp().user();
      const made: Workspace[] = [];
      for (const name of ["a", "b", "c", "d", "e"]) made.push(await user.createWorkspace(name));
      const seen: Workspace[] = [];
      let path = "/api/workspaces?limit=2";
      for (;;) {
        const { body, headers } = await user.call<Workspace[]>("GET", path);
        expect(headers.get("access-control-expose-headers")).toContain("X-Next-Cursor");
        expect(headers.get("x-as-of")).toMatch(/^\d+-\d+$/);
        seen.push(...body);
        const link = headers.get("link");
        if (link === null) break;
        expect(link).toContain(headers.get("x-next-cursor") ?? "nothing");
        path = /^<(.+)>; rel="next"$/.exec(link)?.[1] ?? "";
      }
      expect(seen).toEqual(made.toReversed());
    });

    test("members and participants: each once over all pages", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const { id } = await talkWith(owner, workspace.id, editor, viewer);
      const all = [owner, editor, viewer].map(({ userId }) => userId).toSorted();
      for (const path of [membersPath(workspace.id), participantsPath(id)]) {
        const walked = await walk<{ user_id: string }>(owner, path, "limit=2");
        expect(walked.map(({ user_id }) => user_id).toSorted()).toEqual(all);
      }
    });

    test("a limit, cursor, order or since that is none is refused with 422", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { id } = await user.createConversation(workspace.id);
      const lists = [
        "/api/workspaces",
        `/api/workspaces/${workspace.id}/documents`,
        `/api/workspaces/${workspace.id}/conversations`,
        membersPath(workspace.id),
        participantsPath(id),
        messagesPath(id),
      ];
      for (const list of lists)
        for (const wrong of ["limit=0", "limit=201", "cursor=x", "cursor=", "since=yesterday"])
          expectError(await user.call("GET", `${list}?${wrong}`), 422);
      expectError(await user.call("GET", `${messagesPath(id)}?order=random`), 422);
    });
  });

  onTheNetwork((setUp) => {
    test("rows of one instant, and a microsecond apart, come each once", async () => {
      const user = await setUp().user();
      const { id } = await user.createConversation((await user.createWorkspace()).id);
      const sql = postgres(setUp().network?.databaseUrl ?? "", { max: 1 });
      await sql`
        insert into messages (conversation_id, workspace_id, role, content, status, created_at)
        select c.id, c.workspace_id, 'user', n, 'done', '2026-01-01'::timestamptz + (n / 4) * interval '1 microsecond'
        from conversations c, generate_series(1, 30) n where c.id = ${id}`;
      await sql.end();
      for (const order of ["asc", "desc"]) {
        const walked = await walk<Message>(user, messagesPath(id), `limit=3&order=${order}`);
        expect(new Set(idsOf(walked)).size).toBe(30);
        expect(walked).toHaveLength(30);
      }
    });
  });
});

describe("lists, since", () => {
  onBothSetUps((setUp) => {
    test("a client that comes back with `as_of` is told what has changed, and misses nothing", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const path = `/api/workspaces/${workspace.id}/documents`;
      const file = (name: string) => ({ name, content: `The text of ${name}.` });
      const { items } = await user.upload(workspace.id, file("a.txt"), file("b.txt"));
      for (const { document } of items) await reaches(user, workspace.id, document.id, "ingested");
      const quiet = await settled(user, path);
      const { items: more } = await user.upload(workspace.id, file("c.txt"));
      const added = more[0]?.document.id ?? "";
      await reaches(user, workspace.id, added, "ingested");
      const told = await user.expect<Page<Document>>(200, "GET", `${path}?since=${quiet}`);
      expect(told.items.map(({ id, status }) => [id, status])).toEqual([[added, "ingested"]]);
      const [first] = items;
      await user.expect(202, "POST", `${path}/${first?.document.id ?? ""}/reprocess`);
      const again = await user.expect<Page<Document>>(200, "GET", `${path}?since=${told.as_of}`);
      expect(idsOf(again.items)).toContain(first?.document.id ?? "");
    });

    test("an event's cursor and an instant do as well, over several pages too", async () => {
      const user = await setUp().user();
      const socket = await user.connect();
      const { payload } = await socket.waitFor("ready");
      await user.createWorkspace("Before or after");
      const made = [await user.createWorkspace("First"), await user.createWorkspace("Second")];
      const list = (since: string) =>
        user.expect<Workspace[]>(200, "GET", `/api/workspaces?since=${encodeURIComponent(since)}`);
      const fromReady = idsOf(await list(String(payload["cursor"])));
      for (const { id } of made) expect(fromReady).toContain(id);
      const joined = await socket.waitFor(
        "workspace.joined",
        ({ workspace_id }) => workspace_id === made[1]?.id,
      );
      expect(idsOf(await list(joined.id ?? ""))).toContain(made[1]?.id ?? "");
      const fromInstant = idsOf(await list(made[0]?.created_at ?? ""));
      for (const { id } of made) expect(fromInstant).toContain(id);
      expect(await list("2100-01-01T00:00:00Z")).toEqual([]);
      const walked = await user.call<Workspace[]>(
        "GET",
        `/api/workspaces?limit=1&since=${String(payload["cursor"])}`,
      );
      expect(walked.headers.get("link")).toContain("since=");
      await user.leave();
    });

    test("a conversation has changed with its last message and its participants, a workspace when one comes into it", async () => {
      const { owner, viewer, workspace } = await teamOf(setUp());
      const quiet = await talkWith(owner, workspace.id, viewer);
      const busy = await talkWith(owner, workspace.id, viewer);
      const own = await talkWith(owner, workspace.id);
      const path = `/api/workspaces/${workspace.id}/conversations`;
      const since = await settled(viewer, path);
      await say(owner, busy.id, "Something new");
      await share(owner, own.id, viewer);
      const told = await viewer.expect<Page<Document>>(200, "GET", `${path}?since=${since}`);
      expect(idsOf(told.items)).toEqual([own.id, busy.id]);
      expect(idsOf(told.items)).not.toContain(quiet.id);
      const late = await setUp().user();
      await addMember(owner, workspace.id, late, "viewer");
      const joined = await late.expect<Workspace[]>(200, "GET", `/api/workspaces?since=${since}`);
      expect(idsOf(joined)).toEqual([workspace.id]);
    });

    test("a `since` of another log leaves nothing out", async () => {
      const user = await setUp().user();
      const { id } = await user.createWorkspace();
      const list = await user.expect<Workspace[]>(
        200,
        "GET",
        "/api/workspaces?since=9000000000000000-0",
      );
      expect(idsOf(list)).toEqual([id]);
    });
  });

  onTheNetwork((setUp) => {
    test("what is committed late is told though it began before", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const path = `/api/workspaces/${workspace.id}/documents`;
      const sql = postgres(setUp().network?.databaseUrl ?? "", { max: 1 });
      const [inserted, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const late = sql.begin(async (tx) => {
        await tx`
          insert into documents (workspace_id, title, source_type, status)
          values (${workspace.id}, 'late.txt', 'txt', 'ingested')`;
        inserted.resolve();
        await commit.promise;
      });
      await inserted.promise;
      await user.createWorkspace(); // Later than the one that is not committed yet.
      const { items, as_of } = await user.expect<Page<Document>>(200, "GET", path);
      expect(items).toEqual([]);
      commit.resolve();
      await late;
      await sql.end();
      const told = await user.expect<Page<Document>>(200, "GET", `${path}?since=${as_of}`);
      expect(told.items.map(({ title }) => title)).toEqual(["late.txt"]);
    });
  });
});

/** A place in the log from which on nothing has changed in a list. */
function settled(client: Client, path: string): Promise<string> {
  return eventually(async () => {
    const { as_of } = await client.expect<Page<unknown>>(200, "GET", path);
    const { items } = await client.expect<Page<unknown>>(200, "GET", `${path}?since=${as_of}`);
    return items.length === 0 && as_of;
  });
}
