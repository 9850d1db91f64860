import { setImmediate } from "node:timers/promises";
import { Flow } from "../flow.ts";
import { unreadable } from "../limits.ts";
import { childrenOf } from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { elementAt } from "./odf/elements.ts";
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
  const text = root && elementAt(root, "body", "text");
  if (!text) throw unreadable(`The file is no ${WHAT}.`);
  const flow = new Flow(limits.pagesMax);
  const reading = Reading.of(odf, flow);
  const blocks = childrenOf(text);
  let told = 1;
  for (const [index, block] of blocks.entries()) {
    reading.block(block);
    if (flow.pageCount === told) continue;
    told = flow.pageCount;
    // How many there will be is not known: as many as the blocks that are left fill at this rate.
    onProgress(told - 1, Math.round((told * blocks.length) / (index + 1)));
    await setImmediate();
  }
  const pages = flow.pages();
  onProgress(pages.length, pages.length);
  return pages;
}
