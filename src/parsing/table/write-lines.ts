import type { ReadLimits } from "../limits.ts";
import { TextBudget } from "../text-budget.ts";

/** Lines between two reports of progress; so many are one string, for millions of small ones take far more memory. */
const LINES_A_STEP = 5_000;

const STEPS_UNSWEPT_MAX = 100;

/**
 * Joins the lines of a long text, and lets others work now and then.
 * @param onStep told now and then that it goes on
 * @throws PermanentError `parse_failed` once there is more text than a document may hold
 */
export async function writeLines(
  lines: Iterable<string>,
  limits: ReadLimits,
  onStep: () => void,
): Promise<string> {
  const budget = new TextBudget(limits);
  const steps: string[] = [];
  let open: string[] = [];
  for (const line of lines) {
    budget.take(line);
    open.push(line);
    if (open.length < LINES_A_STEP) continue;
    steps.push(open.join("\n"));
    open = [];
    onStep();
    await Bun.sleep(0);
  }
  steps.push(open.join("\n"));
  // What the lines were made of would go on counting as this document's memory while they are put together.
  if (steps.length > STEPS_UNSWEPT_MAX) Bun.gc(true);
  return steps.join("\n").trim();
}
