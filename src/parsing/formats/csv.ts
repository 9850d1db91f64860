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

/** More tables than these in one file are none: its rows have empty lines between them. */
const TABLES_MAX = 200;

/** What is to be known of a table before its first line is written. */
interface Survey {
  /** The place of the first record that is its own, or of a line above it. */
  readonly start: number;
  /** How many records stand above the table, or how many there are if there is no table. */
  titles: number;
  /** The columns that are not empty. */
  readonly used: Set<number>;
  /** Its first records. */
  readonly head: Row[];
}

/** A table as it is written: its columns from 0, ascending. */
interface Table {
  readonly start: number;
  readonly titles: number;
  readonly columns: readonly number[];
  readonly hasNames: boolean;
}

type Records = () => Iterable<readonly string[]>;

/**
 * Comma-separated values and their like, with any delimiter and in any encoding: a table, or several with empty lines
 * between them, each below the lines that may stand above it.
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
      yield record.cells;
    }
  }
  const lines = linesOf(records, tablesIn(records()));
  return [await writeLines(lines, limits, () => onProgress(end, text.length))];
}

/** The tables, by the places of their records among all that are not empty. */
function tablesIn(records: Iterable<readonly string[]>): readonly Table[] {
  const surveys: Survey[] = [];
  let place = 0;
  let isApart = true;
  for (const cells of records) {
    const filled = cells.filter(isFilled).length;
    if (filled === 0) {
      isApart = true;
      continue;
    }
    if (isApart && surveys.length < TABLES_MAX) surveys.push(surveyFrom(place));
    isApart = false;
    const survey = surveys.at(-1) ?? surveyFrom(place);
    note(survey, cells, filled);
    place++;
  }
  return joined(surveys).map(tableOf);
}

function surveyFrom(start: number): Survey {
  return { start, titles: 0, used: new Set(), head: [] };
}

function note(survey: Survey, cells: readonly string[], filled: number): void {
  if (survey.head.length === 0 && filled === 1) {
    survey.titles++;
    return;
  }
  for (const [column, cell] of cells.entries()) if (isFilled(cell)) survey.used.add(column);
  if (survey.head.length < HEAD_RECORDS) survey.head.push(rowOfCells(cells));
}

/**
 * Rows after an empty line belong to the table before, unless they have names of their own over other columns; lines
 * before an empty one to the table after.
 */
function joined(surveys: readonly Survey[]): readonly Survey[] {
  const tables: Survey[] = [];
  for (const survey of surveys) {
    const last = tables.at(-1);
    if (last && last.head.length === 0) {
      const { start, titles } = last;
      tables[tables.length - 1] = { ...survey, start, titles: titles + survey.titles };
    } else if (!last || isOther(survey, last)) tables.push(survey);
    else {
      for (const column of survey.used) last.used.add(column);
      last.head.push(...survey.head.slice(0, HEAD_RECORDS - last.head.length));
    }
  }
  return tables;
}

function isOther({ used, head }: Survey, last: Survey): boolean {
  return head.length > 1 && namesColumns(head) && Math.max(...used) !== Math.max(...last.used);
}

function tableOf({ start, titles, used, head }: Survey): Table {
  const columns = [...used].toSorted((a, b) => a - b);
  return { start, titles, columns, hasNames: namesColumns(head) };
}

function* linesOf(records: Records, tables: readonly Table[]): Generator<string> {
  let index = -1;
  let next = 0;
  let table: Table | undefined;
  let width = 0;
  for (const cells of records()) {
    if (!cells.some(isFilled)) continue;
    index++;
    if (tables[next]?.start === index) {
      table = tables[next++];
      width = table?.columns.length ?? 0;
      if (table && table.titles > 0) yield "";
    }
    if (!table) continue;
    const { start, titles, columns, hasNames } = table;
    const place = index - start - titles;
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
