import { endEverything } from "../support/child.ts";
import { syncToDisk } from "../support/postgres.ts";
import { embedded, networked } from "../support/set-up.ts";
import { type Arguments, chosenOf, readArguments } from "./arguments.ts";
import { evaluateSet, type SetResult } from "./evaluate.ts";
import { loadSet } from "./load.ts";
import { renderReport } from "./report.ts";
import { type EvaluationSet, InputError } from "./set.ts";

/** Nobody waits for a person here, and one user asks more than any person does. */
const ENV = {
  RATE_LIMIT_USER_PER_MINUTE: "0",
  RATE_LIMIT_TENANT_PER_MINUTE: "0",
  ANSWER_WAIT_SECONDS: "120",
};
/** What the environment says of these holds for the engine: whoever sets a model wants to know what it is worth. */
const MODEL_SETTING = /^RAG_(?:EMBEDDING|RERANK)_/;

/** Runs every set through an engine that is started for it, and prints what was measured. */
async function main(given: readonly string[]): Promise<void> {
  const options = readArguments(given);
  const sets: EvaluationSet[] = [];
  for (const path of options.paths) sets.push(chosenOf(await loadSet(path), options));
  const start = options.networked ? networked : embedded;
  const setUp = await start({ compiled: true, env: { ...ENV, ...modelSettings() } });
  const results: SetResult[] = [];
  for (const set of sets) {
    process.stderr.write(`${set.name}: ${summaryOf(set)} …\n`);
    results.push(await evaluateSet(setUp, set, planOf(options)));
  }
  await setUp.stop();
  process.stdout.write(`\n${renderReport(results)}\n\n`);
}

function modelSettings(): Record<string, string> {
  const set = Object.entries(process.env).filter(([name]) => MODEL_SETTING.test(name));
  return Object.fromEntries(set.map(([name, value]) => [name, value ?? ""]));
}

function planOf({ only, compare }: Arguments) {
  return { search: only !== "answers", answers: only !== "search", compare };
}

function summaryOf({ documents, queries, judgedIn, questions }: EvaluationSet): string {
  const asked = questions.length > 0 ? `, ${questions.length} questions` : "";
  return `${documents.length} documents, ${queries.length} queries judged in ${judgedIn}${asked}`;
}

syncToDisk();
let code = 0;
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  code = 2;
} finally {
  await endEverything();
}
process.exit(code);
