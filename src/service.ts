/** A part of the engine with a life of its own. `stop` may be called twice and never throws for it. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A service that is one loop; it has stopped when the loop has ended. */
export abstract class LoopService implements Service {
  abstract readonly name: string;
  protected readonly stopping = new AbortController();
  #loop: Promise<void> | undefined;

  async start(): Promise<void> {
    this.#loop = this.run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.#loop;
  }

  /** Goes on until the signal aborts, and never rejects. */
  protected abstract run(signal: AbortSignal): Promise<void>;
}

/**
 * Stops in reverse order, all within one deadline.
 * @returns the names of the services that had not stopped when the time was up
 */
export async function stopAll(services: readonly Service[], deadlineMs: number): Promise<string[]> {
  const late = new Set(services.map((service) => service.name));
  const inOrder = (async () => {
    for (const service of services.toReversed()) {
      await service.stop().catch(() => undefined);
      late.delete(service.name);
    }
  })();
  // A timer that nobody waits for any more would keep the process alive.
  const stopped = new AbortController();
  await Promise.race([inOrder.finally(() => stopped.abort()), sleep(deadlineMs, stopped.signal)]);
  return [...late];
}

/** Services that do not need each other, as one: they start and stop at the same time. */
export function together(name: string, services: readonly Service[]): Service {
  return {
    name,
    start: async () => void (await Promise.all(services.map((service) => service.start()))),
    stop: async () => void (await Promise.all(services.map((service) => service.stop()))),
  };
}

/** Waits `ms`, or less if the signal aborts; it never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** How long a computation may hold the event loop, and so every request of the process. */
const SLICE_MS = 8;

/**
 * Works through a long computation in slices; between them the event loop gets its turn.
 * @throws the signal's reason, between two slices
 */
export async function inSlices<T>(items: Iterable<T>, signal?: AbortSignal): Promise<T[]> {
  const done: T[] = [];
  let sliceBeganAt = performance.now();
  for (const item of items) {
    done.push(item);
    if (performance.now() - sliceBeganAt < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    sliceBeganAt = performance.now();
  }
  return done;
}

/** A server that wants to be left alone for longer is asked again all the same. */
const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * What a `Retry-After` says, in milliseconds from now; undefined for none.
 * @param header seconds, or a date
 */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const isSeconds = /^\d+(?:\.\d+)?$/.test(header.trim());
  const ms = isSeconds ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms));
}

/** Exponential back-off in milliseconds for the n-th failure (n ≥ 1), spread by `random` in [0, 1). */
export function backoffMs(
  failures: number,
  { baseMs, maxMs }: { baseMs: number; maxMs: number },
  random: number = Math.random(),
): number {
  const full = Math.min(maxMs, baseMs * 2 ** (failures - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
