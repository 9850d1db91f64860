import { unreachable } from "../error.ts";
import { decodeText } from "./decode.ts";
import type { ParserName } from "./format.ts";
import type { Page, ParsedDocument } from "./parsed.ts";

/** Pages are paragraphs apart, so that no sentence runs across unseen. */
const PAGE_SEPARATOR = "\n\n";

/**
 * Reads one file into text; runs inside the parser's own process.
 *
 * @param onProgress told the share done, 0 to 100
 * @throws PermanentError `parse_failed` if the file cannot be read
 */
export async function parseFile(
  path: string,
  parser: Exclude<ParserName, "image">,
  onProgress: (percent: number) => void,
): Promise<ParsedDocument> {
  const bytes = await Bun.file(path).bytes();
  switch (parser) {
    case "text":
      return documentOf("text", [decodeText(bytes)]);
    case "pdf": {
      // Loaded with the first PDF: a parser that reads texts only stays small.
      const { parsePdf } = await import("./pdf/parse-pdf.ts");
      const pages = await parsePdf(bytes, (done, total) => onProgress((done / total) * 100));
      return documentOf("pdf", pages);
    }
    default:
      return unreachable(parser);
  }
}

/** Joins pages into one text and says where each of them lies in it. */
export function documentOf(parserType: string, pageTexts: readonly string[]): ParsedDocument {
  const pages: Page[] = [];
  let end = 0;
  const texts = pageTexts.map((text) => text.replaceAll("\0", "").toWellFormed());
  texts.forEach((text, pageIdx) => {
    const start = pageIdx === 0 ? 0 : end + PAGE_SEPARATOR.length;
    end = start + text.length;
    pages.push({ pageIdx, start, end });
  });
  return { parserType, text: texts.join(PAGE_SEPARATOR), pages };
}
