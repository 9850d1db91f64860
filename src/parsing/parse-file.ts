import { AppError } from "../error.ts";
import { type FormatName, formatWithin, isImage, labelOf, readerOf } from "./format.ts";
import { type ReadLimits, unreadable } from "./limits.ts";
import { needsOcr } from "./ocr/needs-ocr.ts";
import { joinHyphens } from "./pdf/hyphens.ts";
import type { Page, ParsedDocument } from "./parsed.ts";
import type { OcrOffer, Picture, Read, ReadContext, SourceFile } from "./reader.ts";
import { Room } from "./room.ts";
import { sampleOfBytes } from "./telling/sample.ts";

/** Pages are paragraphs apart, so that no sentence runs across unseen. */
const PAGE_SEPARATOR = "\n\n";

/**
 * What is no writing: control characters, of which PostgreSQL takes no NUL and a terminal takes orders, and those that
 * turn the order of what follows, so that a quotation would read otherwise than it is searched and answered from.
 * Tabs, ends of lines and pages stay.
 */
const UNSEEN = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]/g;

/** A file on disk that is to be read, and what that may cost. */
export interface ParseRequest {
  readonly path: string;
  readonly name: string;
  readonly format: FormatName;
  readonly limits: ReadLimits;
  /** Absent where nothing recognises writing. */
  readonly ocr?: OcrOffer;
}

/** Has the writing in a picture recognised, by whoever may know the means. */
export type Recognise = (picture: Picture) => Promise<readonly string[]>;

/**
 * Reads one file into text; runs inside the parser's own process.
 *
 * @param onProgress told the share done, 0 to 100
 * @param recognise asked only where the request offers OCR
 * @throws PermanentError `parse_failed` if the file cannot be read
 */
export async function parseFile(
  { path, name, format, limits, ocr }: ParseRequest,
  onProgress: (percent: number) => void,
  recognise: Recognise = nobody,
): Promise<ParsedDocument> {
  const bytes = await Bun.file(path).bytes();
  const pictures = new Pictures(ocr ? recognise : nobody);
  const given = {
    limits,
    onProgress: (done: number, total: number) => onProgress((done / total) * 100),
    ocr,
    recognise: pictures.recognise,
  };
  const pages = await readAt(0, { name, bytes, format }, given);
  new Room(limits).take(pages);
  const recogniser = pictures.read > 0 ? ocr?.name : undefined;
  return documentOf(parserTypeOf(format, recogniser), pages);
}

/** What read the file, and after a plus what read pictures in it. */
function parserTypeOf(format: FormatName, recogniser: string | undefined): string {
  if (!recogniser) return format;
  return isImage(format) ? recogniser : `${format}+${recogniser}`;
}

/** Counts the pictures that were recognised, and makes whole the words that a line's end divides. */
class Pictures {
  read = 0;

  constructor(private readonly ask: Recognise) {}

  readonly recognise: Recognise = async (picture) => {
    const pages = await this.ask(picture);
    this.read++;
    return joinHyphens(pages);
  };
}

function nobody(): Promise<never> {
  return Promise.reject(needsOcr("The file is an image"));
}

/** @param depth how many files it lies within */
async function readAt(
  depth: number,
  file: SourceFile,
  given: Omit<ReadContext, "readWithin">,
): Promise<readonly string[]> {
  const room = new Room(given.limits);
  return await readBy(await readerOf(file.format), file, {
    ...given,
    readWithin: async (name, bytes) => {
      if (depth >= given.limits.nestingMax)
        throw unreadable(`Files lie within files more than ${given.limits.nestingMax} deep.`);
      if (bytes.length === 0) throw unreadable("It is empty.");
      room.unpack(bytes.length);
      const format = formatWithin(name, await sampleOfBytes(bytes));
      const pages = await readAt(
        depth + 1,
        { name, bytes, format },
        { ...given, onProgress: () => undefined, ...within(given.ocr) },
      );
      room.take(pages);
      return pages;
    },
  });
}

/** What a reader did not foresee lies in the file as well, and would come of it again. */
async function readBy(
  read: Read,
  file: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  try {
    return await read(file, context);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(`The ${labelOf(file.format)} file is damaged and cannot be read.`, error);
  }
}

/** What lies within a file cannot be given away as a whole. */
function within(ocr: OcrOffer | undefined): Pick<ReadContext, "ocr"> {
  return { ocr: ocr && { ...ocr, wholePdfPagesMax: 0 } };
}

/** Joins pages into one text and says where each of them lies in it. */
export function documentOf(parserType: string, pageTexts: readonly string[]): ParsedDocument {
  const pages: Page[] = [];
  let end = 0;
  const texts = pageTexts.map((text) => text.replace(UNSEEN, "").toWellFormed());
  texts.forEach((text, pageIdx) => {
    const start = pageIdx === 0 ? 0 : end + PAGE_SEPARATOR.length;
    end = start + text.length;
    pages.push({ pageIdx, start, end });
  });
  return { parserType, text: texts.join(PAGE_SEPARATOR), pages };
}
