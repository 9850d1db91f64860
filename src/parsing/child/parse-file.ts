import { readFileSync } from "node:fs";
import { AppError } from "../../error.ts";
import { unpackedSize } from "../archive.ts";
import { type FormatName, formatWithin, isImage, nounOf, readerOf } from "../format.ts";
import { damaged, SAVE_APART, unreadable } from "../limits.ts";
import { needsOcr } from "../ocr/needs-ocr.ts";
import { documentOf, type ParsedDocument } from "../parsed.ts";
import { joinHyphens } from "../pdf/hyphens.ts";
import type { ParseRequest } from "../pipe/to-parser.ts";
import type { OcrOffer, ReadContext, Recognise, SourceFile } from "../reader.ts";
import { sampleOfBytes } from "../telling/sample.ts";
import { Inner, Room } from "./room.ts";

/** What all files of a document are read with. */
type Given = Omit<ReadContext, "readPart" | "readWithin">;

/**
 * Reads one file into text; runs inside the parser's own process.
 *
 * @param onProgress told the share done, 0 to 100
 * @param recognise asked only where the request offers OCR
 * @param report told what is left out
 * @throws PermanentError `parse_failed` if the file cannot be read
 */
export async function parseFile(
  { path, name, format, limits, ocr }: ParseRequest,
  onProgress: (percent: number) => void,
  recognise: Recognise = nobody,
  report: ReadContext["report"] = () => undefined,
): Promise<ParsedDocument> {
  const bytes = bytesOf(path);
  const pictures = new Pictures(ocr ? recognise : nobody);
  const given = {
    limits,
    onProgress: (done: number, total: number) => onProgress((done / total) * 100),
    ocr,
    recognise: pictures.recognise,
    report,
  };
  const pages = await readBy({ name, bytes, format }, contextAt(0, given, new Inner(limits)));
  new Room(limits).take(pages);
  const recogniser = pictures.read > 0 ? ocr?.name : undefined;
  return documentOf(parserTypeOf(format, recogniser), pages);
}

/** Read at once: nothing else is to be done meanwhile, and another thread takes longer than a small file. */
function bytesOf(path: string): Uint8Array {
  const { buffer, byteOffset, length } = readFileSync(path);
  return new Uint8Array(buffer, byteOffset, length);
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
  return Promise.reject(needsOcr("The file is a picture"));
}

/**
 * @param depth how many files it lies within
 * @param inner what is counted over all files of the document
 */
function contextAt(depth: number, given: Given, inner: Inner): ReadContext {
  const room = new Room(given.limits);
  const readPart: ReadContext["readPart"] = async (read, unpackedBytes = 0) => {
    if (depth >= given.limits.nestingMax)
      throw unreadable(
        `Files lie within files more than ${given.limits.nestingMax} deep; ${SAVE_APART}.`,
      );
    inner.enter(unpackedBytes);
    const within = { ...given, onProgress: () => undefined, ...offerWithin(given.ocr) };
    const pages = await read(contextAt(depth + 1, within, inner));
    room.take(pages);
    return pages;
  };
  const readWithin: ReadContext["readWithin"] = async (name, bytes) => {
    if (bytes.length === 0) throw unreadable("It is empty.");
    const unpackedBytes = bytes.length + (await unpackedSize(bytes, given.limits));
    return await readPart(async (context) => {
      const format = formatWithin(name, await sampleOfBytes(bytes));
      return await readBy({ name, bytes: plain(bytes), format }, context);
    }, unpackedBytes);
  };
  return { ...given, readPart, readWithin };
}

/** pdf.js refuses a Buffer, whose `slice` is no copy besides. */
function plain({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/** What a reader did not foresee lies in the file as well, and would come of it again. */
async function readBy(file: SourceFile, context: ReadContext): Promise<readonly string[]> {
  const read = await readerOf(file.format);
  try {
    return await read(file, context);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw damaged(nounOf(file.format), error);
  }
}

/** What lies within a file cannot be given away as a whole. */
function offerWithin(ocr: OcrOffer | undefined): Pick<ReadContext, "ocr"> {
  return { ocr: ocr && { ...ocr, wholePdfPagesMax: 0 } };
}
