import { type Announcer, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { checkRole } from "../workspace/store.ts";
import { conversationJoined } from "./chat.ts";
import { conversationLeft, type Participant, participantChanged } from "./participant.ts";
import {
  deleteParticipant,
  findParticipants,
  hasParticipants,
  insertParticipants,
  lockParticipants,
} from "./participant-store.ts";
import { deleteConversation, openConversation, touchConversation } from "./store.ts";

export interface ParticipantDeps {
  readonly sql: Database;
  readonly bus: Bus;
}

/**
 * Lets members of the workspace take part in a conversation, all of them or none. Those who do already stay
 * as they are.
 * @returns the named ones
 * @throws AppError `conversation_not_found`, `forbidden`, or `not_a_member` for one who is no member
 */
export async function addParticipants(
  { sql, bus }: ParticipantDeps,
  callerId: string,
  conversationId: string,
  userIds: readonly string[],
): Promise<Participant[]> {
  return await transact(sql, bus, async (tx, announce) => {
    await lockParticipants(tx, conversationId);
    const conversation = await openConversation(tx, callerId, conversationId);
    checkRole(conversation.role, "editor");
    const added = await insertParticipants(tx, conversation, userIds);
    if (added.length > 0) {
      const shared = await touchConversation(tx, conversationId);
      const { tenantId } = conversation;
      await announce.events(
        added.flatMap((userId) => [
          participantChanged(conversation, "participant.added", userId),
          conversationJoined({ userId, tenantId }, shared),
        ]),
      );
    }
    return await findParticipants(tx, conversationId, userIds);
  });
}

/**
 * Takes somebody out of a conversation: an editor anybody, anybody themselves. A conversation goes with the last
 * who takes part in it: nobody could open it any more.
 * @throws AppError `conversation_not_found`, `forbidden` or `participant_not_found`
 */
export async function removeParticipant(
  { sql, bus }: ParticipantDeps,
  callerId: string,
  conversationId: string,
  userId: string,
): Promise<void> {
  await transact(sql, bus, (tx, announce) =>
    removeIn(tx, announce, { callerId, conversationId, userId }),
  );
}

async function removeIn(
  tx: Sql,
  announce: Announcer,
  change: { callerId: string; conversationId: string; userId: string },
): Promise<void> {
  const { callerId, conversationId, userId } = change;
  await lockParticipants(tx, conversationId);
  const conversation = await openConversation(tx, callerId, conversationId);
  if (userId !== callerId) checkRole(conversation.role, "editor");
  await deleteParticipant(tx, conversationId, userId);
  if (!(await hasParticipants(tx, conversationId))) await deleteConversation(tx, conversationId);
  await announce.events([
    participantChanged(conversation, "participant.removed", userId),
    conversationLeft(conversation, userId),
  ]);
}
