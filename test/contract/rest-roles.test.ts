/** Who may call what: every route of the REST API, by every role. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { onBothSetUps } from "../support/both.ts";
import { type Client, formOf } from "../support/client.ts";
import { addMember, type Role, share, talkWith, teamOf } from "../support/people.ts";
import { expectError, LIGHTHOUSE, reaches } from "../support/scenes.ts";
import type { SetUp } from "../support/set-up.ts";

type Actor = "stranger" | Role;
const ACTORS: readonly Actor[] = ["stranger", "viewer", "editor", "owner"];

/** What the routes are called on; whoever acts takes part in the conversations, unless a stranger. */
interface Ids {
  readonly w: string;
  readonly d: string;
  /** Other people's, with a message of somebody else. */
  readonly c: string;
  readonly m: string;
  /** Begun by whoever acts, with a message of theirs. */
  readonly ownC: string;
  readonly ownM: string;
  /** A member who takes part in the conversation. */
  readonly user: string;
  /** A member who does not, and somebody who is no member. */
  readonly absent: string;
  readonly guest: string;
}

type Call = readonly [
  method: string,
  /** As the source writes it: `:name` is one of the ids. */
  route: string,
  /** The statuses for a stranger, a viewer, an editor and an owner. */
  statuses: readonly [number, number, number, number],
  body?: (ids: Ids) => unknown,
];

const EVERYBODY = [200, 200, 200, 200] as const;
const MEMBERS = [404, 200, 200, 200] as const;
const EDITORS = [404, 403, 200, 200] as const;
const EDITORS_DELETE = [404, 403, 204, 204] as const;
const OWNERS = [404, 403, 403, 200] as const;
const OWNERS_DELETE = [404, 403, 403, 204] as const;
const THEIR_OWN = [404, 204, 204, 204] as const;

/** What takes something away comes last. */
const CALLS: readonly Call[] = [
  ["GET", "/api/me", EVERYBODY],
  ["GET", "/api/me/devices", EVERYBODY],
  ["POST", "/api/me/devices", EVERYBODY, () => ({ provider: "fcm", token: crypto.randomUUID() })],
  ["DELETE", "/api/me/devices/:w", [404, 404, 404, 404]],
  ["GET", "/api/workspaces", EVERYBODY],
  ["POST", "/api/workspaces", EVERYBODY, () => ({ name: "One's own" })],
  ["GET", "/api/workspaces/:w", MEMBERS],
  ["PATCH", "/api/workspaces/:w", OWNERS, () => ({ name: "Renamed" })],
  ["GET", "/api/workspaces/:w/presence", MEMBERS],
  ["GET", "/api/workspaces/:w/members", MEMBERS],
  ["POST", "/api/workspaces/:w/members", OWNERS, ({ guest }) => ({ user_id: guest })],
  ["PATCH", "/api/workspaces/:w/members/:absent", OWNERS, () => ({ role: "editor" })],
  ["GET", "/api/workspaces/:w/documents", MEMBERS],
  ["GET", "/api/workspaces/:w/documents/:d", MEMBERS],
  ["GET", "/api/workspaces/:w/documents/:d/raw-text", MEMBERS],
  ["GET", "/api/workspaces/:w/documents/:d/file", MEMBERS],
  ["POST", "/api/workspaces/:w/documents/upload", EDITORS, () => formOf([LIGHTHOUSE])],
  ["POST", "/api/workspaces/:w/documents/:d/reprocess", [404, 403, 202, 202]],
  ["POST", "/api/workspaces/:w/search", MEMBERS, () => ({ query: "lighthouse" })],
  ["POST", "/api/workspaces/:w/conversations", MEMBERS, () => ({ title: "Mine" })],
  ["GET", "/api/workspaces/:w/conversations", MEMBERS],
  ["GET", "/api/conversations/:c/participants", MEMBERS],
  ["POST", "/api/conversations/:c/participants", EDITORS, ({ absent }) => ({ user_id: absent })],
  ["GET", "/api/conversations/:c/messages", MEMBERS],
  ["POST", "/api/conversations/:c/messages", MEMBERS, () => ({ content: "Hello", ask: false })],
  ["POST", "/api/conversations/:c/read", MEMBERS, () => ({})],
  ["DELETE", "/api/conversations/:c/messages/:m", EDITORS_DELETE],
  ["DELETE", "/api/conversations/:ownC/messages/:ownM", THEIR_OWN],
  ["DELETE", "/api/conversations/:c/participants/:user", EDITORS_DELETE],
  [
    "DELETE",
    "/api/conversations/:c/participants",
    EDITORS_DELETE,
    ({ absent }) => ({ user_id: absent }),
  ],
  ["DELETE", "/api/workspaces/:w/conversations/:c", EDITORS_DELETE],
  ["DELETE", "/api/workspaces/:w/conversations/:ownC", THEIR_OWN],
  ["DELETE", "/api/workspaces/:w/documents/:d", EDITORS_DELETE],
  ["DELETE", "/api/workspaces/:w/members/:user", OWNERS_DELETE],
  ["DELETE", "/api/workspaces/:w", OWNERS_DELETE],
];

