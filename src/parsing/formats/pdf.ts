import { needsOcr } from "../ocr/needs-ocr.ts";
import { parsePdf } from "../pdf/parse-pdf.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/** PDF by its text layer; a page without text is "". */
export async function readPdf(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const pages = await parsePdf(bytes, context);
  if (!context.ocr && !pages.some((text) => /[\p{L}\p{N}]/u.test(text)))
    throw needsOcr("The PDF is a scan without a text layer");
  return pages;
}
