import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { OPERATIONS } from "../../src/http/openapi/operations.ts";
import { onTheNetwork } from "../support/both.ts";
import { type Client, type Conversation, type Exchange, formOf } from "../support/client.ts";
import { LIGHTHOUSE, LIGHTHOUSE_QUESTION, reaches } from "../support/scenes.ts";

/** Calls, and holds the answer to what `/openapi.json` says of it: each field of the right type, and no other. */
async function called<T>(
  client: Client,
  operation: string,
  ids: Readonly<Record<string, string>> = {},
  options: { readonly json?: unknown; readonly raw?: FormData } = {},
): Promise<T> {
  const [method = "", route = ""] = operation.split(" ");
  const path = route.replaceAll(/:(\w+)/g, (_, name: string) => ids[name] ?? "");
  const { status, body } = await client.call(method, path, options);
  const schema = OPERATIONS[operation]?.answers[status];
  if (schema === undefined) throw new Error(`${operation} answers ${status}, undescribed.`);
  if (schema === null) {
    expect(body).toBe("");
  } else if (typeof schema !== "string") {
    expect({ operation, faults: [...Value.Errors(schema, body)] }).toEqual({
      operation,
      faults: [],
    });
    expect({ operation, body }).toEqual({
      operation,
      body: Value.Clean(schema, structuredClone(body)),
    });
  }
  return body as T;
}

onTheNetwork((setUp) => {
  test("what the API answers is what it describes", async () => {
    const user = await setUp().user();
    const friend = await setUp().user();
    for (const path of ["/health", "/ready", "/api/me"]) await called(user, `GET ${path}`);
    const { id: w } = await called<{ id: string }>(
      user,
      "POST /api/workspaces",
      {},
      { json: { name: "W" } },
    );
    await called(user, "PATCH /api/workspaces/:w", { w }, { json: { description: "D" } });
    await called(user, "GET /api/workspaces");
    await called(user, "GET /api/workspaces/:w", { w });
    const member = { json: { user_id: friend.userId } };
    await called(user, "POST /api/workspaces/:w/members", { w }, member);
    await called(user, "GET /api/workspaces/:w/members", { w });
    await called(user, "GET /api/workspaces/:w/presence", { w });

    const upload = { raw: formOf([LIGHTHOUSE]) };
    const { items } = await called<{ items: [{ document: { id: string } }] }>(
      user,
      "POST /api/workspaces/:w/documents/upload",
      { w },
      upload,
    );
    const d = items[0].document.id;
    await reaches(user, w, d, "ingested");
    await called(user, "GET /api/workspaces/:w/documents", { w });
    await called(user, "GET /api/workspaces/:w/documents/:d", { w, d });
    await called(user, "GET /api/workspaces/:w/documents/:d/raw-text", { w, d });
    await called(user, "GET /api/workspaces/:w/documents/:d/file", { w, d });
    await called(user, "POST /api/workspaces/:w/search", { w }, { json: { query: "weather" } });

    const { id: c } = await called<Conversation>(
      user,
      "POST /api/workspaces/:w/conversations",
      { w },
      { json: { title: "C" } },
    );
    await called(user, "POST /api/conversations/:c/participants", { c }, member);
    await called(user, "GET /api/conversations/:c/participants", { c });
    const question = { json: { content: LIGHTHOUSE_QUESTION } };
    const { id: m } = await called<Exchange>(
      user,
      "POST /api/conversations/:c/messages",
      { c },
      question,
    );
    await called(user, "GET /api/conversations/:c/messages", { c });
    await called(user, "GET /api/workspaces/:w/conversations", { w });
    await called(user, "POST /api/conversations/:c/read", { c }, { json: {} });
    await called(user, "DELETE /api/conversations/:c/messages/:m", { c, m });

    const device = { json: { provider: "fcm", token: "a-token" } };
    await called(user, "POST /api/me/devices", {}, device);
    await called(user, "GET /api/me/devices");
    await called(user, "POST /api/workspaces/:w/documents/:d/reprocess", { w, d });
    await called(user, "DELETE /api/workspaces/:w", { w });
  });
});
