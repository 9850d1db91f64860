import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { Script } from "./script.ts";

/** What a receiver has taken in: each id once. */
export interface ReceivedNotification {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly message_id: string;
    readonly title: string;
    readonly body: string;
    readonly sender_id: string | null;
    readonly recipients: readonly { readonly user_id: string }[];
  };
}

const TOLERANCE_SECONDS = 300;

/** A receiver as Standard Webhooks 1.0.0 describes it: what is not signed, or too old, gets 401. */
export function startWebhook(secret = `whsec_${randomBytes(32).toString("base64")}`) {
  const script = new Script();
  const received = new Map<string, ReceivedNotification>();
  const calls: { readonly id: string | null; readonly status: number }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const body = await request.text();
      const id = request.headers.get("webhook-id");
      const answer = isSigned(request, body, secret)
        ? ((await script.take()) ?? new Response(null, { status: 204 }))
        : new Response("no valid signature", { status: 401 });
      calls.push({ id, status: answer.status });
      if (answer.ok && id)
        received.set(id, { id, ...(JSON.parse(body) as Omit<ReceivedNotification, "id">) });
      return answer;
    },
  });
  const url = `http://127.0.0.1:${server.port}/notifications`;
  return {
    url,
    secret,
    script,
    calls,
    received: () => [...received.values()],
    /** The engine's settings for it. */
    env: { PUSH_WEBHOOK_URL: url, PUSH_WEBHOOK_SECRET: secret },
    stop: () => server.stop(true),
  };
}

function isSigned(request: Request, body: string, secret: string): boolean {
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) =>
    request.headers.get(`webhook-${name}`),
  );
  if (request.method !== "POST" || !id || !timestamp || !signatures) return false;
  if (!/^\d+$/.test(timestamp) || id.includes(".")) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(" ").some((signature) => {
    const [version, value = ""] = signature.split(",");
    const given = Buffer.from(value, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
