import { expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { errorResponse } from "../../src/http/error.ts";
import { uuid } from "../../src/http/deps.ts";

const ID = "01a20796-14b0-7197-9881-c3759b6c960d";
const body = t.Object({
  name: t.String({ minLength: 1, maxLength: 200 }),
  about: t.Optional(t.Union([t.String({ maxLength: 50 }), t.Null()])),
  id: t.Optional(uuid()),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 100 })),
  loud: t.Optional(t.Boolean()),
  ids: t.Optional(t.Array(uuid(), { maxItems: 2 })),
  role: t.Optional(t.Union([t.Literal("viewer"), t.Literal("owner")])),
});

const app = new Elysia({ normalize: false })
  .onError(({ error, code }) => errorResponse(error, code))
  .post("/", () => "taken", { body });

test.each([
  [{}, "The field 'name' is missing: expected a text of 1 to 200 characters."],
  [{ name: "" }, "The field 'name' is not valid: expected a text of 1 to 200 characters."],
  [{ name: 5 }, "The field 'name' is not valid: expected a text of 1 to 200 characters."],
  [{ name: "a", colour: "red" }, "The field 'colour' is not known."],
  [
    { name: "a", about: 7 },
    "The field 'about' is not valid: expected a text of 0 to 50 characters.",
  ],
  [{ name: "a", id: "7" }, "The field 'id' is not valid: expected a UUID."],
  [
    { name: "a", limit: 101 },
    "The field 'limit' is not valid: expected a whole number from 1 to 100.",
  ],
  [{ name: "a", loud: "x" }, "The field 'loud' is not valid: expected true or false."],
  [{ name: "a", ids: ["1"] }, "The field 'ids.0' is not valid: expected a UUID."],
  [{ name: "a", ids: [ID, ID, ID] }, "The field 'ids' is not valid: expected a list of at most 2."],
  [
    { name: "a", role: "king" },
    "The field 'role' is not valid: expected one of 'viewer', 'owner'.",
  ],
])("%j is refused in words", async (json, detail) => {
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  const response = await app.handle(request);
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 422,
    body: { detail, code: "invalid_request" },
  });
});
