import { Flow } from "../flow.ts";
import { unreadable } from "../limits.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { Steps } from "../steps.ts";
import { Interpreter } from "./rtf/interpreter.ts";
import { tokensOf } from "./rtf/tokens.ts";

/** Rich text: its pages are those that its writer began by hand. */
export async function readRtf(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const flow = new Flow(limits);
  const interpreter = new Interpreter(flow);
  const steps = new Steps(bytes.length, onProgress);
  for (const { token, end } of tokensOf(bytes)) {
    interpreter.read(token);
    if (steps.isDue(end)) await steps.tell(end);
  }
  if (!interpreter.end())
    throw unreadable("The RTF document is cut off: its end is missing, and it cannot be read.");
  return flow.pages();
}