/** Those that are called by whoever takes no part in the conversation, whatever their role. */
const PRIVATE = CALLS.filter(([, route]) => /\/conversations\/:c/.test(route));

function call(client: Client, [method, route, , body]: Call, ids: Ids) {
  const path = route.replaceAll(/:(\w+)/g, (_, name: keyof Ids) => ids[name]);
  const content = body?.(ids);
  if (content === undefined) return client.call(method, path);
  return client.call(
    method,
    path,
    content instanceof FormData ? { raw: content } : { json: content },
  );
}

/** A workspace of somebody else's, where `actor` has a role and takes part. */
async function stage(setUp: SetUp, actor: Actor): Promise<{ client: Client; ids: Ids }> {
  const { owner, editor, viewer, workspace } = await teamOf(setUp);
  const client = await setUp.user();
  const guest = await setUp.user();
  if (actor !== "stranger") await addMember(owner, workspace.id, client, actor);
  const { items } = await owner.upload(workspace.id, LIGHTHOUSE);
  const d = items[0]?.document.id ?? "";
  await reaches(owner, workspace.id, d, "ingested");
  const c = (await talkWith(owner, workspace.id, editor)).id;
  if (actor !== "stranger") await share(owner, c, client);
  const speaker = actor === "stranger" ? owner : client;
  const ownC = (await talkWith(speaker, workspace.id)).id;
  const ids = { w: workspace.id, d, c, ownC, user: editor.userId, absent: viewer.userId };
  const [m, ownM] = [await say(owner, c), await say(speaker, ownC)];
  return { client, ids: { ...ids, m, ownM, guest: guest.userId } };
}

async function say(client: Client, conversationId: string): Promise<string> {
  const json = { content: "Hello", ask: false };
  const path = `/api/conversations/${conversationId}/messages`;
  return (await client.expect<{ id: string }>(200, "POST", path, { json })).id;
}

/** `GET /api/me` and so on, as the source registers them. */
async function registered(): Promise<string[]> {
  const folder = join(import.meta.dir, "../../src/http");
  const routes: string[] = [];
  for await (const file of new Bun.Glob("*.ts").scan(folder)) {
    const text = await Bun.file(join(folder, file)).text();
    for (const [, method, path] of text.matchAll(
      /\.(get|post|put|patch|delete)\(\s*"(\/api\/[^"]*)"/g,
    ))
      routes.push(`${method?.toUpperCase() ?? ""} ${path ?? ""}`);
  }
  return routes;
}

/** A route by its shape, whatever its parameters are called. */
function anonymous(route: string): string {
  return route.replaceAll(/:\w+/g, ":");
}

test("the table has every route that there is", async () => {
  const inTable = CALLS.map(([method, route]) => anonymous(`${method} ${route}`));
  expect([...new Set(inTable)].toSorted()).toEqual((await registered()).map(anonymous).toSorted());
});

describe("who may call what", () => {
  onBothSetUps((setUp) => {
    test.each(ACTORS)("%s", async (actor) => {
      const { client, ids } = await stage(setUp(), actor);
      const answered: string[] = [];
      const wanted: string[] = [];
      for (const each of CALLS) {
        const [method, route, statuses] = each;
        const reply = await call(client, each, ids);
        answered.push(`${method} ${route} ${reply.status}`);
        wanted.push(`${method} ${route} ${statuses[ACTORS.indexOf(actor)] ?? 0}`);
        if (reply.status === 403) expect(expectError(reply, 403).code).toBe("forbidden");
      }
      expect(answered).toEqual(wanted);
    });

    test("a conversation is nobody's who takes no part in it, whatever their role", async () => {
      const { owner, editor, viewer, workspace } = await teamOf(setUp());
      const { id: c } = await talkWith(viewer, workspace.id);
      const m = await say(viewer, c);
      const people = { user: viewer.userId, absent: owner.userId, guest: editor.userId };
      const ids = { w: workspace.id, d: workspace.id, c, m, ownC: c, ownM: m, ...people };
      for (const client of [editor, owner])
        for (const each of PRIVATE) {
          const reply = await call(client, each, ids);
          expect(expectError(reply, 404).code).toBe("conversation_not_found");
        }
    });
  });
});
