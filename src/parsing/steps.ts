import type { ReadContext } from "./reader.ts";

/** A person sees no more of it. */
const STEPS = 100;

/** Tells now and then how far a reader is, and lets others work meanwhile, so that it is sent. */
export class Steps {
  #told = 0;

  /** @param total of whatever the reader counts: rows, blocks, bytes */
  constructor(
    private readonly total: number,
    private readonly onProgress: ReadContext["onProgress"],
  ) {}

  /** Whether it is time to tell: asked of each of millions. */
  isDue(done: number): boolean {
    return done >= this.total || done - this.#told >= this.total / STEPS;
  }

  async tell(done: number): Promise<void> {
    this.#told = done;
    this.onProgress(done, this.total);
    await Bun.sleep(0);
  }
}
