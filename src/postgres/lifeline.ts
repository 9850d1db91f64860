import { LoopService, sleep } from "../service.ts";
import { connect, disconnect } from "./connect.ts";
import type { DatabaseHealth } from "./health.ts";
import type { Database } from "./sql.ts";

const BEAT_EVERY_MS = 3_000;
/** A server that is there answers `select 1` on a connection of its own within so many seconds. */
const ANSWER_MAX_SECONDS = 8;

/**
 * Notices a server that has gone silent. When a network swallows what is sent, nothing tells the client:
 * its queries would wait for a quarter of an hour. One connection that does nothing else is asked again
 * and again; if it gets no answer, neither will the others.
 */
export class Lifeline extends LoopService {
  readonly name = "database lifeline";

  /** @param onSilence called each time that the server gave no answer in time */
  constructor(
    private readonly url: string,
    private readonly health: DatabaseHealth,
    private readonly onSilence: () => void,
  ) {
    super();
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    let sql = connect({ url: this.url }, 1);
    while (!signal.aborted) {
      if (!(await this.#answers(sql, signal)) && !signal.aborted) {
        void disconnect(sql, 0).catch(() => undefined);
        sql = connect({ url: this.url }, 1);
        this.onSilence();
      }
      await sleep(BEAT_EVERY_MS, signal);
    }
    void disconnect(sql, 0).catch(() => undefined);
  }

  /** @returns false only for silence: a server that says no is not silent */
  async #answers(sql: Database, signal: AbortSignal): Promise<boolean> {
    const answer = sql`select 1`.then(
      () => this.health.works(),
      (error: unknown) => this.health.fails(error),
    );
    return (await Promise.race([answer, silence(signal)])) !== "silence";
  }
}

/** Second by second: while the process itself stood still, on a machine with too much to do, no answer was missed. */
async function silence(signal: AbortSignal): Promise<"silence"> {
  for (let second = 0; second < ANSWER_MAX_SECONDS; second++) await sleep(1_000, signal);
  return "silence";
}
