import { type Static, type TObject, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { type Bus, type Handler, TOPICS } from "../event/bus.ts";
import type { StoredEvent, Topic } from "../event/event.ts";
import { countDelivery } from "../metrics/realtime.ts";
import { eventFrame, type Frame } from "./frame.ts";
import { frameWithin } from "./frame-within.ts";
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
  /** To which topic what was told last. Two generations: to forget one by one took longer than all the rest. */
  #delivered = new Map<string, Topic>();
  #deliveredBefore: ReadonlyMap<string, Topic> = new Map();

  constructor(
    private readonly hub: Hub,
    /** Is told of each event, after those who follow its topic. */
    private readonly told: (topic: Topic, type: string, payload: unknown) => void,
  ) {}

  /** Hears what is told to all processes, by those who know no tenants' channels. */
  listen(bus: Bus): void {
    bus.subscribe(TOPICS.realtime, this.onEvent);
    bus.subscribe(TOPICS.conversations, (message, _, text) => {
      if (ConversationCopy.Check(message))
        this.#copy(`conversation:${message.conversation_id}`, message, text);
      else countDelivery("dropped");
    });
  }

  /** A copy, of a shared channel or of a tenant's. */
  readonly onEvent: Handler = (message, _, text) => {
    if (UserCopy.Check(message))
      this.#copy(message.topic ?? `user:${message.user_id}`, message, text);
    else countDelivery("dropped");
  };

  readonly onJob: Handler = (message) => {
    if (!JobProgress.Check(message)) return countDelivery("dropped");
    const frame: Frame = { type: "job.progress", payload: message };
    this.hub.publish(`tenant:${message.tenant_id}`, JSON.stringify(frame));
  };

  /** What the log told; most of it has come as a copy already. */
  fromLog(event: StoredEvent): void {
    const { topic, cursor, type, payload, createdAt } = event;
    if (!this.#isNew(cursor, topic)) return;
    if (this.hub.publish(topic, JSON.stringify(eventFrame(event))))
      countDelivery("log", createdAt.getTime());
    this.told(topic, type, payload);
  }

  #copy(topic: Topic, copy: Copy, text: string | undefined): void {
    const { type, payload, id, ts } = copy;
    if (id !== undefined && !this.#isNew(id, topic)) return;
    const data = (text && frameWithin(text, copy)) ?? JSON.stringify({ type, payload, id });
    if (this.hub.publish(topic, data))
      countDelivery("copy", ts === undefined ? ts : Date.parse(ts));
    this.told(topic, type, payload);
  }

  #isNew(id: string, topic: Topic): boolean {
    const last = this.#delivered.get(id) ?? this.#deliveredBefore.get(id);
    if (last === topic) return false;
    if (this.#delivered.size >= REMEMBERED) {
      this.#deliveredBefore = this.#delivered;
      this.#delivered = new Map();
    }
    this.#delivered.set(id, topic);
    return true;
  }
}
