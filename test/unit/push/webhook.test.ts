import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { WebhookGateway } from "../../../src/push/webhook.ts";
import { startWebhook } from "../../support/push/webhook.ts";
import { NOTIFICATION, people, sendTo } from "./notification.ts";

const receiver = startWebhook();
afterAll(() => receiver.stop());
afterEach(() => receiver.script.clear());

const gateway = new WebhookGateway({ url: receiver.url, secrets: [receiver.secret] });
const otherSecret = `whsec_${randomBytes(24).toString("base64")}`;

function answering(status: number, headers: Record<string, string> = {}): () => Response {
  return () => new Response("A body that nobody reads.", { status, headers });
}

describe("a signed webhook", () => {
  test("tells of all recipients in one call that its receiver believes", async () => {
    const recipients = people(3);
    expect(await sendTo(gateway, recipients)).toEqual(
      recipients.map(() => ({ state: "delivered" })),
    );
    expect(receiver.received()).toEqual([
      {
        id: NOTIFICATION.id,
        type: "message.notification",
        timestamp: NOTIFICATION.createdAt,
        data: {
          message_id: NOTIFICATION.messageId,
          conversation_id: NOTIFICATION.conversationId,
          workspace_id: NOTIFICATION.workspaceId,
          sender_id: NOTIFICATION.senderId,
          title: NOTIFICATION.title,
          body: NOTIFICATION.body,
          recipients: recipients.map(({ userId }) => ({ user_id: userId })),
        },
      } as never,
    ]);
  });

  test("carries the same id in every attempt, so that a repeat is dropped", async () => {
    const before = receiver.received().length;
    await sendTo(gateway, people(1));
    await sendTo(gateway, people(1));
    expect(receiver.received()).toHaveLength(before);
    expect(receiver.calls.at(-1)).toEqual({ id: NOTIFICATION.id, status: 204 });
  });

  test("is believed by the old secret and by the new one while they change", async () => {
    const both = new WebhookGateway({ url: receiver.url, secrets: [otherSecret, receiver.secret] });
    expect(await sendTo(both, people(1))).toEqual([{ state: "delivered" }]);
  });

  test("signed with another secret reaches nobody", async () => {
    const stranger = new WebhookGateway({ url: receiver.url, secrets: [otherSecret] });
    const [outcome] = await sendTo(stranger, people(1));
    expect(outcome?.state).toBe("later");
    expect(receiver.calls.at(-1)?.status).toBe(401);
  });
});

describe("a receiver that does not take it", () => {
  test.each([400, 404, 408, 429, 500, 502, 503, 504])("HTTP %d may pass", async (status) => {
    receiver.script.next(answering(status));
    expect(await sendTo(gateway, people(2))).toMatchObject([
      { state: "later" },
      { state: "later" },
    ]);
  });

  test("says when to come again, in seconds or by date", async () => {
    receiver.script.next(answering(429, { "retry-after": "7" }));
    expect(await sendTo(gateway, people(1))).toMatchObject([{ retryAfterMs: 7_000 }]);
    const date = new Date(Date.now() + 100_000).toUTCString();
    receiver.script.next(answering(503, { "retry-after": date }));
    const [outcome] = await sendTo(gateway, people(1));
    const { retryAfterMs = 0 } = outcome as { retryAfterMs?: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(100_000);
  });

  test("may not put off for ever, nor with nonsense", async () => {
    receiver.script.next(answering(503, { "retry-after": "999999999" }));
    expect(await sendTo(gateway, people(1))).toMatchObject([{ retryAfterMs: 3_600_000 }]);
    receiver.script.next(answering(503, { "retry-after": "soon" }));
    const [outcome] = await sendTo(gateway, people(1));
    expect(outcome).not.toHaveProperty("retryAfterMs");
  });

  test("and is gone gets no second attempt", async () => {
    receiver.script.next(answering(410));
    expect(await sendTo(gateway, people(1))).toMatchObject([{ state: "refused" }]);
  });

  test("and points elsewhere is not followed", async () => {
    const calls = receiver.calls.length;
    receiver.script.next(answering(307, { location: receiver.url }));
    expect(await sendTo(gateway, people(1))).toMatchObject([{ state: "refused" }]);
    expect(receiver.calls).toHaveLength(calls + 1);
  });

  test("and is not there may come back", async () => {
    const nowhere = new WebhookGateway({ url: "http://127.0.0.1:1/", secrets: [otherSecret] });
    expect(await sendTo(nowhere, people(1))).toMatchObject([{ state: "later" }]);
  });

  test("and answers without end holds nobody up", async () => {
    receiver.script.next(() => new Response(endless(), { status: 500 }));
    expect(await sendTo(gateway, people(1))).toMatchObject([{ state: "later" }]);
  });

  test("leaves everything for later when the engine stops", async () => {
    const stop = new AbortController();
    receiver.script.next(() => {
      stop.abort();
      return new Promise<Response>(() => undefined);
    });
    expect(await sendTo(gateway, people(1), stop.signal)).toMatchObject([{ state: "later" }]);
  });
});

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(16 * 1024)) });
}
