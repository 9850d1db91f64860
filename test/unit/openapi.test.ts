import { expect, test } from "bun:test";
import { apiApp } from "../../src/http/app.ts";
import { OPERATIONS } from "../../src/http/openapi/operations.ts";

/** Nothing but its routes is looked at, and they touch what they work with only when they are called. */
const app = apiApp({} as never, { html: "", securityPolicy: "" });
/** What a frontend's generator of clients has no use for. */
const APART = ["GET /", "GET /ws", "GET /metrics", "GET /openapi.json"];

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

async function description(): Promise<Described> {
  const response = await app.handle(new Request("http://localhost/openapi.json"));
  return (await response.json()) as Described;
}

test("every call is described, and nothing that is none", () => {
  const calls = app.routes
    .filter(({ method }) => method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((call) => !APART.includes(call));
  expect(Object.keys(OPERATIONS).toSorted()).toEqual(calls.toSorted());
  const ids = Object.values(OPERATIONS).map(({ id }) => id);
  expect(new Set(ids).size).toBe(calls.length);
});

test("the document has each call with its parameters, and every name that it refers to", async () => {
  const { paths, components } = await description();
  const calls = Object.values(paths).flatMap((methods) => Object.keys(methods));
  expect(calls).toHaveLength(Object.keys(OPERATIONS).length);
  const document = JSON.stringify(paths) + JSON.stringify(components);
  const names = [...document.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(Object.keys(components.schemas)));
  expect(document).not.toContain("$id");
});

test("a body is described as the route checks it", async () => {
  const { paths } = await description();
  expect(paths["/api/conversations/{c}/messages"]?.["post"]).toMatchObject({
    parameters: [{ name: "c", in: "path", required: true }, { name: "Prefer" }],
    requestBody: {
      content: {
        "application/json": {
          schema: { required: ["content"], properties: { ask: { type: "boolean" } } },
        },
      },
    },
    responses: {
      202: {
        content: { "application/json": { schema: { $ref: "#/components/schemas/Exchange" } } },
      },
    },
  });
});
