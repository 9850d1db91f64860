import { expect, test } from "bun:test";
import fc from "fast-check";
import { frameWithin } from "../../src/realtime/frame-within.ts";

const cut = (text: string) => frameWithin(text, JSON.parse(text) as Record<string, unknown>);

test("the frame that is cut out of a copy is the one that would be written", () => {
  const body = { type: fc.string(), payload: fc.jsonValue() };
  const heads = fc.record(
    { user_id: fc.string(), topic: fc.string(), ts: fc.string() },
    { requiredKeys: ["user_id"] },
  );
  const bodies = fc.record({ ...body, id: fc.string() }, { requiredKeys: ["type", "payload"] });
  fc.assert(
    fc.property(heads, bodies, (head, frame) => {
      const found = cut(JSON.stringify({ ...head, ...frame }));
      if (found !== undefined) expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(frame)));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["a user's", { user_id: "a" }],
  ["a conversation's", { conversation_id: "c", ts: "2026-01-02T03:04:05.678Z" }],
  ["a topic's", { user_id: "a", topic: "workspace:w", ts: "2026-01-02T03:04:05.678Z" }],
])("of a copy as the engine writes it, %s, it is cut", (_, head) => {
  const frame = { type: "test", payload: { user_id: "b", type: "x" }, id: "1-1" };
  expect(cut(JSON.stringify({ ...head, ...frame }))).toBe(JSON.stringify(frame));
});

test.each([
  ["other fields", '{"user_id":"a","type":"x","payload":1,"secret":2}'],
  ["another order", '{"type":"x","user_id":"a","payload":1}'],
  ["spaces", '{ "user_id": "a", "type": "x", "payload": 1}'],
  ["escapes", '{"user_id":"\\u0061","type":"x","payload":1}'],
  ["a field twice", '{"user_id":"b","type":"x","payload":1,"user_id":"a"}'],
  ["a head that is no text", '{"user_id":"a","conversation_id":null,"type":"x","payload":1}'],
  ["a prototype", '{"user_id":"a","type":"x","payload":1,"__proto__":{}}'],
])("a copy with %s is written anew", (_, text) => {
  expect(cut(text)).toBeUndefined();
});
