import type { Client } from "./client.ts";
import { eventually } from "./eventually.ts";

interface Presence {
  readonly workspace_id: string;
  readonly known: boolean;
  readonly items: readonly { readonly user_id: string; readonly status: string }[];
  readonly next_cursor: string | null;
}

export function presenceOf(client: Client, workspaceId: string, query = ""): Promise<Presence> {
  return client.expect(200, "GET", `/api/workspaces/${workspaceId}/presence${query}`);
}

/** How somebody is shown to `client`. */
export async function statusOf(
  client: Client,
  workspaceId: string,
  { userId }: Pick<Client, "userId">,
): Promise<string | undefined> {
  const { items } = await presenceOf(client, workspaceId);
  return items.find(({ user_id }) => user_id === userId)?.status;
}

/** Waits until somebody is shown to `client` like this. */
export async function shows(
  client: Client,
  workspaceId: string,
  other: Pick<Client, "userId">,
  status: string,
  timeoutMs?: number,
): Promise<void> {
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  await eventually(async () => (await statusOf(client, workspaceId, other)) === status, patience);
}
