export type PushProvider = "webhook" | "fcm" | "onesignal";

/** What a person who is away is told of a message. */
export interface Notification {
  /** A UUID, the same in every attempt to send this to these recipients: a receiver drops repeats by it. */
  readonly id: string;
  readonly messageId: string;
  readonly conversationId: string;
  readonly workspaceId: string;
  readonly title: string;
  /** A preview, bounded by `previewOf`: providers take some 4 KB in all. */
  readonly body: string;
  /** The user who wrote the message; null for the AI. */
  readonly senderId: string | null;
  /** When the message was written, ISO 8601. */
  readonly createdAt: string;
}

export interface Recipient {
  readonly userId: string;
  /** The device, for a provider that addresses devices. */
  readonly token?: string;
}

/** What became of one recipient. */
export type Outcome =
  | { readonly state: "delivered" }
  /** The provider knows no such address any more: its token is to be forgotten. */
  | { readonly state: "invalid" }
  /** May go through later; not before `retryAfterMs`, where the provider said so. */
  | { readonly state: "later"; readonly reason: string; readonly retryAfterMs?: number }
  /** No retry can mend it. */
  | { readonly state: "refused"; readonly reason: string };

/** One way to reach people who are away. */
export interface PushGateway {
  readonly provider: PushProvider;
  /**
   * Sends to some hundred recipients at most.
   * @returns what became of each, in order; it never rejects, and after an abort the rest is left for later
   */
  send(
    notification: Notification,
    recipients: readonly Recipient[],
    options: { readonly signal: AbortSignal },
  ): Promise<Outcome[]>;
}
