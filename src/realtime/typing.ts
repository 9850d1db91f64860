import { messageOf } from "../error.ts";
import { publishEphemeral } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Topic } from "../event/event.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Connection } from "./connection.ts";
import { type ConversationPlace, findConversationPlace } from "./store.ts";

/** Clients tell with every key; others are told this often that somebody goes on. */
const AGAIN_MS = 1_000;
/** Conversations that one socket is told to be typing in; nobody types in so many. */
const CONVERSATIONS_MAX = 20;
/** Places that are remembered: a conversation never moves. */
const PLACES_MAX = 10_000;

/** What one socket has told of its typing. */
export class TypingPace {
  /** When it was told last of a conversation, and what. */
  readonly #told = new Map<string, { readonly typing: boolean; readonly atMs: number }>();

  /** Whether that is news. @param nowMs of a clock that never goes back */
  isNews(conversationId: string, typing: boolean, nowMs: number): boolean {
    const last = this.#told.get(conversationId);
    if (typing ? last && nowMs - last.atMs < AGAIN_MS : !last?.typing) return false;
    if (this.#told.size >= CONVERSATIONS_MAX && !last) this.#told.clear();
    // That it ended says nothing of when it may begin again.
    this.#told.set(conversationId, { typing, atMs: typing ? nowMs : (last?.atMs ?? nowMs) });
    return true;
  }
}

/** Tells all who take part in a conversation, the sender's own sockets too, that somebody types or has stopped. */
export class Typing {
  readonly #places = new Map<string, Promise<ConversationPlace | undefined>>();

  constructor(
    private readonly sql: Sql,
    private readonly bus: Bus,
  ) {}

  /** Takes a client's frame; one of a conversation that its socket does not follow is nobody's business. */
  take(connection: Connection, pace: TypingPace, frame: Readonly<Record<string, unknown>>): void {
    const { conversation_id: id, typing = true } = frame;
    if (typeof id !== "string" || typeof typing !== "boolean") return;
    if (!connection.follows(`conversation:${id}`)) return;
    if (!pace.isNews(id, typing, performance.now())) return;
    this.#tell(connection.fields.userId, id, typing).catch((error: unknown) =>
      logger("realtime").debug(`Typing could not be told: ${messageOf(error)}`),
    );
  }

  async #tell(userId: string, conversationId: string, typing: boolean): Promise<void> {
    const place = await this.#placeOf(conversationId);
    if (!place) return;
    const { workspaceId: workspace_id, tenantId } = place;
    const topic: Topic = `conversation:${conversationId}`;
    const payload = { workspace_id, conversation_id: conversationId, user_id: userId, typing };
    await publishEphemeral(this.bus, { userId, tenantId, topic }, { type: "typing", payload });
  }

  /** The same promise for all who ask, so that none overtakes another. */
  #placeOf(conversationId: string): Promise<ConversationPlace | undefined> {
    const known = this.#places.get(conversationId);
    if (known) return known;
    if (this.#places.size >= PLACES_MAX) this.#places.clear();
    const found = findConversationPlace(this.sql, conversationId).catch((error: unknown) => {
      this.#places.delete(conversationId);
      throw error;
    });
    this.#places.set(conversationId, found);
    return found;
  }
}
