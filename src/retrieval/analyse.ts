import type { ParsedDocument } from "../parsing/parsed.ts";
import { inSlices } from "../service.ts";
import type { IndexedSegment } from "./segment.ts";
import { segmentsOf } from "./segmentation.ts";
import { termsOf } from "./terms.ts";

/** Cuts a document into segments and takes their terms, without holding up the event loop. */
export async function analyse(
  document: Pick<ParsedDocument, "text" | "pages">,
): Promise<IndexedSegment[]> {
  return await inSlices(analysed(document));
}

function* analysed(document: Pick<ParsedDocument, "text" | "pages">): Generator<IndexedSegment> {
  for (const segment of segmentsOf(document)) yield { ...segment, terms: termsOf(segment.text) };
}
