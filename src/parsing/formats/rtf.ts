import { Flow } from "../flow.ts";
import { unreadable } from "../limits.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { Interpreter } from "./rtf/interpreter.ts";
import { tokensOf } from "./rtf/tokens.ts";

/** Rich text: its pages are those that its writer began by hand. */
export async function readRtf(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const flow = new Flow(limits);
  const interpreter = new Interpreter(flow);
  let told = 1;
  for (const { token, end } of tokensOf(bytes)) {
    interpreter.read(token);
    if (flow.pageCount === told) continue;
    told = flow.pageCount;
    onProgress(end, bytes.length);
    await Bun.sleep(0);
  }
  if (!interpreter.end())
    throw unreadable("The RTF document is cut off: its end is missing, and it cannot be read.");
  onProgress(bytes.length, bytes.length);
  return flow.pages();
}
