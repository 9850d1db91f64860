import type { ParsedDocument } from "../parsing/parsed.ts";
import { inSlices } from "../service.ts";
import type { IndexedSegment } from "./segment.ts";
import { segmentsOf } from "./segmentation/segmentation.ts";
import { codesOf } from "./terms/term-sequence.ts";
import { positionedTermsOf } from "./terms/terms.ts";

/** The end of a file's name that tells its type, not what it is about. */
const EXTENSION = /\.[a-z][a-z0-9]{0,9}$/i;

/** A document's text; its title is the name of a file. */
export interface TitledText extends Pick<ParsedDocument, "text" | "pages"> {
  readonly title: string;
}

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
  document: TitledText,
  { signal, onProgress }: AnalyseOptions = {},
): Promise<IndexedSegment[]> {
  return await inSlices(analysed(document, onProgress), signal);
}

function* analysed(
  document: TitledText,
  onProgress?: (share: number) => void,
): Generator<IndexedSegment> {
  const name = document.title.replace(EXTENSION, "");
  for (const segment of segmentsOf(document)) {
    const body = positionedTermsOf(segment.text);
    const headings = positionedTermsOf(segment.headings, body.language);
    const title = positionedTermsOf(name, body.language);
    yield {
      ...segment,
      terms: [...title.terms, ...headings.terms, ...body.terms],
      sequence: { title: codesOf(title), headings: codesOf(headings), body: codesOf(body) },
    };
    onProgress?.(segment.end / document.text.length);
  }
}
