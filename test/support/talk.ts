import { Client, type Conversation, type Message } from "./client.ts";
import type { Engine } from "./engine.ts";
import { signHs256 } from "./jwt.ts";

/** A new user of an engine whose tokens are signed with `JWT_SECRET`. */
export async function someone(engine: Engine): Promise<Client> {
  const sub = crypto.randomUUID();
  return new Client(engine.url, await signHs256({ sub }), sub);
}

export const messagesPath = (conversationId: string) =>
  `/api/conversations/${conversationId}/messages`;

/** A conversation of one, who says many things. */
export async function talk(
  owner: Client,
  workspaceId: string,
  messages: number,
): Promise<Conversation> {
  const conversation = await owner.createConversation(workspaceId, "For both");
  for (let i = 1; i <= messages; i++) await say(owner, conversation.id, `Message ${i}.`);
  return conversation;
}

/** Says something to people, and asks nothing. */
export function say(person: Client, conversationId: string, content: string): Promise<Message> {
  const json = { content, ask: false };
  return person.expect(200, "POST", messagesPath(conversationId), { json });
}

/** The newest messages of a conversation, oldest first. */
export async function newestOf(
  person: Client,
  conversationId: string,
  limit: number,
): Promise<Message[]> {
  const path = `${messagesPath(conversationId)}?order=desc&limit=${limit}`;
  return (await person.expect<{ items: Message[] }>(200, "GET", path)).items.toReversed();
}
