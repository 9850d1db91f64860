import { expect, setDefaultTimeout, test } from "bun:test";
import { DatabaseHealth } from "../../src/postgres/health.ts";
import { Lifeline } from "../../src/postgres/lifeline.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabase } from "../support/postgres.ts";

// It only bounds a hang.
setDefaultTimeout(120_000);

/** Longer than a server may take to answer. */
const STANDSTILL_MS = 9_000;

/** Counts what the server answers. */
class CountingHealth extends DatabaseHealth {
  answers = 0;

  override works(): void {
    super.works();
    this.answers++;
  }
}

test("a process that stood still itself does not take the server for silent", async () => {
  const health = new CountingHealth();
  let silences = 0;
  const lifeline = new Lifeline(await freshDatabase(), health, () => silences++);
  await lifeline.start();
  try {
    Bun.sleepSync(STANDSTILL_MS);
    await eventually(() => health.answers > 0);
    expect(silences).toBe(0);
  } finally {
    await lifeline.stop();
  }
});
