import type { Element } from "domhandler";
import { Flow } from "../flow.ts";
import { lacking } from "../limits.ts";
import {
  attributeOf,
  childrenOf,
  elementAt,
  type Elements,
  elementsWithin,
  nameOf,
} from "../markup.ts";
import { RunningHeads } from "../running-heads.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { openOdfParts } from "./odf/package.ts";
import { Reading } from "./odf/reading.ts";

const WHAT = "text document";

/** OpenDocument text (LibreOffice Writer): its pages are those that its writer's program told apart. */
export async function readOdt(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const { content, styles, objects } = await openOdfParts(bytes, WHAT, limits);
  const flow = new Flow(limits);
  const heads = new RunningHeads(flow);
  const begin = (document: Elements) => {
    const reading = Reading.of({ content: document, styles: styles ?? document, objects }, flow);
    for (const head of onEveryPage(styles ?? document, "header")) heads.head(reading.lineOf(head));
    return reading;
  };
  let reading: Reading | undefined;
  let document: Elements | undefined;
  for (const read of elementsWithin(content, "body", "text", WHAT)) {
    ({ document } = read);
    // What a text is set in stands before it.
    if (read.elements.length > 0) reading ??= begin(document);
    for (const block of read.elements) reading?.block(block);
    onProgress(read.readChars, content.length);
    await Bun.sleep(0);
  }
  const [root] = childrenOf(document);
  if (!document || !elementAt(root, "body", "text")) throw lacking(WHAT);
  reading ??= begin(document);
  for (const foot of onEveryPage(styles ?? document, "footer")) heads.foot(reading.lineOf(foot));
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
