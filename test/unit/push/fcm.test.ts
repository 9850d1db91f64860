import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import { FcmGateway } from "../../../src/push/fcm.ts";
import type { Outcome, Recipient } from "../../../src/push/gateway.ts";
import { eventually } from "../../support/eventually.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { fcmError, refusal, startFcm } from "../../support/push/fcm.ts";
import { NOTIFICATION, sendTo } from "./notification.ts";

const fcm = await startFcm(temporaryFolder("fcm"));
afterAll(() => fcm.stop());
afterEach(() => fcm.script.clear());

let gateway: FcmGateway;
beforeEach(() => {
  gateway = gatewayAt(fcm.endpoint);
  fcm.registered.clear();
  fcm.calls.length = 0;
  fcm.delivered.length = 0;
});

function gatewayAt(endpoint: string, credentialsPath = fcm.credentialsPath): FcmGateway {
  return new FcmGateway({ projectId: "my-project", credentialsPath, endpoint });
}

function device(token: string): Recipient {
  fcm.registered.add(token);
  return { userId: crypto.randomUUID(), token };
}

const DELIVERED: Outcome = { state: "delivered" };
const INVALID: Outcome = { state: "invalid" };

describe("Firebase Cloud Messaging", () => {
  test("gets one message for each device, and tells them apart", async () => {
    fcm.gone.add("gone");
    fcm.strangers.add("of another project");
    const outcomes = await sendTo(gateway, [
      device("one"),
      { userId: "u", token: "gone" },
      { userId: "u", token: "of another project" },
      { userId: "u", token: "no token at all" },
      { userId: "u" },
      device("two"),
    ]);
    // With another project's key nothing is said of the device, which must not be lost for it.
    const foreign = {
      state: "refused",
      reason: expect.stringContaining("another project") as string,
    };
    expect(outcomes).toEqual([
      DELIVERED,
      INVALID,
      foreign,
      INVALID,
      INVALID,
      DELIVERED,
    ] as Outcome[]);
    expect(fcm.delivered.map(({ token }) => token).toSorted()).toEqual(["one", "two"]);
    expect(fcm.delivered[0]).toMatchObject({
      notification: { title: NOTIFICATION.title, body: NOTIFICATION.body },
      data: { message_id: NOTIFICATION.messageId, sender_id: NOTIFICATION.senderId },
      android: { notification: { tag: NOTIFICATION.messageId } },
    });
  });

  test("takes what the AI has written: nobody is its sender", async () => {
    const outcomes = await gateway.send({ ...NOTIFICATION, senderId: null }, [device("one")], {
      signal: new AbortController().signal,
    });
    expect(outcomes).toEqual([DELIVERED]);
  });

  test("is asked for many devices at once, but not for all of them", async () => {
    const gate = Promise.withResolvers<void>();
    const held = async () => {
      await gate.promise;
      return Response.json({ name: "projects/my-project/messages/1" });
    };
    fcm.script.next(held, 16);
    const devices = Array.from({ length: 100 }, (_, index) => device(`device-${index}`));
    const sent = sendTo(gateway, devices);
    await eventually(() => fcm.calls.length === 16);
    gate.resolve();
    expect(await sent).toEqual(devices.map(() => DELIVERED));
    expect(fcm.mostUnderWay()).toBe(16);
  });

  test("that refuses a token before its time gets a new one, once for all who come together", async () => {
    const granted = fcm.google.tokens;
    fcm.script.next(() => refusal(401, "UNAUTHENTICATED", "Expired."), 3);
    const devices = ["one", "two", "three"].map(device);
    expect(await sendTo(gateway, devices)).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(fcm.google.tokens).toBe(granted + 2);
  });

  test("that refuses every token lets nobody in", async () => {
    fcm.script.next(() => refusal(401, "UNAUTHENTICATED", "No."), 2);
    expect(await sendTo(gateway, [device("one")])).toMatchObject([{ state: "refused" }]);
    expect(fcm.calls).toHaveLength(2);
  });
});

