import type { ParsedDocument } from "../parsing/parsed.ts";
import { inSlices } from "../service.ts";
import type { IndexedSegment } from "./segment.ts";
import { segmentsOf } from "./segmentation.ts";
import { termsOf } from "./terms.ts";

/**
 * Cuts a document into segments and takes their terms, without holding up the event loop.
 * @throws the signal's reason
 */
export async function analyse(
  document: Pick<ParsedDocument, "text" | "pages">,
  signal?: AbortSignal,
): Promise<IndexedSegment[]> {
  return await inSlices(analysed(document), signal);
}

function* analysed(document: Pick<ParsedDocument, "text" | "pages">): Generator<IndexedSegment> {
  for (const segment of segmentsOf(document)) yield { ...segment, terms: termsOf(segment.text) };
}
