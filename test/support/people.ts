import type { Client, Conversation, Workspace } from "./client.ts";
import type { SetUp } from "./set-up.ts";

export type Role = "owner" | "editor" | "viewer";

export interface Member {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: Role;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Participant {
  readonly user_id: string;
  readonly created_at: string;
}

/** A workspace with one member of each role; `owner` created it. */
export interface Team extends Readonly<Record<Role, Client>> {
  readonly workspace: Workspace;
}

export const membersPath = (workspaceId: string) => `/api/workspaces/${workspaceId}/members`;
export const participantsPath = (conversationId: string) =>
  `/api/conversations/${conversationId}/participants`;

export async function teamOf(setUp: SetUp): Promise<Team> {
  const [owner, editor, viewer] = [await setUp.user(), await setUp.user(), await setUp.user()];
  const workspace = await owner.createWorkspace("Team");
  await addMember(owner, workspace.id, editor, "editor");
  await addMember(owner, workspace.id, viewer, "viewer");
  return { workspace, owner, editor, viewer };
}

export function addMember(
  owner: Client,
  workspaceId: string,
  { userId }: Client,
  role: Role,
): Promise<Member> {
  const json = { user_id: userId, role };
  return owner.expect(200, "POST", membersPath(workspaceId), { json });
}

/** A conversation of its creator with others. */
export async function talkWith(
  creator: Client,
  workspaceId: string,
  ...others: readonly Client[]
): Promise<Conversation> {
  const conversation = await creator.createConversation(workspaceId);
  if (others.length > 0) await share(creator, conversation.id, ...others);
  return conversation;
}

export function share(
  by: Client,
  conversationId: string,
  ...others: readonly Client[]
): Promise<{ readonly items: readonly Participant[] }> {
  const json = { user_ids: others.map(({ userId }) => userId) };
  return by.expect(200, "POST", participantsPath(conversationId), { json });
}
