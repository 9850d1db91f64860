import type { Position, StoredEvent } from "../event/event.ts";
import { readLog, readLogEnd } from "../event/store.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Sql } from "../postgres/sql.ts";
import { LoopService, sleep } from "../service.ts";
import type { Tenants } from "./tenants.ts";

const POLL_MS = 1_200;
/** Rows that a statement goes through. */
const BATCH_MAX = 1_000;
/** A process that serves more of them reads everything: naming them would cost more. */
const NAMED_TENANTS_MAX = 500;

/** Reads what the event log says of some tenants, to its end, again and again, for what no copy told. */
export class LogTail extends LoopService {
  readonly name = "log tail";
  #position: Position = { xid: 0n, id: 0n };
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly sql: Sql,
    private readonly health: DatabaseHealth,
    private readonly tenants: Pick<Tenants, "ids" | "count">,
    private readonly deliver: (event: StoredEvent) => void,
  ) {
    super();
  }

  override async start(): Promise<void> {
    this.#position = await readLogEnd(this.sql);
    await super.start();
  }

  /**
   * Resolves when the reading that is under way has ended. A tenant that is followed by then misses nothing that
   * is committed later; what has been committed may have been passed over.
   */
  async settled(): Promise<void> {
    await this.#reading.catch(() => undefined);
  }

  protected override run(signal: AbortSignal): Promise<void> {
    const { name, health } = this;
    const rest = async (isEnd: boolean) => {
      if (isEnd) await sleep(POLL_MS, signal);
    };
    const runOnce = async () => {
      const reading = this.#runOnce();
      this.#reading = reading;
      return await reading;
    };
    return poll({ name, health, signal, runOnce, rest });
  }

  /** @returns whether it came to the end */
  async #runOnce(): Promise<boolean> {
    const tenantIds = this.tenants.count > NAMED_TENANTS_MAX ? undefined : this.tenants.ids;
    const page = await readLog(this.sql, this.#position, BATCH_MAX, tenantIds);
    for (const event of page.events) this.deliver(event);
    this.#position = page.position;
    return page.isEnd;
  }
}
