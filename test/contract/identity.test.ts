import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import { Client, type Reply } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Claims, secondsFromNow, signHs256, signingKey, unsigned } from "../support/jwt.ts";
import { changingNothing, expectError, LIGHTHOUSE, talkAbout } from "../support/scenes.ts";
import type { SetUp } from "../support/set-up.ts";
import { expectShape } from "../support/shape.ts";

/** Every call of the contract that names a resource, with the ids of its path filled in. */
function routes(ids: { w: string; d: string; c: string; m: string }): [string, string, unknown?][] {
  const workspace = `/api/workspaces/${ids.w}`;
  const document = `${workspace}/documents/${ids.d}`;
  const conversation = `/api/conversations/${ids.c}`;
  const messages = `${conversation}/messages`;
  return [
    ["GET", workspace],
    ["PATCH", workspace, { name: "Taken" }],
    ["DELETE", workspace],
    ["GET", `${workspace}/presence`],
    ["GET", `${workspace}/members`],
    ["POST", `${workspace}/members`, { user_id: ids.m }],
    ["PATCH", `${workspace}/members/${ids.m}`, { role: "owner" }],
    ["DELETE", `${workspace}/members/${ids.m}`],
    ["GET", `${workspace}/documents`],
    ["GET", document],
    ["GET", `${document}/raw-text`],
    ["GET", `${document}/file`],
    ["DELETE", document],
    ["POST", `${document}/reprocess`],
    ["POST", `${workspace}/conversations`, { title: "Taken" }],
    ["GET", `${workspace}/conversations`],
    ["DELETE", `${workspace}/conversations/${ids.c}`],
    ["GET", messages],
    ["POST", messages, { content: "Whose is this?" }],
    ["DELETE", `${messages}/${ids.m}`],
    ["GET", `${conversation}/participants`],
    ["POST", `${conversation}/participants`, { user_id: ids.m }],
    ["DELETE", `${conversation}/participants/${ids.m}`],
    ["DELETE", `${conversation}/participants`],
    ["POST", `${conversation}/read`, {}],
  ];
}

function callAll(
  client: Client,
  calls: readonly [string, string, unknown?][],
): Promise<Reply<unknown>[]> {
  return Promise.all(
    calls.map(([method, path, json]) => client.call(method, path, json ? { json } : {})),
  );
}

const me = (setUp: SetUp, token: string | undefined) =>
  new Client(setUp.url, token).call("GET", "/api/me");

const claimed = (more: Claims = {}): Claims => ({ sub: crypto.randomUUID(), ...more });

