import { parseCursor, type Position, type StoredEvent } from "../event/event.ts";
import { readLog, readLogEnd } from "../event/store.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Sql } from "../postgres/sql.ts";
import { LoopService, sleep } from "../service.ts";

const POLL_MS = 1_200;
const BATCH_MAX = 500;

/** Reads the event log to its end, again and again, for what no copy told. */
export class LogTail extends LoopService {
  readonly name = "log tail";
  #position: Position = { xid: 0n, id: 0n };

  constructor(
    private readonly sql: Sql,
    private readonly health: DatabaseHealth,
    private readonly deliver: (event: StoredEvent) => void,
  ) {
    super();
  }

  override async start(): Promise<void> {
    this.#position = await readLogEnd(this.sql);
    await super.start();
  }

  protected override run(signal: AbortSignal): Promise<void> {
    const { name, health } = this;
    const rest = async (read: number) => {
      if (read < BATCH_MAX) await sleep(POLL_MS, signal);
    };
    return poll({ name, health, signal, runOnce: () => this.runOnce(), rest });
  }

  /** @returns how many events were read */
  async runOnce(): Promise<number> {
    const events = await readLog(this.sql, this.#position, BATCH_MAX);
    for (const event of events) this.deliver(event);
    const last = events.at(-1);
    if (last) this.#position = parseCursor(last.cursor) ?? this.#position;
    return events.length;
  }
}
