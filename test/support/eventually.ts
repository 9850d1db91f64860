interface Patience {
  /** Gives up after this long, with the last failure as the cause. It only bounds a hang: no machine is too slow. */
  readonly timeoutMs?: number;
  readonly pollMs?: number;
}

/**
 * Asks again and again until `fact` neither throws nor answers `false`, `null` or `undefined`.
 * @returns what `fact` answered at last
 */
export async function eventually<T>(
  fact: () => T | Promise<T>,
  { timeoutMs = 45_000, pollMs = 25 }: Patience = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(fact);
    if (outcome.holds) return outcome.value;
    if (performance.now() > deadline) {
      throw new Error(`Not so after ${timeoutMs} ms: ${outcome.why}`, { cause: outcome.cause });
    }
    await Bun.sleep(pollMs);
  }
}

type Outcome<T> =
  | { holds: true; value: Exclude<T, false | null | undefined> }
  | { holds: false; why: string; cause?: unknown };

async function attempt<T>(fact: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    const value = await fact();
    return isFact(value) ? { holds: true, value } : { holds: false, why: String(value) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { holds: false, why, cause: error };
  }
}

function isFact<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== false && value !== null && value !== undefined;
}
