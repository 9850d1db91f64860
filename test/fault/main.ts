import { parseArgs } from "node:util";
import { endEverything } from "../support/child.ts";
import { alignTable, ms } from "../support/table.ts";
import { seededRandom } from "../support/random.ts";
import { type Outcome, type Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Runs the named scenarios, or all, at full length, and prints what came of them. */
async function main(): Promise<boolean> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string" } },
  });
  const names = SCENARIOS.map(({ name }) => name);
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no scenario ${unknown.join(", ")}; there are ${names.join(", ")}.`);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  const chosen = SCENARIOS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const rows: string[][] = [];
  let good = true;
  for (const scenario of chosen) {
    const outcome = await runLong(scenario, seed);
    good &&= isGood(scenario, outcome);
    rows.push(rowOf(scenario, outcome));
  }
  const head = ["scenario", "runs", "lost", "doubled", "broken", "worst wait", "reach"];
  process.stdout.write(`\n${alignTable([head, ...rows])}\n\n`);
  return good;
}

async function runLong(scenario: Scenario, seed: number | undefined): Promise<Outcome> {
  const random = seededRandom(seed);
  process.stderr.write(`${scenario.name} (--seed ${random.seed}): ${scenario.promise}\n`);
  const outcome = await scenario.run({ length: "long", random }).catch(brokenOff);
  for (const kind of ["lost", "doubled", "broken"] as const)
    for (const what of outcome[kind]) process.stderr.write(`  ${kind}: ${what}\n`);
  return outcome;
}

/** A scenario that could not go on has found something; the others may still find more. */
function brokenOff(error: unknown): Outcome {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { runs: 0, lost: [], doubled: [], broken: [why] };
}

function isGood(scenario: Scenario, { lost, doubled, broken, worstWaitMs = 0 }: Outcome): boolean {
  const withinReach = worstWaitMs <= (scenario.reachMs ?? Number.POSITIVE_INFINITY);
  return lost.length + doubled.length + broken.length === 0 && withinReach;
}

function rowOf(scenario: Scenario, outcome: Outcome): string[] {
  const { runs, lost, doubled, broken, worstWaitMs } = outcome;
  return [
    scenario.name,
    ...[runs, lost.length, doubled.length, broken.length].map(String),
    worstWaitMs === undefined ? "—" : ms(worstWaitMs),
    scenario.reachMs === undefined ? "—" : `≤ ${ms(scenario.reachMs)}`,
  ];
}

let good = false;
try {
  good = await main();
} finally {
  await endEverything();
}
process.exit(good ? 0 : 1);
