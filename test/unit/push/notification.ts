import type { Notification, Outcome, PushGateway, Recipient } from "../../../src/push/gateway.ts";

export const NOTIFICATION: Notification = {
  id: "0199a0c0-0000-7000-8000-000000000001",
  messageId: "0199a0c0-0000-7000-8000-000000000002",
  conversationId: "0199a0c0-0000-7000-8000-000000000003",
  workspaceId: "0199a0c0-0000-7000-8000-000000000004",
  title: "Kỷ niệm",
  body: "Where do we meet? 🙂",
  senderId: "0199a0c0-0000-7000-8000-000000000005",
  createdAt: "2026-01-02T03:04:05.678Z",
};

export function people(count: number): Recipient[] {
  return Array.from({ length: count }, () => ({ userId: crypto.randomUUID() }));
}

export async function sendTo(
  gateway: PushGateway,
  recipients: readonly Recipient[],
  signal = new AbortController().signal,
): Promise<Outcome[]> {
  return await gateway.send(NOTIFICATION, recipients, { signal });
}
