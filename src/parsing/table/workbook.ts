import {
  type CellObject,
  parse_zip as parseParts,
  type ParsingOptions,
  type Range,
  read,
  set_cptable as setCodePages,
  type TellingOptions,
  type WorkBook,
  type ZippedPart,
} from "@e965/xlsx";
import { Archive } from "../archive.ts";
import { damaged, locked, type ReadLimits } from "../limits.ts";
import { startsWith } from "../telling/magic.ts";
import { decodeCodePage } from "./code-pages.ts";
import { withPlainNumberStyles } from "./number-styles.ts";
import { checkRepeats } from "./repeats.ts";
import { withoutDrawings } from "./without-drawings.ts";

const WHAT = "spreadsheet";
/** The parts that hold cells; pictures, macros, the copies of pivot tables and of other workbooks do not. */
const PARTS_READ = /\.(?:xml|rels|bin)$/i;
const PARTS_LEFT =
  /(?:^|\/)(?:media|theme|pivotCache|externalLinks|drawings|charts|printerSettings|activeX|ctrlProps)\/|vbaProject|calcChain/i;

/** What a sheet of Excel has; others have fewer. */
const ROWS_MAX = 1_048_576;
export const COLUMNS_MAX = 16_384;

const OPTIONS: ParsingOptions = {
  dense: true,
  cellNF: true,
  // Most numbers are shown as they are: the others are formatted where they are wanted.
  cellText: false,
  cellFormula: false,
  cellHTML: false,
};

/** A sheet's cells by row and column; both arrays have holes where nothing is. */
export interface WorkbookSheet {
  readonly name: string;
  readonly rows: (readonly CellObject[])[];
  /** Cells that were made one. */
  readonly merges: readonly Range[];
}

export interface Workbook {
  readonly sheets: readonly WorkbookSheet[];
  /** Days are counted from 1904, as on old Macintoshes. */
  readonly from1904: boolean;
}

/**
 * Reads a workbook of Excel or of an office suite with its open format.
 * @param bytes as `uncontained` gives them
 * @param tell told what share is read, from 0 to 1; nothing else is done meanwhile
 * @throws PermanentError `parse_failed` if it is damaged, is password-protected, or would be larger than the limits
 */
export async function readWorkbook(
  bytes: Uint8Array,
  limits: ReadLimits,
  tell: (share: number) => void,
): Promise<Workbook> {
  setCodePages({ utils: { decode: decodeCodePage } });
  const parts = startsWith(bytes, "PK") ? await partsOf(bytes, limits) : undefined;
  const isFlat = startsWith(bytes, "<");
  // OpenDocument in one XML text.
  if (isFlat) checkRepeats(new TextDecoder().decode(bytes), WHAT);
  const whole = isFlat ? withPlainNumberStyles(withoutDrawings(bytes)) : bytes;
  const options: TellingOptions = { ...OPTIONS, tell };
  const book = parsed(() => (parts ? parseParts({ files: parts }, options) : read(whole, options)));
  // A damaged sheet is passed over in silence; a workbook of no other is damaged itself.
  if (book.SheetNames.every((name) => !book.Sheets[name])) throw damaged(WHAT);
  return {
    sheets: book.SheetNames.map((name) => ({
      name,
      rows: bounded(book.Sheets[name]?.["!data"]),
      merges: book.Sheets[name]?.["!merges"] ?? [],
    })),
    from1904: book.Workbook?.WBProps?.date1904 === true,
  };
}

/** Cells lie where they say, and arrays are as long as their last one says: up to 4 billion. */
function bounded(rows: CellObject[][] = []): CellObject[][] {
  rows.length = Math.min(rows.length, ROWS_MAX);
  rows.forEach((cells) => {
    cells.length = Math.min(cells.length, COLUMNS_MAX);
  });
  return rows;
}

function parsed(parse: () => WorkBook): WorkBook {
  try {
    return parse();
  } catch (error) {
    const isLocked = error instanceof Error && /password|encrypt/i.test(error.message);
    throw isLocked ? locked(WHAT, error) : damaged(WHAT, error);
  }
}

/** What the library would unpack without a limit, unpacked within them. */
async function partsOf(
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<Readonly<Record<string, ZippedPart>>> {
  const archive = await Archive.open(bytes, WHAT, limits);
  const manifest = await archive.text("META-INF/manifest.xml");
  if (manifest?.includes("encryption-data")) throw locked(WHAT);
  // A file may bear any name, `__proto__` too.
  const parts = Object.create(null) as Record<string, ZippedPart>;
  const add = (name: string, content: Uint8Array) => {
    const part = Buffer.from(content.buffer, content.byteOffset, content.length);
    parts[name] = { name, asNodeBuffer: () => part };
  };
  // The library wants it of every OpenDocument file, and small writers leave it out.
  if (manifest !== undefined) add("styles.xml", Buffer.from("<office:document-styles/>"));
  for (const name of archive.names()) {
    if (!PARTS_READ.test(name) || PARTS_LEFT.test(name)) continue;
    const content = (await archive.bytes(name)) ?? new Uint8Array();
    if (manifest === undefined) add(name, content);
    else {
      if (name === "content.xml") checkRepeats(new TextDecoder().decode(content), WHAT);
      add(name, withPlainNumberStyles(withoutDrawings(content)));
    }
  }
  return parts;
}
