import { beforeAll, describe, setDefaultTimeout } from "bun:test";
import { type FakeLlm, startLlm } from "./llm.ts";
import { embedded, networked, type SetUp, type SetUpName } from "./set-up.ts";

/** A set-up whose parts a test may break, as long as it mends them; its answers come from a language model. */
export interface Breakable extends SetUp {
  readonly llm: FakeLlm;
}

/** Tests start whole processes and wait for facts; this only bounds a hang. */
const TEST_TIMEOUT_MS = 120_000;
/** Small, so that a file too large is quickly sent. */
export const UPLOAD_LIMIT_MB = 1;
/** How long a message waits on a breakable set-up: long enough for an answer that comes at once, on a busy machine too. */
const SHORT_ANSWER_WAIT_SECONDS = 6;

const STARTERS = { embedded, networked } as const;
const NAMES = ["embedded", "networked"] as const;
const steady = new Map<SetUpName, Promise<SetUp>>();
const breakable = new Map<SetUpName, Promise<Breakable>>();

/** Registers the same tests for the embedded and the networked set-up, which all files share. */
export function onBothSetUps(tests: (setUp: () => SetUp) => void): void {
  register(NAMES, steadySetUp, tests);
}

/** The same for rows that only a network has. */
export function onTheNetwork(tests: (setUp: () => SetUp) => void): void {
  register(["networked"], steadySetUp, tests);
}

/** As `onBothSetUps`, for tests that restart, starve or break a part. */
export function onBreakableSetUps(tests: (setUp: () => Breakable) => void): void {
  register(NAMES, breakableSetUp, tests);
}

export function onTheBreakableNetwork(tests: (setUp: () => Breakable) => void): void {
  register(["networked"], breakableSetUp, tests);
}

/** Both shared set-ups, for what takes long and so is watched on both at once. */
export function steadySetUps(): Promise<SetUp[]> {
  return Promise.all(NAMES.map(steadySetUp));
}

/** As `steadySetUps`, of those that a test may break. */
export function breakableSetUps(): Promise<Breakable[]> {
  return Promise.all(NAMES.map(breakableSetUp));
}

function register<S extends SetUp>(
  names: readonly SetUpName[],
  start: (name: SetUpName) => Promise<S>,
  tests: (setUp: () => S) => void,
): void {
  setDefaultTimeout(TEST_TIMEOUT_MS); // Bun forgets it after every file.
  for (const name of names) {
    describe(name, () => {
      let setUp: S | undefined;
      beforeAll(async () => {
        setUp = await start(name);
      });
      tests(() => {
        if (!setUp) throw new Error(`The ${name} set-up is not there.`);
        return setUp;
      });
    });
  }
}

function steadySetUp(name: SetUpName): Promise<SetUp> {
  return once(steady, name, () =>
    STARTERS[name]({ env: { MAX_UPLOAD_MB: String(UPLOAD_LIMIT_MB) } }),
  );
}

function breakableSetUp(name: SetUpName): Promise<Breakable> {
  return once(breakable, name, async () => {
    const llm = startLlm();
    const env = { ...llm.env, ANSWER_WAIT_SECONDS: String(SHORT_ANSWER_WAIT_SECONDS) };
    return { ...(await STARTERS[name]({ env, ownPostgres: true })), llm };
  });
}

function once<S>(
  started: Map<SetUpName, Promise<S>>,
  name: SetUpName,
  start: () => Promise<S>,
): Promise<S> {
  const known = started.get(name);
  if (known) return known;
  const fresh = start();
  started.set(name, fresh);
  return fresh;
}
