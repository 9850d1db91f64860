import type { Sessions } from "../auth/sessions.ts";
import { LoopService, sleep } from "../service.ts";
import type { Hub } from "./hub.ts";

/** Two of them, and what sign-in takes for true meanwhile, are below the 30 s of the promise. */
const WATCH_EVERY_MS = 10_000;

/** Closes the sockets whose session has been ended: one query for all of them. */
export class SessionWatch extends LoopService {
  readonly name = "session watch";

  constructor(
    private readonly sessions: Sessions,
    private readonly hub: Hub,
  ) {
    super();
  }

  async #runOnce(): Promise<void> {
    this.hub.endSessions(await this.sessions.ended(this.hub.sessionIds()));
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#runOnce();
      await sleep(WATCH_EVERY_MS, signal);
    }
  }
}
