/** Every fault scenario in its short form; `./dev fault` runs them at full length. */
import { describe, expect, test } from "bun:test";
import { seededRandom } from "../support/random.ts";
import { SCENARIOS } from "./scenarios.ts";

/** It only bounds a hang. */
const TIMEOUT_MS = 300_000;

describe("faults", () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    "%s",
    async (_name, { promise, run }) => {
      const random = seededRandom();
      const outcome = await run({ length: "short", random }).catch((cause: unknown) => {
        throw new Error(`It broke off, with --seed ${random.seed}.`, { cause });
      });
      const { runs, lost, doubled, broken } = outcome;
      const found = { promise, seed: random.seed, lost, doubled, broken };
      expect(found).toEqual({ ...found, lost: [], doubled: [], broken: [] });
      expect(runs).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
