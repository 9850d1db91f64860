import type { CellObject } from "@e965/xlsx";
import { Archive } from "../archive.ts";
import { uncontained } from "../default-password/uncontained.ts";
import { type FontReading, readingOfTexts } from "../encoding/vietnamese-fonts.ts";
import type { ReadLimits } from "../limits.ts";
import { blocksOf, headingOf } from "../markdown.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import type { Cell } from "../table/cell.ts";
import { columnLetters } from "../table/head.ts";
import { islandsOf, type PlacedRow } from "../table/islands.ts";
import { Steps } from "../steps.ts";
import { TextBudget } from "../text-budget.ts";
import { COLUMNS_MAX, readWorkbook, type WorkbookSheet } from "../table/workbook.ts";
import { workbookCell } from "../table/workbook-cell.ts";
import { startsWith } from "../telling/magic.ts";
import { xlsDrawingsOf } from "./sheets/xls-drawings.ts";
import { commentLine } from "./sheets/comment-line.ts";
import { odsDrawingsOf } from "./sheets/ods-drawings.ts";
import { drawingsOf } from "./sheets/drawings.ts";

const WHAT = "spreadsheet";
/** Enough to tell the fonts of all texts: so much of them, and of each. */
const LOOKED_AT_CHARS_MAX = 1_000_000;
const CELL_CHARS_MAX = 500;
/** A packed workbook from here on may hold a million cells. */
const LARGE_BYTES = 2 * 1024 * 1024;
const ROWS_A_STEP = 500;
/** Nobody sees less of a library's half. */
const SHARE_TOLD = 0.02;

/**
 * Excel and OpenDocument spreadsheets: each sheet is a page, hidden ones, rows and columns too, for a filter that
 * was left on hides what is asked for.
 */
export async function readSheets(
  file: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  const bytes = await uncontained(file.bytes, WHAT);
  const { sheets, from1904 } = await readWorkbook(bytes, limits, firstHalf(onProgress));
  // What the library unpacked and threw away would go on counting as this document's memory.
  if (bytes.length > LARGE_BYTES) Bun.gc(true);
  const drawings = await drawnIn(bytes, limits);
  const read = { from1904, readFont: readingOfTexts(foreignTexts(sheets)) };
  const budget = new TextBudget(limits);
  const rowCount = sheets.reduce((sum, { rows }) => sum + rows.length, 0);
  // The library has been through all of them once: the first half.
  const steps = new Steps(2 * rowCount, onProgress);
  const pages: string[] = [];
  let done = rowCount;
  for (const sheet of sheets) {
    const body = new SheetBody(sheet, read, budget);
    for (let from = 0; from < sheet.rows.length; from += ROWS_A_STEP) {
      done += body.rows(from, from + ROWS_A_STEP);
      if (steps.isDue(done)) await steps.tell(done);
    }
    pages.push(body.page(drawings.get(sheet.name) ?? ""));
  }
  return pages;
}

/** Takes what the library tells, which goes back where it turns from a sheet to the remarks on it. */
function firstHalf(onProgress: ReadContext["onProgress"]): (share: number) => void {
  let told = 0;
  return (share) => {
    if (share < told + SHARE_TOLD || share > 1) return;
    told = share;
    onProgress(share / 2, 1);
  };
}

/** What is drawn on the sheets, as Markdown by their names. */
async function drawnIn(
  bytes: Uint8Array,
  limits: ReadLimits,
): Promise<ReadonlyMap<string, string>> {
  if (startsWith(bytes, "<")) return await odsDrawingsOf(bytes);
  if (!startsWith(bytes, "PK")) return xlsDrawingsOf(bytes);
  const archive = await Archive.open(bytes, WHAT, limits);
  const content = archive.has("META-INF/manifest.xml") && (await archive.bytes("content.xml"));
  return content ? await odsDrawingsOf(content) : await drawingsOf(bytes, WHAT, limits);
}

/** How cells are read. */
interface CellReading {
  readonly from1904: boolean;
  /** Of letters that stand in the places of others: a workbook's cells do not tell their fonts here. */
  readonly readFont: FontReading | undefined;
}

/** The first texts of a workbook that are not plain English. */
function foreignTexts(sheets: readonly WorkbookSheet[]): string[] {
  const texts: string[] = [];
  let left = LOOKED_AT_CHARS_MAX;
  for (const { rows } of sheets)
    rows.forEach((cells) => {
      if (left <= 0) return;
      cells.forEach(({ t, v }) => {
        if (t !== "s" || left <= 0) return;
        // A long text may stand in every cell of a million.
        const text = String(v).slice(0, CELL_CHARS_MAX);
        left -= text.length + 1;
        if (/[^\x00-\x7f]/.test(text)) texts.push(text);
      });
    });
  return texts;
}

function inLetters(cell: Cell | undefined, readFont: FontReading | undefined): Cell | undefined {
  return cell?.kind === "text" && readFont ? { ...cell, text: readFont(cell.text) } : cell;
}

/** What is read of a sheet. */
class SheetBody {
  private readonly placed: PlacedRow[] = [];
  private readonly notes: string[] = [];
  private readonly widths: ReturnType<typeof widthsOf>;

  constructor(
    private readonly sheet: WorkbookSheet,
    private readonly reading: CellReading,
    private readonly budget: TextBudget,
  ) {
    this.widths = widthsOf(sheet.merges);
  }

  /** @returns how many there are between these two */
  rows(start: number, end: number): number {
    const rows = this.sheet.rows.slice(start, end);
    // Holes are skipped, so that a sheet costs what it holds and not what it could.
    rows.forEach((cells, at) => {
      this.row(start + at, cells);
      // It is read, and a million of them take most of a parser's memory.
      this.sheet.rows[start + at] = [];
    });
    return rows.length;
  }

  page(drawn: string): string {
    const body = blocksOf([islandsOf(this.placed), drawn, this.notes.join("\n")]);
    return body && blocksOf([headingOf(1, this.sheet.name), body]);
  }

  private row(index: number, cells: readonly CellObject[]): void {
    const row = new Map<number, Cell>();
    cells.forEach((cell, column) => {
      const { from1904, readFont } = this.reading;
      const seen = inLetters(workbookCell(cell, from1904), readFont);
      const columns = seen && this.widths.get(index)?.get(column);
      if (seen) row.set(column, columns ? { ...seen, columns } : seen);
      this.budget.take(seen?.text ?? "");
      this.notes.push(...notesOf(cell.c, `${columnLetters(column)}${index + 1}`));
    });
    if (row.size > 0) this.placed.push({ index, cells: row });
  }
}

/** How many columns a cell stands over that was made one of several, by its row and its column. */
function widthsOf(
  merges: WorkbookSheet["merges"],
): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const rows = new Map<number, Map<number, number>>();
  for (const { s, e } of merges) {
    const columns = Math.min(e.c, COLUMNS_MAX - 1) - s.c + 1;
    if (columns > 1) rows.set(s.r, (rows.get(s.r) ?? new Map<number, number>()).set(s.c, columns));
  }
  return rows;
}

/** What people wrote at a cell. */
function notesOf(comments: CellObject["c"], place: string): string[] {
  return (comments ?? []).map(({ a = "", t }) => {
    // In an old workbook what follows the text is not cut off by the library.
    const [text = ""] = t.split("\0", 1);
    return commentLine(a, place, text);
  });
}
