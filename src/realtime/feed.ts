import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { conversationAudience } from "../chat/store.ts";
import { messageOf } from "../error.ts";
import { type Bus, TOPICS } from "../event/bus.ts";
import type { StoredEvent } from "../event/event.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import { eventFrame, type Frame } from "./frame.ts";
import type { Hub } from "./hub.ts";

const body = {
  type: Type.String(),
  payload: Type.Unknown(),
  id: Type.Optional(Type.String()),
};
const UserCopy = Type.Object({ user_id: Type.String(), ...body });
const ConversationCopy = Type.Object({
  conversation_id: Type.String({ pattern: "^[0-9a-fA-F-]{36}$" }),
  ...body,
});
const JobProgress = Type.Object({ tenant_id: Type.String() });

/** How many events are remembered as delivered: a copy and the log tell of each. */
const REMEMBERED_MAX = 20_000;

/** Brings what the bus and the log tell to this process's sockets, each durable event once. */
export class Feed {
  readonly #delivered = new Set<string>();
  readonly #log = logger("realtime");

  constructor(
    private readonly sql: Sql,
    private readonly hub: Hub,
  ) {}

  listen(bus: Bus): void {
    bus.subscribe(TOPICS.realtime, (message) => {
      if (Value.Check(UserCopy, message)) this.#toUser(message.user_id, frameOf(message));
    });
    bus.subscribe(TOPICS.conversations, (message) => {
      if (Value.Check(ConversationCopy, message))
        void this.#toConversation(message.conversation_id, frameOf(message));
    });
    bus.subscribe(TOPICS.allTenantJobs, (message) => {
      if (Value.Check(JobProgress, message))
        this.hub.toTenant(message.tenant_id, { type: "job.progress", payload: message });
    });
  }

  /** What the log told; most of it has come as a copy already. */
  fromLog(event: StoredEvent): void {
    this.#toUser(event.userId, eventFrame(event));
  }

  #toUser(userId: string, frame: Frame): void {
    if (frame.id !== undefined && !this.#isNew(`${userId} ${frame.id}`)) return;
    this.hub.toUser(userId, frame);
  }

  async #toConversation(id: string, frame: Frame): Promise<void> {
    try {
      const audience = await conversationAudience(this.sql, id);
      if (audience) this.#toUser(audience.userId, frame);
    } catch (error) {
      this.#log.warn(`A message to a conversation was not delivered: ${messageOf(error)}`);
    }
  }

  /** Remembers the newest; a set keeps the order in which it was filled. */
  #isNew(key: string): boolean {
    if (this.#delivered.has(key)) return false;
    this.#delivered.add(key);
    if (this.#delivered.size > REMEMBERED_MAX)
      for (const oldest of this.#delivered) {
        this.#delivered.delete(oldest);
        break;
      }
    return true;
  }
}

function frameOf({ type, payload, id }: { type: string; payload?: unknown; id?: string }): Frame {
  return { type, payload, ...(id === undefined ? {} : { id }) };
}
