import type { Topic } from "../event/event.ts";
import { readTopics } from "../event/store.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Connection } from "./connection.ts";
import { eventFrame, type Frame } from "./frame.ts";
import { findEnds } from "./store.ts";

/** An event is as old as its transaction's beginning, and may be told this much later. */
const OVERLAP_SECONDS = 15;
/** Whoever has missed more reloads. */
const EVENTS_MAX = 1_000;
const BEGINNING = { xid: 0n, id: 0n } as const;
const RESYNC = JSON.stringify({ type: "resync_required" } satisfies Frame);

interface Gap {
  readonly connections: Set<Connection>;
  /** When it began, in milliseconds of `performance.now()`. */
  sinceMs: number;
}

/**
 * What sockets missed of the topics that they have begun to follow: what was told between their user's coming
 * into something and this process's hearing of it. It is owed until the database has been read.
 */
export class CatchUp {
  readonly #gaps = new Map<Topic, Gap>();
  readonly #ends = new Map<Topic, Set<Connection>>();

  /** @param seconds for how long the socket should have followed the topic already */
  add(connection: Connection, topic: Topic, seconds: number): void {
    const sinceMs = performance.now() - seconds * 1000;
    const gap = this.#gaps.get(topic);
    if (!gap) this.#gaps.set(topic, { connections: new Set([connection]), sinceMs });
    else {
      gap.connections.add(connection);
      gap.sinceMs = Math.min(gap.sinceMs, sinceMs);
    }
  }

  /** A socket stopped following a topic, perhaps before it was told of its end. */
  addEnd(connection: Connection, topic: Topic): void {
    const connections = this.#ends.get(topic) ?? new Set();
    this.#ends.set(topic, connections.add(connection));
  }

  /** Sends what is owed; if the database fails, it is owed still. */
  async settle(sql: Sql): Promise<void> {
    await this.#settleEnds(sql);
    await this.#settleGaps(sql);
  }

  async #settleEnds(sql: Sql): Promise<void> {
    if (this.#ends.size === 0) return;
    for (const { topic, ...frame } of await findEnds(sql, [...this.#ends.keys()]))
      sendAll(this.#ends.get(topic), JSON.stringify(frame));
    this.#ends.clear();
  }

  async #settleGaps(sql: Sql): Promise<void> {
    if (this.#gaps.size === 0) return;
    const topics = [...this.#gaps.keys()];
    const sinceMs = Math.min(...[...this.#gaps.values()].map((gap) => gap.sinceMs));
    const seconds = (performance.now() - sinceMs) / 1000 + OVERLAP_SECONDS;
    const events = await readTopics(sql, topics, BEGINNING, seconds, EVENTS_MAX + 1);
    if (events.length > EVENTS_MAX)
      sendAll(new Set([...this.#gaps.values()].flatMap((gap) => [...gap.connections])), RESYNC);
    else
      for (const event of events)
        sendAll(this.#gaps.get(event.topic)?.connections, JSON.stringify(eventFrame(event)));
    this.#gaps.clear();
  }
}

function sendAll(connections: Iterable<Connection> | undefined, data: string): void {
  for (const connection of connections ?? []) connection.send(data);
}
