import { parsePdf } from "../pdf/parse-pdf.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/** PDF by its text layer; a page without text is "". */
export async function readPdf(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  return await parsePdf(bytes, context);
}
