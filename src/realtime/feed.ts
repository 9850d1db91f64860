import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
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
const UserCopy = TypeCompiler.Compile(
  Type.Object({
    user_id: Type.String(),
    /** A wider audience than that user. */
    topic: Type.Optional(Type.TemplateLiteral("${user|workspace|conversation}:${string}")),
    ...body,
  }),
);
const ConversationCopy = TypeCompiler.Compile(
  Type.Object({ conversation_id: Type.String(), ...body }),
);
const JobProgress = TypeCompiler.Compile(Type.Object({ tenant_id: Type.String() }));

/** How many events at least are remembered as delivered: a copy and the log tell of each. */
const REMEMBERED = 20_000;

/** Brings what the bus and the log tell to this process's sockets, each durable event once. */
export class Feed {
  /** Two generations: forgetting one by one took a set longer than all the rest together. */
  #delivered = new Set<string>();
  #deliveredBefore = new Set<string>();

  constructor(
    private readonly hub: Hub,
    private readonly memberships: Memberships,
  ) {}

  listen(bus: Bus): void {
    bus.subscribe(TOPICS.realtime, (message) => {
      if (UserCopy.Check(message))
        this.#to(message.topic ?? `user:${message.user_id}`, frameOf(message));
    });
    bus.subscribe(TOPICS.conversations, (message) => {
      if (ConversationCopy.Check(message))
        this.#to(`conversation:${message.conversation_id}`, frameOf(message));
    });
    bus.subscribe(TOPICS.allTenantJobs, (message) => {
      if (JobProgress.Check(message)) {
        const frame: Frame = { type: "job.progress", payload: message };
        this.hub.publish(`tenant:${message.tenant_id}`, JSON.stringify(frame));
      }
    });
  }

  /** What the log told; most of it has come as a copy already. */
  fromLog(event: StoredEvent): void {
    this.#to(event.topic, eventFrame(event));
  }

  #to(topic: Topic, frame: Frame): void {
    if (frame.id !== undefined && !this.#isNew(`${topic} ${frame.id}`)) return;
    this.hub.publish(topic, JSON.stringify(frame));
    this.memberships.hear(topic, frame.type, frame.payload);
  }

  #isNew(key: string): boolean {
    if (this.#delivered.has(key) || this.#deliveredBefore.has(key)) return false;
    if (this.#delivered.size === REMEMBERED) {
      this.#deliveredBefore = this.#delivered;
      this.#delivered = new Set();
    }
    this.#delivered.add(key);
    return true;
  }
}

function frameOf({ type, payload, id }: { type: string; payload?: unknown; id?: string }): Frame {
  return { type, payload, ...(id === undefined ? {} : { id }) };
}
