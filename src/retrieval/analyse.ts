import type { ParsedDocument } from "../parsing/parsed.ts";
import { inSlices } from "../service.ts";
import type { IndexedSegment } from "./segment.ts";
import { segmentsOf } from "./segmentation.ts";
import { termsOf } from "./terms.ts";

export interface AnalyseOptions {
  readonly signal?: AbortSignal;
  /** Told the share of the text that is done, up to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Cuts a document into segments and takes their terms, without holding up the event loop.
 * @throws the signal's reason
 */
export async function analyse(
  document: Pick<ParsedDocument, "text" | "pages">,
  { signal, onProgress }: AnalyseOptions = {},
): Promise<IndexedSegment[]> {
  return await inSlices(analysed(document, onProgress), signal);
}

function* analysed(
  document: Pick<ParsedDocument, "text" | "pages">,
  onProgress?: (share: number) => void,
): Generator<IndexedSegment> {
  for (const segment of segmentsOf(document)) {
    yield { ...segment, terms: termsOf(segment.text) };
    onProgress?.(segment.end / document.text.length);
  }
}