describe("what may pass", () => {
  test("a quota: as late as it says, or in a minute", async () => {
    const busy = () =>
      refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", fcmError("QUOTA_EXCEEDED"));
    fcm.script.next(busy);
    fcm.script.next(
      () => new Response(busy().body, { status: 429, headers: { "retry-after": "5" } }),
    );
    expect(await sendTo(gateway, [device("one")])).toMatchObject([
      { state: "later", retryAfterMs: 60_000 },
    ]);
    expect(await sendTo(gateway, [device("one")])).toMatchObject([
      { state: "later", retryAfterMs: 5_000 },
    ]);
  });

  test.each([
    [500, "INTERNAL"],
    [503, "UNAVAILABLE"],
  ])("HTTP %d for one device does not keep the others from theirs", async (status, code) => {
    fcm.script.next(() => refusal(status, code, "Later.", fcmError(code)));
    const outcomes = await sendTo(gateway, ["one", "two", "three"].map(device));
    expect(outcomes.map(({ state }) => state).toSorted()).toEqual([
      "delivered",
      "delivered",
      "later",
    ]);
  });

  test("a proxy's page in place of an answer", async () => {
    fcm.script.next(() => new Response("<html>Bad gateway", { status: 502 }));
    expect(await sendTo(gateway, [device("one")])).toMatchObject([{ state: "later" }]);
  });

  test("a service that is not there is not asked for every device", async () => {
    const nowhere = gatewayAt("http://127.0.0.1:1");
    const devices = Array.from({ length: 50 }, (_, index) => device(`device-${index}`));
    const outcomes = await sendTo(nowhere, devices);
    expect(outcomes.map(({ state }) => state)).toEqual(devices.map(() => "later"));
  });

  test("a stop in the middle", async () => {
    const stop = new AbortController();
    fcm.script.next(() => {
      stop.abort();
      return new Promise<Response>(() => undefined);
    });
    expect(await sendTo(gateway, [device("one")], stop.signal)).toMatchObject([{ state: "later" }]);
  });
});

describe("what no retry mends, and no device must pay for", () => {
  const badField = (field: string) => ({
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: [{ field, description: "Wrong." }],
  });

  test.each([
    [
      "a message that is refused",
      400,
      "INVALID_ARGUMENT",
      [badField("message.data"), fcmError("INVALID_ARGUMENT")],
    ],
    ["a message that is too big", 400, "INVALID_ARGUMENT", [fcmError("INVALID_ARGUMENT")]],
    ["a key that may not send", 403, "PERMISSION_DENIED", []],
    ["a project that is not there", 404, "NOT_FOUND", []],
    ["no key for Apple's service", 401, "UNAUTHENTICATED", [fcmError("THIRD_PARTY_AUTH_ERROR")]],
  ] as const)("%s", async (_what, status, code, details) => {
    fcm.script.next(() => refusal(status, code, "Some reason.", ...details));
    const [outcome] = await sendTo(gateway, [device("one")]);
    expect(outcome?.state).toBe("refused");
    expect(fcm.calls).toHaveLength(1);
  });

  test("the field of the token at fault makes it invalid", async () => {
    const details = [fcmError("INVALID_ARGUMENT"), badField("message.token")];
    fcm.script.next(() => refusal(400, "INVALID_ARGUMENT", "Invalid argument.", ...details));
    expect(await sendTo(gateway, [device("one")])).toEqual([INVALID]);
  });

  test("a key file that is none", async () => {
    const keyless = gatewayAt(fcm.endpoint, "/nowhere/key.json");
    const [outcome] = await sendTo(keyless, [device("one")]);
    expect(outcome).toMatchObject({ state: "refused" });
    expect(JSON.stringify(outcome)).toContain("FCM_CREDENTIALS_PATH");
  });
});
