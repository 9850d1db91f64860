import { areBlank } from "../letter-count.ts";
import { needsOcr } from "../ocr/needs-ocr.ts";
import type { Layout } from "../pdf/layout.ts";
import { parsePdf } from "../pdf/parse-pdf.ts";
import { mayBeScan, recogniseScans } from "../pdf/scan/scans.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/**
 * PDF by its text layer, pages that are scans by OCR. One that is nothing but scans is left without text, if who
 * recognises reads it as a whole.
 */
export async function readPdf(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const { limits, ocr, report, onProgress } = context;
  if (!ocr) return withText(await parsePdf(bytes, { limits, report, onPage: onProgress }));
  let done = 0;
  const onDone = (total: number) => onProgress(Math.min(++done, total), total);
  const pages = await parsePdf(bytes, {
    limits,
    report,
    onPage: (_, total, page) => {
      if (!mayBeScan(wordsOf(page))) onDone(total);
    },
  });
  if (!pages.some(mayBeScan)) return pages;
  if (areBlank(pages) && pages.length <= ocr.wholePdfPagesMax) return pages;
  return await recogniseScans(bytes, pages, context, () => onDone(pages.length));
}

/** @throws PermanentError `parse_failed` if there is none, and nobody who could recognise it */
function withText(pages: readonly string[]): readonly string[] {
  if (areBlank(pages)) throw needsOcr("The PDF is a scan and holds no text");
  return pages;
}

function wordsOf({ main, others }: Layout): string {
  return [...main, ...others].flatMap((stretch) => stretch.map(({ text }) => text)).join(" ");
}
