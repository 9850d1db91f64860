import type { Notification, Outcome, PushGateway, Recipient } from "./gateway.ts";
import { type Answer, postJson } from "./post.ts";

export interface WebhookOptions {
  readonly url: string;
  /** `whsec_` and base64; more than one while they are being changed. */
  readonly secrets: readonly string[];
}

const SECRET_PREFIX = "whsec_";

/**
 * Tells an operator's own server, which knows how to reach its people: one signed POST for all recipients,
 * as Standard Webhooks 1.0.0 has it. Whatever is not 2xx has reached nobody.
 */
export class WebhookGateway implements PushGateway {
  readonly provider = "webhook";
  readonly #url: string;
  readonly #keys: readonly Buffer[];

  constructor({ url, secrets }: WebhookOptions) {
    this.#url = url;
    this.#keys = secrets.map((secret) => Buffer.from(secret.slice(SECRET_PREFIX.length), "base64"));
  }

  async send(
    notification: Notification,
    recipients: readonly Recipient[],
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Outcome[]> {
    const body = JSON.stringify(eventOf(notification, recipients));
    const headers = this.#sign(notification.id, body);
    const outcome = outcomeOf(await postJson(this.#url, headers, body, signal));
    return recipients.map(() => outcome);
  }

  #sign(id: string, body: string): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signatures = this.#keys.map((key) => {
      const digest = new Bun.CryptoHasher("sha256", key).update(`${id}.${timestamp}.${body}`);
      return `v1,${digest.digest("base64")}`;
    });
    return {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
    };
  }
}

function eventOf(notification: Notification, recipients: readonly Recipient[]): object {
  return {
    type: "message.notification",
    timestamp: notification.createdAt,
    data: {
      message_id: notification.messageId,
      conversation_id: notification.conversationId,
      workspace_id: notification.workspaceId,
      sender_id: notification.senderId,
      title: notification.title,
      body: notification.body,
      recipients: recipients.map(({ userId }) => ({ user_id: userId })),
    },
  };
}

function outcomeOf(answer: Answer | undefined): Outcome {
  if (!answer) return { state: "later", reason: "The webhook cannot be reached." };
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status < 300) return { state: "delivered" };
  if (status === 410)
    return { state: "refused", reason: "The webhook wants no notifications any more (HTTP 410)." };
  if (status >= 300 && status < 400)
    return { state: "refused", reason: `The webhook has moved (HTTP ${status}).` };
  // A receiver in the middle of its deployment may answer anything, so every other refusal may pass.
  const reason = `The webhook refused the notification (HTTP ${status}).`;
  return { state: "later", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
