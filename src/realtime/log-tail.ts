import { messageOf } from "../error.ts";
import { formatCursor, parseCursor, type Position, type StoredEvent } from "../event/event.ts";
import { readLog, readLogEnd } from "../event/store.ts";
import { logger } from "../log.ts";
import type { Sql } from "../postgres/sql.ts";
import { backoffMs, type Service, sleep } from "../service.ts";

const POLL_MS = 1_200;
const BATCH_MAX = 500;
const OUTAGE_BACKOFF = { baseMs: 250, maxMs: 2_000 } as const;

/** Reads the event log to its end, again and again, for what no copy told. */
export class LogTail implements Service {
  readonly name = "log tail";
  readonly #stopping = new AbortController();
  #position: Position = { xid: 0n, id: 0n };
  #loop: Promise<void> | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly deliver: (event: StoredEvent) => void,
  ) {}

  /** Everything up to here has been delivered to the sockets that are open. */
  get cursor(): string {
    return formatCursor(this.#position);
  }

  async start(): Promise<void> {
    this.#position = await readLogEnd(this.sql);
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** @returns how many events were read */
  async runOnce(): Promise<number> {
    const events = await readLog(this.sql, this.#position, BATCH_MAX);
    for (const event of events) this.deliver(event);
    const last = events.at(-1);
    if (last) this.#position = parseCursor(last.cursor) ?? this.#position;
    return events.length;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const log = logger("realtime");
    let outages = 0;
    while (!signal.aborted) {
      try {
        const read = await this.runOnce();
        if (outages > 0) log.info("The event log can be read again.");
        outages = 0;
        if (read < BATCH_MAX) await sleep(POLL_MS, signal);
      } catch (error) {
        if (outages++ === 0) log.warn(`The event log cannot be read: ${messageOf(error)}`);
        await sleep(backoffMs(Math.min(outages, 10), OUTAGE_BACKOFF), signal);
      }
    }
  }
}
