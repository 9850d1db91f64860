import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Client } from "../support/client.ts";
import { anId, anInstant, expectError } from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

interface Device {
  readonly id: string;
  readonly provider: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const PATH = "/api/me/devices";

const save = (user: Client, token: string, provider = "fcm") =>
  user.expect<Device>(200, "POST", PATH, { json: { provider, token } });

const devicesOf = async (user: Client) =>
  (await user.expect<{ items: Device[] }>(200, "GET", PATH)).items;

describe("2. REST: devices", () => {
  onBothSetUps((setUp) => {
    test("POST `/api/me/devices` `{provider, token}`: device, without its token", async () => {
      const user = await setUp().user();
      const token = `fcm:${crypto.randomUUID()}`;
      const reply = await user.call<Device>("POST", PATH, { json: { provider: "fcm", token } });
      const stamps = { id: anId, created_at: anInstant, updated_at: anInstant };
      expectShape(reply, { status: 200, body: { provider: "fcm", ...stamps } });
      expect(JSON.stringify(reply.body)).not.toContain(token);
    });

    test("GET `/api/me/devices`: `{items:[device]}`, the caller's own, newest first", async () => {
      const [user, other] = [await setUp().user(), await setUp().user()];
      expect(await devicesOf(user)).toEqual([]);
      const phone = await save(user, `phone ${user.userId}`.replaceAll(" ", "-"));
      const browser = await save(user, crypto.randomUUID(), "onesignal");
      expect(await devicesOf(user)).toEqual([browser, phone]);
      expect(await devicesOf(other)).toEqual([]);
    });

    test("the same token again is the same device, and belongs to who said so last", async () => {
      const [former, owner] = [await setUp().user(), await setUp().user()];
      const token = crypto.randomUUID();
      const device = await save(former, token);
      expect((await save(former, token)).id).toBe(device.id);
      expect((await save(owner, token)).id).toBe(device.id);
      expect(await devicesOf(former)).toEqual([]);
      expect((await devicesOf(owner)).map(({ id }) => id)).toEqual([device.id]);
      expect((await save(former, token, "onesignal")).id).not.toBe(device.id);
    });

    test("DELETE `/api/me/devices/{id}`: 204; another's and none are 404 alike", async () => {
      const [user, other] = [await setUp().user(), await setUp().user()];
      const { id } = await save(user, crypto.randomUUID());
      expectError(await other.call("DELETE", `${PATH}/${id}`), 404);
      expect((await user.call("DELETE", `${PATH}/${id}`)).status).toBe(204);
      expectError(await user.call("DELETE", `${PATH}/${id}`), 404);
      expect(await devicesOf(user)).toEqual([]);
    });

    test("of too many devices those go that have not been heard of for longest", async () => {
      const user = await setUp().user();
      const saved: string[] = [];
      for (let i = 0; i < 22; i++) saved.push((await save(user, crypto.randomUUID())).id);
      expect((await devicesOf(user)).map(({ id }) => id)).toEqual(saved.slice(2).toReversed());
    });

    test.each([
      { provider: "pigeon", token: "x" },
      { provider: "fcm", token: "" },
      { provider: "fcm", token: "two words" },
      { provider: "fcm", token: "x".repeat(2_001) },
      { provider: "onesignal", token: "no uuid" },
      { provider: "fcm" },
    ])("%j is refused", async (json) => {
      const user = await setUp().user();
      expectError(await user.call("POST", PATH, { json }), 422);
    });
  });
});
