import type { Sessions } from "../auth/sessions.ts";
import { type Service, sleep } from "../service.ts";
import type { Hub } from "./hub.ts";

/** Two of them, and what sign-in takes for true meanwhile, are below the 30 s of the promise. */
const WATCH_EVERY_MS = 10_000;

/** Closes the sockets whose session has been ended: one query for all of them. */
export class SessionWatch implements Service {
  readonly name = "session watch";
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly hub: Hub,
  ) {}

  async start(): Promise<void> {
    this.#loop = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #runOnce(): Promise<void> {
    this.hub.endSessions(await this.sessions.ended(this.hub.sessionIds()));
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#runOnce();
      await sleep(WATCH_EVERY_MS, signal);
    }
  }
}
