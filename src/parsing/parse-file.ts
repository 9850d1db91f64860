import { AppError } from "../error.ts";
import { type FormatName, formatOf, readerOf } from "./format.ts";
import { type ReadLimits, unreadable } from "./limits.ts";
import type { Page, ParsedDocument } from "./parsed.ts";
import type { ReadContext, SourceFile } from "./reader.ts";
import { sampleOfBytes } from "./telling/sample.ts";

/** Pages are paragraphs apart, so that no sentence runs across unseen. */
const PAGE_SEPARATOR = "\n\n";
const MB = 1024 * 1024;

/** A file on disk that is to be read, and what that may cost. */
export interface ParseRequest {
  readonly path: string;
  readonly name: string;
  readonly format: FormatName;
  readonly limits: ReadLimits;
}

/**
 * Reads one file into text; runs inside the parser's own process.
 *
 * @param onProgress told the share done, 0 to 100
 * @throws PermanentError `parse_failed` if the file cannot be read
 */
export async function parseFile(
  { path, name, format, limits }: ParseRequest,
  onProgress: (percent: number) => void,
): Promise<ParsedDocument> {
  const bytes = await Bun.file(path).bytes();
  const onPage = (done: number, total: number) => onProgress((done / total) * 100);
  const pages = await readAt(0, { name, bytes, format }, { limits, onPage });
  const textLength = pages.reduce((sum, { length }) => sum + length, 0);
  if (pages.length > limits.pagesMax)
    throw unreadable(`The document has more than ${limits.pagesMax} pages.`);
  if (textLength > limits.textMbMax * MB)
    throw unreadable(`The document holds more than ${limits.textMbMax} MB of text.`);
  return documentOf(format, pages);
}

/** @param depth how many files it lies within */
async function readAt(
  depth: number,
  file: SourceFile,
  given: Pick<ReadContext, "limits" | "onPage">,
): Promise<readonly string[]> {
  const read = await readerOf(file.format);
  if (!read) throw unreadable("A picture can be read only where writing is recognised.");
  return await read(file, {
    ...given,
    recognise: () => Promise.reject(unreadable("Nothing here recognises writing in pictures.")),
    readWithin: async (name, bytes) => {
      if (depth >= given.limits.nestingMax)
        throw unreadable(`Files lie within files more than ${given.limits.nestingMax} deep.`);
      const format = await formatWithin(name, bytes);
      return await readAt(
        depth + 1,
        { name, bytes, format },
        { ...given, onPage: () => undefined },
      );
    },
  });
}

async function formatWithin(name: string, bytes: Uint8Array): Promise<FormatName> {
  try {
    return formatOf(name, await sampleOfBytes(bytes)).name;
  } catch (error) {
    if (error instanceof AppError) throw unreadable(error.message, error);
    throw error;
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
