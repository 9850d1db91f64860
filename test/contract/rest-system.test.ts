import { afterEach, describe, expect, test } from "bun:test";
import { onBothSetUps, onTheBreakableNetwork, onTheNetwork } from "../support/both.ts";
import { Client } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { aString, expectError, LIGHTHOUSE } from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

describe("2. REST: the process and the user", () => {
  onBothSetUps((setUp) => {
    test('GET `/health`: 200 `{"status":"ok"}`', async () => {
      const reply = await new Client(setUp().url, undefined).call("GET", "/health");
      expectShape(reply, { status: 200, body: { status: "ok" } });
    });

    test('GET `/ready`: 200 `{"status","database","redis","storage"}`', async () => {
      const reply = await new Client(setUp().url, undefined).call("GET", "/ready");
      const body = { status: aString, database: aString, redis: aString, storage: aString };
      expectShape(reply, { status: 200, body });
    });

    test("GET `/api/me`: `{id, email}`", async () => {
      const user = await setUp().user({ email: "grace@example.org" });
      const reply = await user.call("GET", "/api/me");
      expectShape(reply, {
        status: 200,
        body: { id: user.userId, email: "grace@example.org" },
      });
    });

    test('errors are `{"detail", "code"}`: an unknown path is 404', async () => {
      const user = await setUp().user();
      expectError(await user.call("GET", "/api/nothing-of-the-kind"), 404);
      expectError(await user.call("DELETE", "/api/nothing-of-the-kind"), 404);
    });
  });

  onTheNetwork((setUp) => {
    test("`/health` and `/ready` answer on every role", async () => {
      for (const engine of setUp().engines()) {
        expect((await fetch(`${engine.url}/health`)).status).toBe(200);
        expect((await fetch(`${engine.url}/ready`)).status).toBe(200);
      }
    });
  });

  onTheBreakableNetwork((setUp) => {
    const ready = async () => {
      const nobody = new Client(setUp().url, undefined);
      return nobody.call<Record<string, string>>("GET", "/ready");
    };
    const network = () => {
      const { network: parts } = setUp();
      if (!parts) throw new Error("There is no network.");
      return parts;
    };

    afterEach(async () => {
      await eventually(async () => (await ready()).body["status"] === "ok");
    });

    test("GET `/ready`: Redis down is `degraded`, still 200", async () => {
      expectShape((await ready()).body, { status: "ok" });
      await network().redis.stop();
      try {
        const answer = await eventually(async () => {
          const reply = await ready();
          return reply.body["status"] !== "ok" && reply;
        });
        expectShape(answer, { status: 200, body: { status: "degraded" } });
      } finally {
        await network().redis.restart();
      }
    });

    test("GET `/ready`: 503 without its storage, while `/health` touches nothing else", async () => {
      const user = await setUp().user();
      const { id } = await user.createWorkspace();
      await network().s3.stop();
      try {
        await eventually(async () => (await ready()).status === 503);
        expect((await fetch(`${setUp().url}/health`)).status).toBe(200);
        expectError(await user.tryUpload(id, LIGHTHOUSE), 503);
        expect(await user.documents(id)).toEqual([]);
      } finally {
        await network().s3.restart();
      }
    });

    test("GET `/ready`: 503 without its database, and calls answer 503 with a sentence", async () => {
      const user = await setUp().user();
      await network().postgres.stop();
      try {
        const answer = await eventually(async () => {
          const reply = await ready();
          return reply.status === 503 && reply;
        });
        expect(answer.body["database"]).not.toBe("ok");
        expectError(await user.call("GET", "/api/workspaces"), 503);
        expect((await fetch(`${setUp().url}/health`)).status).toBe(200);
      } finally {
        await network().postgres.restart();
      }
    });
  });
});
