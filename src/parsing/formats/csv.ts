import { decodeText } from "../encoding/decode.ts";
import { cellOf as cellTextOf, lineOf, rowOf, ruleOf } from "../markdown.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { cellOf, type Row } from "../table/cell.ts";
import { recordsOf } from "../table/delimited.ts";
import { delimiterOf } from "../table/delimiter.ts";
import { columnLetters, namesColumns } from "../table/head.ts";
import { writeLines } from "../table/write-lines.ts";

/** Records that are looked at to tell whether the first one names the columns. */
const HEAD_RECORDS = 9;

/** What is to be known of a table before its first line is written. */
interface Survey {
  /** How many records stand above the table, or how many there are if there is no table. */
  readonly titles: number;
  /** The columns that are not empty, from 0, ascending. */
  readonly columns: readonly number[];
  readonly hasNames: boolean;
}

type Records = () => Iterable<readonly string[]>;

/**
 * Comma-separated values and their like, with any delimiter and in any encoding: one table, below the lines that
 * may stand above it.
 */
export async function readCsv(
  { bytes }: SourceFile,
  { limits, onProgress }: ReadContext,
): Promise<readonly string[]> {
  // Old Macintoshes ended lines with a carriage return alone.
  const text = decodeText(bytes).replaceAll("\r", "\n");
  const { delimiter, start } = delimiterOf(text);
  let end = start;
  function* records() {
    for (const record of recordsOf(text, delimiter, start)) {
      end = record.end;
      if (record.cells.some(isFilled)) yield record.cells;
    }
  }
  const lines = linesOf(records, surveyOf(records()));
  return [await writeLines(lines, limits, () => onProgress(end, text.length))];
}

function surveyOf(records: Iterable<readonly string[]>): Survey {
  const used = new Set<number>();
  const head: Row[] = [];
  let titles = 0;
  for (const cells of records) {
    if (head.length === 0 && cells.filter(isFilled).length === 1) {
      titles++;
      continue;
    }
    for (const [column, cell] of cells.entries()) if (isFilled(cell)) used.add(column);
    if (head.length < HEAD_RECORDS) head.push(rowOfCells(cells));
  }
  const columns = [...used].toSorted((a, b) => a - b);
  return { titles, columns, hasNames: namesColumns(head) };
}

function* linesOf(records: Records, { titles, columns, hasNames }: Survey): Generator<string> {
  let index = 0;
  let width = columns.length;
  for (const cells of records()) {
    const place = index++ - titles;
    if (place < 0) {
      yield lineOf(cells.join(" "));
      continue;
    }
    const row = rowIn(columns, cells);
    if (place > 0) {
      yield rowOf(padded(row, width));
      continue;
    }
    // A single record that has more cells than the head does not make all others longer.
    if (hasNames) width = row.length;
    const head = hasNames ? row : columns.map(columnLetters);
    yield* ["", rowOf(head), ruleOf(head.length)];
    if (!hasNames) yield rowOf(padded(row, width));
  }
}

function rowOfCells(cells: readonly string[]): Row {
  return new Map(
    cells.flatMap((text, column) => {
      const cell = cellOf(text);
      return cell ? [[column, cell] as const] : [];
    }),
  );
}

function isFilled(cell: string): boolean {
  return cell.trim() !== "";
}

/** A record's cells up to its last that is filled; of a short record no more is looked at than it has. */
function rowIn(columns: readonly number[], cells: readonly string[]): readonly string[] {
  const row: string[] = [];
  let width = 0;
  for (const column of columns) {
    const cell = cells[column];
    if (cell === undefined) break;
    row.push(cellTextOf(cell));
    if (row.at(-1) !== "") width = row.length;
  }
  return row.slice(0, width);
}

function padded(cells: readonly string[], width: number): readonly string[] {
  return cells.length >= width ? cells : Array.from({ length: width }, (_, at) => cells[at] ?? "");
}
