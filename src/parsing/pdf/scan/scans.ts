import { AppError, PermanentError } from "../../../error.ts";
import { areBlank, mayBeScan } from "../../letter-count.ts";
import { unreadable } from "../../limits.ts";
import { pngOf } from "../../ocr/png.ts";
import type { ReadContext } from "../../reader.ts";
import type { PdfDocument } from "../library.ts";
import { openPdf, reasonOf } from "../open.ts";
import { matrixOf } from "../matrix.ts";
import { coverage, type PageFrame, type PagePicture, pagePicture } from "./page-picture.ts";
import { paintsOf } from "./paints.ts";

/** What a scan covers of its page at least, if there is text on it. */
const COVERAGE_MIN = 0.5;
/** A3 at 400 dots an inch; larger pictures are not decoded. */
const PICTURE_DOTS_MAX = 40e6;

/**
 * Recognises the pages of a PDF that are scans: pictures without text, or with a few stray characters on them.
 *
 * @param pages the text of each page; those that are no scans stay as they are
 * @param onPage told after each page that may be one
 * @throws PermanentError `parse_failed` if no page has text, and none could be recognised
 * @throws AppError if a later attempt may succeed
 */
export async function recogniseScans(
  bytes: Uint8Array,
  pages: readonly string[],
  { recognise, report }: Pick<ReadContext, "recognise" | "report">,
  onPage: () => void,
): Promise<string[]> {
  const { document, close } = await openPdf(bytes, PICTURE_DOTS_MAX);
  const texts = [...pages];
  const failures: PermanentError[] = [];
  let recognised = 0;
  try {
    for (const [index, text] of pages.entries()) {
      if (!mayBeScan(text)) continue;
      try {
        const picture = await pictureOf(document, index + 1, text);
        if (picture) {
          const seen = await recognise({ bytes: pngOf(picture), mimeType: "image/png" });
          texts[index] = withStray(seen.join("\n\n"), text);
          recognised++;
        }
      } catch (error) {
        // The other pages may still be worth reading.
        if (error instanceof PermanentError) failures.push(error);
        else if (error instanceof AppError) throw error;
        report(`Page ${index + 1} of a PDF cannot be recognised: ${reasonOf(error)}`, error);
      }
      onPage();
    }
  } finally {
    await close();
  }
  if (recognised === 0 && areBlank(texts)) throw failures[0] ?? nothingSeen();
  return texts;
}

/** What was written over a scan stands in no picture; what was recognised before, under it, is seen again. */
function withStray(recognised: string, text: string): string {
  if (lettersOf(recognised).includes(lettersOf(text))) return recognised;
  return `${recognised}\n\n${text}`.trim();
}

function lettersOf(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
}

/** Its letters are drawn as shapes, or its pictures are damaged. */
function nothingSeen(): PermanentError {
  return unreadable(
    "The PDF holds no text, and no pictures that can be read; save its pages as pictures and upload those.",
  );
}

/**
 * A page of a PDF as its pictures show it.
 * @param text what stands on it besides
 * @returns undefined if it is no scan
 */
export async function pictureOf(
  document: PdfDocument,
  number: number,
  text: string,
): Promise<PagePicture | undefined> {
  const page = await document.getPage(number);
  const paints = await paintsOf(page);
  const { transform, width, height } = page.getViewport({ scale: 1 });
  page.cleanup();
  const frame: PageFrame = { toView: matrixOf(transform), width, height };
  if (paints.length === 0 || (text !== "" && coverage(paints, frame) < COVERAGE_MIN))
    return undefined;
  return pagePicture(paints, frame);
}
