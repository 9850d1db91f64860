import { Flow } from "../flow.ts";
import { lacking } from "../limits.ts";
import { attributeOf, childrenOf, type Element, elementAt, nameOf, shareUpTo } from "../markup.ts";
import { Steps } from "../steps.ts";
import { RunningHeads } from "../running-heads.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { openOdf } from "./odf/package.ts";
import { Reading } from "./odf/reading.ts";

const WHAT = "text document";

/** OpenDocument text (LibreOffice Writer): its pages are those that its writer's program told apart. */
export async function readOdt(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  // It is gone through twice.
  const steps = new Steps(2, onProgress);
  const odf = await openOdf(bytes, WHAT, limits, (share) => onProgress(share, 2));
  const [root] = childrenOf(odf.content);
  const body = elementAt(root, "body", "text");
  if (!body) throw lacking(WHAT);
  const flow = new Flow(limits);
  const heads = new RunningHeads(flow);
  const reading = Reading.of(odf, flow);
  for (const head of onEveryPage(odf.styles, "header")) heads.head(reading.lineOf(head));
  for (const read of reading.inSteps(body)) {
    const done = 1 + shareUpTo(read);
    if (steps.isDue(done)) await steps.tell(done);
  }
  for (const foot of onEveryPage(odf.styles, "footer")) heads.foot(reading.lineOf(foot));
  heads.end();
  return flow.pages();
}

/** What stands at the head or the foot of pages, by their kinds. */
function onEveryPage(styles: Element, place: "header" | "footer"): Element[] {
  const masters = childrenOf(styles).flatMap((root) =>
    childrenOf(elementAt(root, "master-styles"), "master-page"),
  );
  const places = new Set([place, `${place}-left`, `${place}-first`]);
  return masters
    .flatMap((master) => childrenOf(master))
    .filter((each) => places.has(nameOf(each)))
    .filter((each) => attributeOf(each, "display") !== "false");
}
