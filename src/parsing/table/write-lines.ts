import type { ReadLimits } from "../limits.ts";
import { Pieces } from "../pieces.ts";
import { TextBudget } from "../text-budget.ts";

/** Lines between two reports of progress. */
const LINES_A_STEP = 5_000;
const LINES_UNSWEPT_MAX = 500_000;

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
  const written = new Pieces("\n");
  let count = 0;
  for (const line of lines) {
    budget.take(line);
    written.add(line);
    if (++count % LINES_A_STEP > 0) continue;
    onStep();
    await Bun.sleep(0);
  }
  // What the lines were made of would go on counting as this document's memory while they are put together.
  if (count > LINES_UNSWEPT_MAX) Bun.gc(true);
  return written.text().trim();
}
