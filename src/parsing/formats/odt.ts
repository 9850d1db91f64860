import { Flow } from "../flow.ts";
import { unreadable } from "../limits.ts";
import { childrenOf, elementAt } from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { openOdf } from "./odf/package.ts";
import { Reading } from "./odf/reading.ts";

const WHAT = "text document";

/** OpenDocument text (LibreOffice Writer): its pages are those that its writer's program told apart. */
export async function readOdt(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const odf = await openOdf(bytes, WHAT, limits);
  const [root] = childrenOf(odf.content);
  const text = elementAt(root, "body", "text");
  if (!text) throw unreadable(`The file is no ${WHAT}.`);
  const flow = new Flow(limits);
  const reading = Reading.of(odf, flow);
  const blocks = childrenOf(text);
  let told = 1;
  for (const [index, block] of blocks.entries()) {
    reading.block(block);
    if (flow.pageCount === told) continue;
    told = flow.pageCount;
    onProgress(index + 1, blocks.length);
    await Bun.sleep(0);
  }
  onProgress(blocks.length, blocks.length);
  return flow.pages();
}
