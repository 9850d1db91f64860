import { messageOf, PermanentError } from "../error.ts";
import { AccessToken } from "../google/access-token.ts";
import { fcmOutcome } from "./fcm-outcome.ts";
import type { Notification, Outcome, PushGateway, Recipient } from "./gateway.ts";
import { postJson } from "./post.ts";

export interface FcmOptions {
  readonly projectId: string;
  /** A service account's key file. */
  readonly credentialsPath: string;
  /** Where the API is: scheme and host. */
  readonly endpoint: string;
}

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
/** A request carries one token, so so many are under way at once. */
const CONCURRENCY = 16;
const UNREACHABLE: Outcome = {
  state: "later",
  reason: "Firebase Cloud Messaging cannot be reached.",
};

/** Firebase Cloud Messaging over HTTP v1, `projects.messages.send`. */
export class FcmGateway implements PushGateway {
  readonly provider = "fcm";
  readonly #url: string;
  readonly #access: AccessToken;

  constructor({ projectId, credentialsPath, endpoint }: FcmOptions) {
    this.#url = `${endpoint}/v1/projects/${encodeURIComponent(projectId)}/messages:send`;
    this.#access = new AccessToken({
      keyPath: credentialsPath,
      setting: "FCM_CREDENTIALS_PATH",
      scope: SCOPE,
      service: "Firebase Cloud Messaging",
      refusal: "push_failed",
    });
  }

  async send(
    notification: Notification,
    recipients: readonly Recipient[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const queue = recipients.entries();
    let reachable = true;
    const work = async () => {
      for (const [index, recipient] of queue) {
        // Each further time-out would only hold the batch up.
        const outcome = reachable
          ? await this.#sendOne(notification, recipient, signal)
          : UNREACHABLE;
        if (outcome === UNREACHABLE) reachable = false;
        outcomes[index] = outcome;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return outcomes;
  }

  async #sendOne(
    notification: Notification,
    { token }: Recipient,
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (token === undefined) return { state: "invalid" };
    const body = JSON.stringify({ message: messageFor(notification, token) });
    try {
      return await this.#post(body, signal);
    } catch (error) {
      const state = error instanceof PermanentError ? "refused" : "later";
      return { state, reason: messageOf(error) };
    }
  }

  async #post(body: string, signal: AbortSignal): Promise<Outcome> {
    for (let renewed = false; ; renewed = true) {
      const access = await this.#access.get();
      const answer = await postJson(this.#url, { authorization: `Bearer ${access}` }, body, signal);
      if (!answer) return UNREACHABLE;
      const outcome = fcmOutcome(answer);
      if (outcome !== "renew") return outcome;
      if (renewed)
        return { state: "refused", reason: "Firebase Cloud Messaging does not let this key in." };
      this.#access.forget(access);
    }
  }
}

/** FCM knows no idempotency: by its tag a repeat takes the place of the first on the screen. */
function messageFor(notification: Notification, token: string): object {
  const { messageId, conversationId, workspaceId, senderId, title, body } = notification;
  return {
    token,
    notification: { title, body },
    data: {
      message_id: messageId,
      conversation_id: conversationId,
      workspace_id: workspaceId,
      ...(senderId === null ? {} : { sender_id: senderId }),
    },
    android: { priority: "HIGH", notification: { tag: messageId } },
    apns: { headers: { "apns-collapse-id": messageId } },
    webpush: { notification: { tag: messageId } },
  };
}
