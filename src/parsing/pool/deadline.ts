/** A deadline that can be suspended: what others take their time for does not count. */
export class Deadline {
  #leftMs: number;
  #since = 0;
  #suspensions = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param missed called once, when `ms` of time that counts are over */
  constructor(
    private readonly ms: number,
    private readonly missed: () => void,
  ) {
    this.#leftMs = ms;
    this.#run();
  }

  /** It stands still until `work` is done; then it begins anew, or goes on if the work failed. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    if (this.#suspensions++ === 0) this.#stop();
    try {
      const done = await work();
      this.#leftMs = this.ms;
      return done;
    } finally {
      if (--this.#suspensions === 0) this.#run();
    }
  }

  /** Nothing is missed any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#suspensions = Number.POSITIVE_INFINITY;
  }

  #run(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.missed, Math.max(0, this.#leftMs));
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#since;
  }
}
