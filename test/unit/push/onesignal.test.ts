import { afterAll, afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Outcome, Recipient } from "../../../src/push/gateway.ts";
import { OneSignalGateway } from "../../../src/push/onesignal.ts";
import { errors, startOneSignal } from "../../support/push/onesignal.ts";
import { NOTIFICATION, people, sendTo } from "./notification.ts";

const service = startOneSignal();
afterAll(() => service.stop());
afterEach(() => service.script.clear());
beforeEach(() => {
  service.calls.length = 0;
  service.delivered.length = 0;
});

const { appId, apiKey, endpoint } = service;
const gateway = new OneSignalGateway({ appId, apiKey, endpoint });

const DELIVERED: Outcome = { state: "delivered" };
const INVALID: Outcome = { state: "invalid" };

function subscribed(): Recipient {
  const [user] = people(1) as [Recipient];
  service.subscribed.add(user.userId);
  return user;
}

function device(): Recipient & { readonly token: string } {
  const token = crypto.randomUUID();
  service.subscribed.add(token);
  return { userId: crypto.randomUUID(), token };
}

/** Each call of a test is a notification of its own: a repeat would be answered as the first was. */
async function send(recipients: readonly Recipient[], id: string = crypto.randomUUID()) {
  const { signal } = new AbortController();
  return await gateway.send({ ...NOTIFICATION, id }, recipients, { signal });
}

describe("OneSignal", () => {
  test("reaches users by their id and devices by their subscription", async () => {
    const [user, phone] = [subscribed(), device()];
    expect(await send([user, phone])).toEqual([DELIVERED, DELIVERED]);
    expect(service.delivered).toMatchObject([
      { to: [user.userId], target_channel: "push", contents: { en: NOTIFICATION.body } },
      { to: [phone.token], headings: { en: NOTIFICATION.title } },
    ]);
  });

  test("names who is not subscribed, and the others are reached", async () => {
    const [stranger] = people(1) as [Recipient];
    const lost = { userId: "u", token: crypto.randomUUID() };
    const outcomes = await send([stranger, subscribed(), lost, device()]);
    expect(outcomes).toEqual([INVALID, DELIVERED, INVALID, DELIVERED]);
  });

  test("tells where nobody at all is subscribed", async () => {
    expect(await send(people(2))).toEqual([INVALID, INVALID]);
  });

  test("is never shown a subscription that is none: the whole call would be refused", async () => {
    expect(await send([{ userId: "u", token: "no uuid" }, device()])).toEqual([INVALID, DELIVERED]);
  });

  test("asked again for the same, sends once", async () => {
    const [id, user] = [crypto.randomUUID(), subscribed()];
    expect(await send([user], id)).toEqual([DELIVERED]);
    expect(await send([user], id)).toEqual([DELIVERED]);
    expect(service.delivered).toHaveLength(1);
    expect(service.calls).toHaveLength(2);
  });

  test.each([
    ["invalid_external_user_ids", (ids: string[]) => ({ invalid_external_user_ids: ids })],
    ["invalid_player_ids", (ids: string[]) => ({ invalid_player_ids: ids })],
    ["invalid_aliases", (ids: string[]) => ({ invalid_aliases: { external_id: ids } })],
  ])("may name them as %s", async (_name, errorsOf) => {
    const [first, second] = people(2) as [Recipient, Recipient];
    service.script.next(() => Response.json({ id: "x", errors: errorsOf([second.userId]) }));
    expect(await send([first, second])).toEqual([DELIVERED, INVALID]);
  });
});

describe("what may pass", () => {
  test("too many calls: as late as it says", async () => {
    service.script.next(() =>
      Response.json(
        { errors: ["API rate limit exceeded."] },
        { status: 429, headers: { "retry-after": "3" } },
      ),
    );
    expect(await send([subscribed()])).toMatchObject([{ state: "later", retryAfterMs: 3_000 }]);
  });

  test.each([500, 503])("HTTP %d", async (status) => {
    service.script.next(() => errors(status, "Oops."));
    expect(await send([subscribed()])).toMatchObject([{ state: "later" }]);
  });

  test("a failure of one way to address leaves the other alone", async () => {
    service.script.next(() => errors(503, "Oops."));
    expect(await send([subscribed(), device()])).toMatchObject([{ state: "later" }, DELIVERED]);
  });

  test("a proxy's page in place of an answer, or nobody there", async () => {
    service.script.next(() => new Response("<html>"));
    expect(await send([subscribed()])).toMatchObject([{ state: "later" }]);
    const nowhere = new OneSignalGateway({ appId, apiKey, endpoint: "http://127.0.0.1:1" });
    expect(await sendTo(nowhere, [subscribed()])).toMatchObject([{ state: "later" }]);
  });
});

describe("what no retry mends", () => {
  test("a wrong key, a wrong app", async () => {
    const stranger = new OneSignalGateway({ appId, apiKey: "wrong", endpoint });
    expect(await sendTo(stranger, [subscribed()])).toMatchObject([{ state: "refused" }]);
    const nobody = new OneSignalGateway({ appId: crypto.randomUUID(), apiKey, endpoint });
    const [outcome] = await sendTo(nobody, [subscribed()]);
    expect(outcome).toMatchObject({ state: "refused" });
    expect(JSON.stringify(outcome)).toContain("app_id not found");
  });

  test("nothing sent for a reason that is told makes nobody's address invalid", async () => {
    service.script.next(() => Response.json({ id: "", errors: ["The app is disabled."] }));
    expect(await send([device()])).toMatchObject([{ state: "refused" }]);
  });
});
