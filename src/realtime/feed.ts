import { type Static, type TObject, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type Bus, TOPICS } from "../event/bus.ts";
import type { StoredEvent, Topic } from "../event/event.ts";
import { countDelivery } from "../metrics/realtime.ts";
import { eventFrame, type Frame } from "./frame.ts";
import type { Hub } from "./hub.ts";

const body = {
  type: Type.String(),
  payload: Type.Unknown(),
  id: Type.Optional(Type.String()),
  /** When it was made; the engine's own copies say so. */
  ts: Type.Optional(Type.String()),
};
type Copy = Static<TObject<typeof body>>;
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
    /** Is told of each event, after those who follow its topic. */
    private readonly told: (topic: Topic, type: string, payload: unknown) => void,
  ) {}

  /** Hears what is told to all processes, by those who know no tenants' channels. */
  listen(bus: Bus): void {
    bus.subscribe(TOPICS.realtime, this.onEvent);
    bus.subscribe(TOPICS.conversations, (message) => {
      if (ConversationCopy.Check(message))
        this.#copy(`conversation:${message.conversation_id}`, message);
      else countDelivery("dropped");
    });
  }

  /** A copy, of a shared channel or of a tenant's. */
  readonly onEvent = (message: unknown): void => {
    if (UserCopy.Check(message)) this.#copy(message.topic ?? `user:${message.user_id}`, message);
    else countDelivery("dropped");
  };

  readonly onJob = (message: unknown): void => {
    if (!JobProgress.Check(message)) return countDelivery("dropped");
    const frame: Frame = { type: "job.progress", payload: message };
    this.hub.publish(`tenant:${message.tenant_id}`, JSON.stringify(frame));
  };

  /** What the log told; most of it has come as a copy already. */
  fromLog(event: StoredEvent): void {
    if (this.#to(event.topic, eventFrame(event))) countDelivery("log", event.createdAt.getTime());
  }

  #copy(topic: Topic, { type, payload, id, ts }: Copy): void {
    const frame = { type, payload, ...(id === undefined ? {} : { id }) };
    if (this.#to(topic, frame)) countDelivery("copy", ts === undefined ? ts : Date.parse(ts));
  }

  /** @returns whether it was news to anybody here */
  #to(topic: Topic, frame: Frame): boolean {
    if (frame.id !== undefined && !this.#isNew(`${topic} ${frame.id}`)) return false;
    const isHeard = this.hub.publish(topic, JSON.stringify(frame));
    this.told(topic, frame.type, frame.payload);
    return isHeard;
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
