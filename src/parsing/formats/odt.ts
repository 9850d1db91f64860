import type { Element } from "domhandler";
import { Flow } from "../flow.ts";
import { lacking } from "../limits.ts";
import { attributeOf, childrenOf, elementAt, type Elements, nameOf } from "../markup.ts";
import { RunningHeads } from "../running-heads.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { Steps } from "../steps.ts";
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
  if (!text) throw lacking(WHAT);
  const flow = new Flow(limits);
  const reading = Reading.of(odf, flow);
  const heads = new RunningHeads(flow);
  for (const head of onEveryPage(odf.styles, "header")) heads.head(reading.lineOf(head));
  const blocks = childrenOf(text);
  const steps = new Steps(blocks.length, onProgress);
  for (const [index, block] of blocks.entries()) {
    reading.block(block);
    if (steps.isDue(index + 1)) await steps.tell(index + 1);
  }
  for (const foot of onEveryPage(odf.styles, "footer")) heads.foot(reading.lineOf(foot));
  heads.end();
  return flow.pages();
}

/** What stands at the head or the foot of pages, by their kinds. */
function onEveryPage(styles: Elements, place: "header" | "footer"): Element[] {
  const masters = childrenOf(styles).flatMap((root) =>
    childrenOf(elementAt(root, "master-styles"), "master-page"),
  );
  const places = new Set([place, `${place}-left`, `${place}-first`]);
  return masters
    .flatMap((master) => childrenOf(master))
    .filter((each) => places.has(nameOf(each)))
    .filter((each) => attributeOf(each, "display") !== "false");
}
