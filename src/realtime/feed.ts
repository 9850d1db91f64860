import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { type Bus, TOPICS } from "../event/bus.ts";
import type { StoredEvent, Topic } from "../event/event.ts";
import { eventFrame, type Frame } from "./frame.ts";
import type { Hub } from "./hub.ts";
import type { Memberships } from "./memberships.ts";

const body = {
  type: Type.String(),
  payload: Type.Unknown(),
  id: Type.Optional(Type.String()),
};
const UserCopy = Type.Object({
  user_id: Type.String(),
  /** A wider audience than that user. */
  topic: Type.Optional(Type.TemplateLiteral("${user|workspace|conversation}:${string}")),
  ...body,
});
const ConversationCopy = Type.Object({ conversation_id: Type.String(), ...body });
const JobProgress = Type.Object({ tenant_id: Type.String() });

/** What tells a user's sockets that they follow something more, or less. */
const MEMBERSHIP = /^(?:workspace|conversation)\.(?:joined|left)$/;

/** How many events are remembered as delivered: a copy and the log tell of each. */
const REMEMBERED_MAX = 20_000;

/** Brings what the bus and the log tell to this process's sockets, each durable event once. */
export class Feed {
  readonly #delivered = new Set<string>();

  constructor(
    private readonly hub: Hub,
    private readonly memberships: Memberships,
  ) {}

  listen(bus: Bus): void {
    bus.subscribe(TOPICS.realtime, (message) => {
      if (Value.Check(UserCopy, message))
        this.#to(message.topic ?? `user:${message.user_id}`, frameOf(message));
    });
    bus.subscribe(TOPICS.conversations, (message) => {
      if (Value.Check(ConversationCopy, message))
        this.#to(`conversation:${message.conversation_id}`, frameOf(message));
    });
    bus.subscribe(TOPICS.allTenantJobs, (message) => {
      if (Value.Check(JobProgress, message))
        this.hub.publish(`tenant:${message.tenant_id}`, { type: "job.progress", payload: message });
    });
  }

  /** What the log told; most of it has come as a copy already. */
  fromLog(event: StoredEvent): void {
    this.#to(event.topic, eventFrame(event));
  }

  #to(topic: Topic, frame: Frame): void {
    if (frame.id !== undefined && !this.#isNew(`${topic} ${frame.id}`)) return;
    if (MEMBERSHIP.test(frame.type)) this.memberships.changed(topic, frame.payload);
    this.hub.publish(topic, frame);
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
