import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { messageOf } from "../error.ts";
import type { Topic } from "../event/event.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Hub } from "./hub.ts";
import { listTopics } from "./store.ts";

const Change = Type.Object({
  workspace_id: Type.String(),
  conversation_id: Type.Optional(Type.String()),
});
const USER = "user:";

/** Keeps what the sockets follow as the database has it. */
export class Memberships {
  /** Counts the changes told, of whomever. */
  #changes = 0;

  constructor(
    private readonly sql: Sql,
    private readonly hub: Hub,
  ) {}

  /** What a user follows, to be followed at once: a change that is told meanwhile makes it read again. */
  async of(userId: string): Promise<Topic[]> {
    for (;;) {
      const before = this.#changes;
      const topics = await listTopics(this.sql, userId);
      if (this.#changes === before) return topics;
    }
  }

  /** A user has come into something, or left it: their sockets follow at once. */
  changed(topic: Topic, change: unknown): void {
    if (!topic.startsWith(USER) || !Value.Check(Change, change)) return;
    this.#changes++;
    const { workspace_id, conversation_id } = change;
    const followed: Topic = conversation_id
      ? `conversation:${conversation_id}`
      : `workspace:${workspace_id}`;
    for (const connection of this.hub.of(topic)) this.hub.join(connection, followed);
    this.#refresh(topic).catch((error: unknown) =>
      logger("realtime").warn(`Memberships could not be read: ${messageOf(error)}`),
    );
  }

  async #refresh(user: Topic): Promise<void> {
    const current = new Set<Topic>(await listTopics(this.sql, user.slice(USER.length)));
    for (const connection of this.hub.of(user)) this.hub.follow(connection, current);
  }
}
