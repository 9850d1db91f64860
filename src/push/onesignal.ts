import { isUuid } from "../uuid.ts";
import type { Notification, Outcome, PushGateway, Recipient } from "./gateway.ts";
import { type Answer, isPassing, parseJson, postJson } from "./post.ts";

export interface OneSignalOptions {
  readonly appId: string;
  readonly apiKey: string;
  /** Where the API is: scheme and host. */
  readonly endpoint: string;
}

/** The parts of an answer that matter here: sentences come as a list, addresses under how they were named. */
interface CreateAnswer {
  readonly id?: string;
  readonly errors?: unknown;
}

interface InvalidAddresses {
  readonly invalid_aliases?: { readonly external_id?: readonly string[] };
  readonly invalid_external_user_ids?: readonly string[];
  readonly invalid_player_ids?: readonly string[];
  readonly invalid_subscription_ids?: readonly string[];
}

/** One call names its addressees in one way. */
type Targeting = "external_id" | "subscription_id";

const DELIVERED: Outcome = { state: "delivered" };
const INVALID: Outcome = { state: "invalid" };
const REASON_CHARACTERS_MAX = 200;

/**
 * OneSignal's `POST /notifications`. A recipient with a token is that subscription; one without is the user
 * whom the app has logged in under the same id.
 */
export class OneSignalGateway implements PushGateway {
  readonly provider = "onesignal";

  constructor(private readonly options: OneSignalOptions) {}

  async send(
    notification: Notification,
    recipients: readonly Recipient[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Outcome[]> {
    const outcomes = new Map<Recipient, Outcome>();
    for (const targeting of ["external_id", "subscription_id"] as const) {
      const addressed = recipients.filter((each) => targetingOf(each) === targeting);
      const ids = new Map(addressed.map((each) => [each, each.token ?? each.userId]));
      // One id of the wrong form and the whole call is refused.
      const wellFormed = new Set([...ids.values()].filter(isUuid));
      const told = await this.#create(notification, targeting, [...wellFormed], signal);
      for (const [each, id] of ids) outcomes.set(each, told.get(id) ?? INVALID);
    }
    return recipients.map((each) => outcomes.get(each) ?? INVALID);
  }

  async #create(
    notification: Notification,
    targeting: Targeting,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Outcome>> {
    if (ids.length === 0) return new Map();
    const { appId, apiKey, endpoint } = this.options;
    const body = JSON.stringify({ app_id: appId, ...bodyOf(notification, targeting, ids) });
    const headers = { authorization: `Key ${apiKey}` };
    const answer = await postJson(`${endpoint}/notifications`, headers, body, signal);
    return outcomesOf(answer, ids);
  }
}

function targetingOf({ token }: Recipient): Targeting {
  return token === undefined ? "external_id" : "subscription_id";
}

function bodyOf(notification: Notification, targeting: Targeting, ids: readonly string[]): object {
  const { messageId, conversationId, workspaceId, senderId } = notification;
  return {
    ...(targeting === "external_id"
      ? { include_aliases: { external_id: ids }, target_channel: "push" }
      : { include_subscription_ids: ids }),
    // The two calls of one notification are two notifications to OneSignal.
    idempotency_key: Bun.randomUUIDv5(targeting, notification.id),
    headings: { en: notification.title },
    contents: { en: notification.body },
    data: {
      message_id: messageId,
      conversation_id: conversationId,
      workspace_id: workspaceId,
      sender_id: senderId,
    },
  };
}

function outcomesOf(
  answer: Answer | undefined,
  ids: readonly string[],
): ReadonlyMap<string, Outcome> {
  const all = (outcome: Outcome) => new Map(ids.map((id) => [id, outcome]));
  if (!answer) return all({ state: "later", reason: "OneSignal cannot be reached." });
  const { status, body, retryAfterMs } = answer;
  if (isPassing(answer)) {
    const reason = status === 429 ? "OneSignal has too much to do." : outOfOrder(status);
    return all({ state: "later", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  }
  const said = parseJson(body);
  if (status !== 200) return all(refusalOf(status, sentencesIn(said)));
  if (!isObject(said)) return all({ state: "later", reason: outOfOrder(status) });
  return toldBy(said, ids);
}

/** An answer without an id tells that nothing was sent, and why. */
function toldBy(said: CreateAnswer, ids: readonly string[]): ReadonlyMap<string, Outcome> {
  const invalid = invalidIn(said);
  const sentences = sentencesIn(said);
  const nobody = sentences.some((sentence) => /not subscribed/i.test(sentence));
  const rest = said.id ? DELIVERED : nobody ? INVALID : refusalOf(200, sentences);
  return new Map(ids.map((id) => [id, invalid.has(id) ? INVALID : rest]));
}

function invalidIn({ errors }: CreateAnswer): ReadonlySet<string> {
  if (!isObject(errors)) return new Set();
  const named: InvalidAddresses = errors;
  return new Set([
    ...(named.invalid_aliases?.external_id ?? []),
    ...(named.invalid_external_user_ids ?? []),
    ...(named.invalid_player_ids ?? []),
    ...(named.invalid_subscription_ids ?? []),
  ]);
}

function sentencesIn(said: unknown): readonly string[] {
  const errors = isObject(said) && "errors" in said ? said.errors : undefined;
  return Array.isArray(errors) ? errors.filter((each) => typeof each === "string") : [];
}

function refusalOf(status: number, [sentence]: readonly string[]): Outcome {
  if (status === 401 || status === 403)
    return { state: "refused", reason: "OneSignal does not let this key in." };
  const why = sentence?.slice(0, REASON_CHARACTERS_MAX) ?? `HTTP ${status}`;
  return { state: "refused", reason: `OneSignal refuses the notification: ${why}` };
}

function outOfOrder(status: number): string {
  return `OneSignal is out of order (HTTP ${status}).`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
