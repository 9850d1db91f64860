import { PermanentError } from "../../error.ts";
import { readAttachments } from "../attachments.ts";
import { areBlank, mayBeScan } from "../letter-count.ts";
import { blocksOf } from "../markdown.ts";
import { needsOcr } from "../ocr/needs-ocr.ts";
import { attachmentOf } from "../pdf/attached.ts";
import type { Layout } from "../pdf/layout.ts";
import { parsePdf } from "../pdf/parse-pdf.ts";
import { recogniseScans } from "../pdf/scan/scans.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/**
 * PDF by its text layer, pages that are scans by OCR, then the files that it brings along. One that is nothing but scans
 * is left without text, if who recognises reads it as a whole.
 */
export async function readPdf(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const { limits, ocr, report, onProgress } = context;
  let done = 0;
  let total = 1;
  const onDone = () => onProgress(Math.min(++done, total), total);
  const { pages, files } = await parsePdf(bytes, {
    limits,
    report,
    onPage: (_, all, page) => {
      total = all;
      if (!ocr || !mayBeScan(wordsOf(page))) onDone();
    },
  });
  const attachments = files.map((file) => attachmentOf(file, context));
  const attached = await readAttachments(attachments, context, onDone);
  const own = await withScans(bytes, pages, context, attached.pages.length > 0, onDone);
  return [...withLines(own, attached.unread), ...attached.pages];
}

/**
 * @param isMore there is text besides that of the pages
 * @throws PermanentError `parse_failed` if there is none, and nobody who could recognise it
 */
async function withScans(
  bytes: Uint8Array,
  pages: readonly string[],
  context: ReadContext,
  isMore: boolean,
  onPage: () => void,
): Promise<readonly string[]> {
  const { ocr } = context;
  const isBlank = areBlank(pages) && !isMore;
  if (!ocr) {
    if (isBlank) throw needsOcr("The PDF is a scan and holds no text");
    return pages;
  }
  if (!pages.some(mayBeScan)) return pages;
  if (isBlank && pages.length <= ocr.wholePdfPagesMax) return pages;
  try {
    return await recogniseScans(bytes, pages, context, onPage);
  } catch (error) {
    if (isMore && error instanceof PermanentError) return pages;
    throw error;
  }
}

/** What could not be read stands on the last page, unless all of them are still to be recognised. */
function withLines(pages: readonly string[], lines: readonly string[]): readonly string[] {
  if (lines.length === 0 || areBlank(pages)) return pages;
  return [...pages.slice(0, -1), blocksOf([pages.at(-1) ?? "", lines.join("\n")])];
}

function wordsOf({ main, others }: Layout): string {
  return [...main, ...others].flatMap((stretch) => stretch.map(({ text }) => text)).join(" ");
}