describe("1. Identity", () => {
  onBothSetUps((setUp) => {
    test("every call carries `Authorization: Bearer <JWT>`: without it 401", async () => {
      const id = crypto.randomUUID();
      const nobody = new Client(setUp().url, undefined);
      const calls = routes({ w: id, d: id, c: id, m: id });
      const lists: [string, string][] = [
        ["GET", "/api/me"],
        ["GET", "/api/workspaces"],
        ["POST", "/api/workspaces"],
      ];
      for (const reply of await callAll(nobody, [...calls, ...lists])) expectError(reply, 401);
    });

    test("every call but `/health`, `/ready`, `/metrics` and the web page: these need no token", async () => {
      const nobody = new Client(setUp().url, undefined);
      for (const path of ["/health", "/ready", "/metrics", "/"]) {
        expect((await nobody.call("GET", path)).status).not.toBe(401);
      }
    });

    test("a token that is none, and a scheme that is not Bearer, are refused with 401", async () => {
      for (const token of ["", "x", "a.b.c", "e30.e30.e30"])
        expectError(await me(setUp(), token), 401);
      const { token } = await setUp().user();
      const nobody = new Client(setUp().url, undefined);
      const headers = { authorization: `Basic ${token}` };
      expectError(await nobody.call("GET", "/api/me", { headers }), 401);
    });

    test("HS256 signed with `SUPABASE_JWT_SECRET` is accepted", async () => {
      const claims = claimed({ email: "ada@example.org" });
      const reply = await me(setUp(), await signHs256(claims));
      expectShape(reply, { status: 200, body: { id: claims.sub, email: claims.email } });
    });

    test("HS256 signed with another secret is refused", async () => {
      expectError(
        await me(setUp(), await signHs256(claimed(), "some other secret, long enough")),
        401,
      );
    });

    test.each(["RS256", "ES256"] as const)(
      "%s is checked against `SUPABASE_JWKS_URL`",
      async (alg) => {
        const [known, unknown] = [
          await signingKey(alg, crypto.randomUUID()),
          await signingKey(alg, "x"),
        ];
        setUp().jwks.publish(known);
        const claims = claimed();
        const accepted = await eventually(async () => {
          const reply = await me(setUp(), await known.sign(claims));
          return reply.status === 200 && reply;
        });
        expectShape(accepted.body, { id: claims.sub });
        expectError(await me(setUp(), await unknown.sign(claimed())), 401);
      },
    );

    test("the key set is cached, and refetched on an unknown `kid`", async () => {
      const { jwks } = setUp();
      const [old, rotated] = await Promise.all(
        ["old", "new"].map((name) => signingKey("ES256", `${name}-${crypto.randomUUID()}`)),
      );
      if (!old || !rotated) throw new Error("Two keys were to be made.");
      const accepts = (key: typeof old) => async () =>
        (await me(setUp(), await key.sign(claimed()))).status === 200;
      jwks.publish(old);
      await eventually(accepts(old));
      const fetched = jwks.fetches();
      for (let i = 0; i < 5; i++) expect(await accepts(old)()).toBe(true);
      expect(jwks.fetches()).toBe(fetched);
      jwks.publish(rotated);
      await eventually(accepts(rotated));
      expect(jwks.fetches()).toBeGreaterThan(fetched);
    });

    test("the algorithm is decided by the configuration: `none` is refused", async () => {
      expectError(await me(setUp(), unsigned(claimed())), 401);
    });

    test("the algorithm is decided by the configuration: HS/RS confusion is refused", async () => {
      const key = await signingKey("RS256", crypto.randomUUID());
      setUp().jwks.publish(key);
      await eventually(async () => (await me(setUp(), await key.sign(claimed()))).status === 200);
      expectError(await me(setUp(), await signHs256(claimed(), key.publicPem)), 401);
      expectError(await me(setUp(), await signHs256(claimed(), key.publicPem.trim())), 401);
    });

    test("a token whose payload was changed after it was signed is refused", async () => {
      const [head, , signature] = (await signHs256(claimed())).split(".");
      const [, forged] = unsigned(claimed()).split(".");
      expectError(await me(setUp(), `${head}.${forged}.${signature}`), 401);
    });

    test("`aud` is not checked", async () => {
      const token = await signHs256(claimed({ aud: "somebody-else" }));
      expect((await me(setUp(), token)).status).toBe(200);
    });

    test("`exp` is checked with 60 s leeway", async () => {
      const within = await signHs256(claimed({ exp: secondsFromNow(-30) }));
      const beyond = await signHs256(claimed({ exp: secondsFromNow(-90) }));
      expect((await me(setUp(), within)).status).toBe(200);
      expectError(await me(setUp(), beyond), 401);
    });

    test("`sub` = user id (UUID, else 401)", async () => {
      for (const sub of ["ada", "", "42", "00000000-0000-0000-0000-00000000000g"])
        expectError(await me(setUp(), await signHs256({ sub })), 401);
      expectError(await me(setUp(), await signHs256({})), 401);
    });

    test("`email` optional", async () => {
      const claims = claimed();
      const reply = await me(setUp(), await signHs256(claims));
      expectShape(reply, { status: 200, body: { id: claims.sub, email: null } });
    });

    test("tenant = `tenant_id` or `app_metadata.tenant_id`, else the user's own id", async () => {
      const tenant_id = crypto.randomUUID();
      const tenantOf = async (claims: Claims) => {
        const client = await setUp().user(claims);
        const ready = await (await client.connect()).waitFor("ready");
        await client.leave();
        return { user: client.userId, tenant: ready.payload["tenant_id"] };
      };
      expect((await tenantOf({ tenant_id })).tenant).toBe(tenant_id);
      expect((await tenantOf({ app_metadata: { tenant_id } })).tenant).toBe(tenant_id);
      const alone = await tenantOf({});
      expect(alone.tenant).toBe(alone.user);
    });

    test("a resource of another user answers 404, exactly as one that does not exist", async () => {
      const owner = await setUp().user();
      const { workspace, document, conversation } = await talkAbout(owner, LIGHTHOUSE);
      const message = await owner.ask(conversation.id, "Who kept the lighthouse?");
      const theirs = { w: workspace.id, d: document.id, c: conversation.id, m: message.id };
      const nobodys = { w: newId(), d: newId(), c: newId(), m: newId() };
      const stranger = await setUp().user({ tenant_id: owner.userId });
      await changingNothing(setUp(), owner, workspace.id, async () => {
        const refused = await callAll(stranger, routes(theirs));
        const missing = await callAll(stranger, routes(nobodys));
        for (const reply of refused) expectError(reply, 404);
        expect(refused.map((reply) => reply.body)).toEqual(missing.map((reply) => reply.body));
      });
      expect(await owner.messages(conversation.id)).toHaveLength(2);
    });

    test("an upload into another user's workspace answers 404 and stores nothing", async () => {
      const owner = await setUp().user();
      const stranger = await setUp().user();
      const workspace = await owner.createWorkspace();
      await changingNothing(setUp(), owner, workspace.id, async () => {
        expectError(await stranger.tryUpload(workspace.id, LIGHTHOUSE), 404);
      });
    });

    test("another user's document answers 404 under a workspace of one's own too", async () => {
      const owner = await setUp().user();
      const { document, conversation } = await talkAbout(owner, LIGHTHOUSE);
      const stranger = await setUp().user();
      const own = await stranger.createWorkspace();
      const ids = { w: own.id, d: document.id, c: conversation.id, m: newId() };
      const named = routes(ids).filter(([, path]) => path.includes(ids.d) || path.includes(ids.c));
      for (const reply of await callAll(stranger, named)) expectError(reply, 404);
    });
  });
});

function newId(): string {
  return crypto.randomUUID();
}
