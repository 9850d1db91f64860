import { isUuid } from "../../../src/uuid.ts";
import { Script } from "./script.ts";

interface CreateRequest {
  readonly app_id?: string;
  readonly include_aliases?: { readonly external_id?: readonly string[] };
  readonly include_subscription_ids?: readonly string[];
  readonly target_channel?: string;
  readonly idempotency_key?: string;
  readonly contents?: { readonly en?: string };
  readonly headings?: { readonly en?: string };
  readonly data?: object;
}

const DATA_BYTES_MAX = 2048;

/** OneSignal's `POST /notifications`, as documented. */
export function startOneSignal(appId = crypto.randomUUID(), apiKey = "os_v2_app_test") {
  const script = new Script();
  /** The users, by external id, and the subscriptions that there are. */
  const subscribed = new Set<string>();
  const delivered: (CreateRequest & { readonly to: readonly string[] })[] = [];
  const calls: CreateRequest[] = [];
  const answered = new Map<string, object>();

  async function create(request: Request): Promise<Response> {
    const body = (await request.json()) as CreateRequest;
    calls.push(body);
    const scripted = await script.take();
    if (scripted) return scripted;
    if (request.headers.get("authorization") !== `Key ${apiKey}`)
      return errors(
        403,
        "Access denied.  Please include an 'Authorization: ...' header with a valid API key.",
      );
    const fault = faultIn(body, appId);
    if (fault) return errors(400, fault);
    const earlier = answered.get(body.idempotency_key ?? "");
    return Response.json(earlier ?? send(body));
  }

  function send(body: CreateRequest): object {
    const aliases = body.include_aliases?.external_id;
    const ids = aliases ?? body.include_subscription_ids ?? [];
    const invalid = ids.filter((id) => !subscribed.has(id));
    if (invalid.length === ids.length)
      return { id: "", errors: ["All included players are not subscribed"] };
    delivered.push({ ...body, to: ids.filter((id) => subscribed.has(id)) });
    const named = aliases
      ? { invalid_aliases: { external_id: invalid } }
      : { invalid_player_ids: invalid };
    const answer = {
      id: crypto.randomUUID(),
      external_id: null,
      ...(invalid.length > 0 ? { errors: named } : {}),
    };
    if (body.idempotency_key) answered.set(body.idempotency_key, answer);
    return answer;
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: { "/notifications": { POST: create } },
    fetch: () => new Response("Not Found", { status: 404 }),
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    appId,
    apiKey,
    endpoint,
    script,
    subscribed,
    delivered,
    calls,
    /** The engine's settings for it. */
    env: { ONESIGNAL_APP_ID: appId, ONESIGNAL_API_KEY: apiKey, ONESIGNAL_ENDPOINT: endpoint },
    stop: () => server.stop(true),
  };
}

export function errors(status: number, ...sentences: readonly string[]): Response {
  return Response.json({ errors: sentences }, { status });
}

function faultIn(body: CreateRequest, appId: string): string | undefined {
  if (body.app_id !== appId)
    return "app_id not found. You may be missing a Content-Type: application/json header.";
  if (!body.contents?.en) return "Message Notifications must have English language content";
  if (body.idempotency_key !== undefined && !isUuid(body.idempotency_key))
    return "idempotency_key must be a UUID";
  const { include_aliases: aliases, include_subscription_ids: subscriptions } = body;
  if (aliases && subscriptions) return "You may only use one method of targeting users";
  if (aliases && body.target_channel !== "push")
    return "target_channel is required with include_aliases";
  const malformed = subscriptions?.find((id): boolean => !isUuid(id));
  if (malformed !== undefined)
    return `Incorrect player_id format in include_player_ids (not a valid UUID): ${malformed}`;
  if ((aliases?.external_id ?? subscriptions ?? []).length === 0)
    return "You must include which players, segments, or tags you wish to send this notification to.";
  if (Buffer.byteLength(JSON.stringify(body.data ?? {})) > DATA_BYTES_MAX)
    return "data is too large";
  return undefined;
}
