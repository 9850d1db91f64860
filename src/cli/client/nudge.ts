import { sleep } from "../../service.ts";

/** Cuts a wait short when something may have happened. A nudge that nobody waits for yet is kept. */
export class Nudge {
  #pending = false;
  #wake: AbortController | undefined;

  fire(): void {
    this.#pending = true;
    this.#wake?.abort();
  }

  /** Returns at the next nudge, at the latest after `timeoutMs`, and at once if the signal aborts. */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const wake = new AbortController();
    this.#wake = wake;
    if (this.#pending) wake.abort();
    await sleep(timeoutMs, signal ? AbortSignal.any([wake.signal, signal]) : wake.signal);
    this.#pending = false;
  }
}
