import { tableOf } from "../markdown.ts";
import { isRtlRow, type Line, stepsOf } from "./line.ts";
import type { Segment } from "./segment.ts";
import { type Column, headsAbove, ROW_STEP_EM_MAX } from "./table-head.ts";

/** Lines that follow each other as text, or a table of several of them. */
export type Block =
  | { readonly kind: "line"; readonly line: Line }
  | { readonly kind: "table"; readonly lines: readonly Line[]; readonly text: string };

/** Beyond so many columns a page is a drawing. */
const COLUMNS_MAX = 60;
const ROWS_MIN = 3;
/** More do not fit on a page that is read; each line may begin a search of that length. */
const ROWS_MAX = 400;
/** A head and one row make a table if there are so many columns. */
const WIDE_COLUMNS_MIN = 3;
/** Cells of a column share an edge or their middle, so nearly. */
const ALIGNED_EM = 0.5;
const ALIGNED_SHARE_MIN = 0.6;
const FILLED_SHARE_MIN = 0.4;
/** Cells are shorter than lines of prose. */
const CELL_CHARS_MAX = 80;
/** Between narrow gaps they are shorter yet. */
const LOOSE_CELL_CHARS_MAX = 50;
/** A number, perhaps of money or of hundreds. */
export const FIGURE = /^[\p{Sc}+−–-]?\s?\d[\d.,: '’]*\s?[%\p{Sc}]?$/u;
/** A matrix or a formula in pieces has neither words nor numbers of several digits. */
const WORD = /[\p{L}\p{N}]{3}|\p{Lo}|\d{2}/u;
const WORDY_SHARE_MIN = 0.5;
/** A cell's further lines lie nearer to its first than the next row does. */
const CONTINUED_SHARE = 0.8;
const CONTINUED_EM = 1.4;

const LIST_MARKER = /^(?:[•◦▪‣●○■□*–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\[\d+\])$/iu;
const SECTION_NUMBER = /^\d+(?:\.\d+)*\.?$/;
const LEADERS = /(?:[.…·] ?){4}/;

/** Finds the tables among lines by what is aligned over several of them; all else stays lines. */
export function blocksOf(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  const loosened = lines.some(hasLooseCells) ? lines.map(withLooseCells) : undefined;
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line?.block !== undefined) {
      blocks.push({ kind: "table", lines: [line], text: line.block });
      at++;
      continue;
    }
    const table = betterOf(tableAt(lines, at), loosened && tableAt(loosened, at));
    if (table) {
      const free = blocks.length - 1 - blocks.findLastIndex(({ kind }) => kind === "table");
      const heads = headsAbove((loosened ?? lines).slice(at - free, at), table);
      const above = lines.slice(at - heads.length, at);
      blocks.splice(blocks.length - heads.length);
      const text = tableOf([...heads, ...table.rows]);
      blocks.push({ kind: "table", lines: [...above, ...table.lines], text });
    } else if (line) {
      blocks.push({ kind: "line", line });
    }
    at += table?.lines.length ?? 1;
  }
  return blocks;
}

interface Table {
  readonly lines: readonly Line[];
  /** From left to right. */
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

function hasLooseCells({ cells }: Line): boolean {
  return cells.some(({ loose }) => loose);
}

/** A line whose cells are parted also where gaps are hardly wider than between words. */
function withLooseCells(line: Line): Line {
  if (!hasLooseCells(line)) return line;
  return { ...line, cells: line.cells.flatMap((cell) => cell.loose ?? [cell]) };
}

/** Narrow gaps are those of a table if they make more columns of as many lines, and figures stand in some. */
function betterOf(table: Table | undefined, loose: Table | undefined): Table | undefined {
  if (!loose || loose === table || !isOfFigures(loose)) return table;
  if (!table) return loose;
  const isFiner =
    loose.columns.length > table.columns.length && loose.lines.length >= table.lines.length;
  return isFiner ? loose : table;
}

function isOfFigures({ lines, columns }: Table): boolean {
  if (lines.length < ROWS_MIN || columns.length < WIDE_COLUMNS_MIN) return false;
  const cells = lines.flatMap((line) => line.cells);
  const others = columns.slice(1).map((column) => cells.filter((it) => isIn(column, it)));
  if (others.flat().some(({ text }) => text.length > LOOSE_CELL_CHARS_MAX)) return false;
  return others.some(
    (column) => column.filter(({ text }) => FIGURE.test(text)).length > column.length / 2,
  );
}

function tableAt(lines: readonly Line[], start: number): Table | undefined {
  if ((lines[start]?.cells.length ?? 0) < 2) return undefined;
  const columns: Column[] = [];
  let end = start;
  while (end < lines.length && continues(lines, start, end) && fit(columns, lines[end])) end++;
  let last = end;
  while (last > start && (lines[last - 1]?.cells.length ?? 0) < 2) last--;
  const found = lines.slice(start, last);
  columns.sort((a, b) => a.x0 - b.x0);
  if (!isTable(found, columns)) return undefined;
  const whole = [...found, ...lastLines(found, lines.slice(last, end), columns)];
  return { lines: whole, columns, rows: rowsOfCells(whole, columns) };
}

/** The lines after a table's last row that are further lines of its cells, but for its first. */
function lastLines(
  found: readonly Line[],
  after: readonly Line[],
  columns: readonly Column[],
): readonly Line[] {
  const stepMax = CONTINUED_SHARE * usualStep(found);
  let last = found.at(-1);
  const other = after.findIndex((line) => {
    const step = line.y - (last?.y ?? line.y);
    last = line;
    const isInColumn = columns.some(({ x0 }) => Math.abs(line.x0 - x0) <= ALIGNED_EM * line.size);
    return !isInColumn || step > CONTINUED_EM * line.size || step >= stepMax;
  });
  return other < 0 ? after : after.slice(0, other);
}

/** Whether a line may belong to the table that begins at `start`, as far as lines before it tell. */
function continues(lines: readonly Line[], start: number, at: number): boolean {
  const [line, before] = [lines[at], lines[at - 1]];
  if (!line || line.block !== undefined || at - start > ROWS_MAX || LEADERS.test(line.text))
    return false;
  if (at === start) return true;
  if (!before) return false;
  const step = line.y - before.y;
  if (step <= 0 || step > ROW_STEP_EM_MAX * Math.max(line.size, before.size)) return false;
  // A line at the left margin is a caption, or the text goes on.
  return line.cells.length > 1 || line.x0 > (lines[start]?.cells[0]?.x1 ?? 0);
}

/** Takes a line's cells into the columns, unless one would lie across two of them, or two in one. */
function fit(columns: Column[], line: Line | undefined): boolean {
  const used = new Set<Column>();
  const cells = line?.cells ?? [];
  // A list within a cell has its markers apart.
  let isMarker = false;
  for (const cell of cells) {
    const touched = columns.filter((column) => isIn(column, cell));
    const [column] = touched;
    if (touched.length > 1 || (column && used.has(column) && !isMarker)) return false;
    isMarker = LIST_MARKER.test(cell.text);
    if (column) used.add(column);
  }
  for (const cell of cells) widen(columns, cell);
  return columns.length <= COLUMNS_MAX;
}

function widen(columns: Column[], cell: Segment): void {
  const column = columnOf(columns, cell);
  if (!column) {
    columns.push({ x0: cell.x0, x1: cell.x1 });
    return;
  }
  column.x0 = Math.min(column.x0, cell.x0);
  column.x1 = Math.max(column.x1, cell.x1);
}

function columnOf(columns: readonly Column[], cell: Segment): Column | undefined {
  return columns.find((column) => isIn(column, cell));
}

function isIn({ x0, x1 }: Column, cell: Segment): boolean {
  return cell.x0 < x1 && cell.x1 > x0;
}

function isTable(lines: readonly Line[], columns: readonly Column[]): boolean {
  if (columns.length < 2) return false;
  if (lines.length < (columns.length >= WIDE_COLUMNS_MIN ? 2 : ROWS_MIN)) return false;
  const cells = lines.flatMap((line) => line.cells);
  if (cells.length < FILLED_SHARE_MIN * columns.length * lines.length) return false;
  if (cells.reduce((sum, { text }) => sum + text.length, 0) > CELL_CHARS_MAX * cells.length)
    return false;
  const inColumn = (column: Column) => cells.filter((cell) => isIn(column, cell));
  // Most of what is no table is told so before all its columns are looked at.
  const first = columns.slice(0, 1).flatMap(inColumn);
  if (isFormula(lines, first)) return false;
  const byColumn = [first, ...columns.slice(1).map(inColumn)];
  if (isList(byColumn)) return false;
  return byColumn.filter(isAligned).length > columns.length / 2;
}

/** Items with their markers apart, or contents with their numbers and pages. */
function isList([first = [], ...others]: readonly (readonly Segment[])[]): boolean {
  const share = (pattern: RegExp, cells: readonly Segment[]) =>
    cells.filter(({ text }) => pattern.test(text)).length / cells.length;
  if (others.length === 1 && share(LIST_MARKER, first) > 0.5) return true;
  const last = others.at(-1) ?? [];
  return (
    others.length <= 2 &&
    share(SECTION_NUMBER, first) > 0.5 &&
    share(/^(\d+|[ivxlc]+)$/, last) === 1
  );
}

/** Whether a line is a list's marker, and its item set apart. */
export function isListItem({ cells: [marker, ...others] }: Line): boolean {
  return others.length === 1 && LIST_MARKER.test(marker?.text ?? "");
}

function isFormula(lines: readonly Line[], firstColumn: readonly Segment[]): boolean {
  const isWordy = (cells: readonly Segment[]) =>
    cells.filter(({ text }) => WORD.test(text)).length >= WORDY_SHARE_MIN * cells.length;
  return ![lines[0]?.cells ?? [], firstColumn, lines.flatMap(({ cells }) => cells)].some(isWordy);
}

function isAligned(cells: readonly Segment[]): boolean {
  if (cells.length < 2) return false;
  const tolerance = ALIGNED_EM * Math.max(...cells.map(({ size }) => size));
  const edges = [
    (cell: Segment) => cell.x0,
    (cell: Segment) => cell.x1,
    (cell: Segment) => (cell.x0 + cell.x1) / 2,
  ];
  return edges.some((edge) => {
    const places = cells.map(edge).toSorted((a, b) => a - b);
    const middle = places[places.length >> 1] ?? 0;
    const near = places.filter((place) => Math.abs(place - middle) <= tolerance);
    return near.length >= ALIGNED_SHARE_MIN * cells.length;
  });
}

/** Each row's texts by column; the further lines of a cell join its first. */
function rowsOfCells(lines: readonly Line[], columns: readonly Column[]): string[][] {
  const pitch = usualStep(lines);
  const rows: string[][] = [];
  lines.forEach((line, index) => {
    const texts = columns.map((column) => textIn(column, line));
    const [row, before] = [rows.at(-1), lines[index - 1]];
    if (row && before && isContinued(row, texts, line, line.y - before.y, pitch))
      texts.forEach((text, at) => (row[at] = `${row[at] ?? ""} ${text}`.trim()));
    else rows.push(texts);
  });
  const rtl = isRtlRow(lines.flatMap(({ cells }) => cells));
  return rtl ? rows.map((row) => row.toReversed()) : rows;
}

function textIn(column: Column, { cells }: Line): string {
  const within = cells.filter((cell) => isIn(column, cell));
  return within.map(({ text }) => text).join(" ");
}

function isContinued(
  row: readonly string[],
  texts: readonly string[],
  line: Line,
  step: number,
  pitch: number,
): boolean {
  const tight = step <= CONTINUED_EM * line.size && step < CONTINUED_SHARE * pitch;
  // As many cells as above are a row of their own, however near.
  const isPartial = texts.filter(Boolean).length < row.filter(Boolean).length;
  return tight && isPartial && texts.every((text, at) => text === "" || row[at] !== "");
}

/** From one full row to the next: the greatest usual step, as the lines of one cell are nearer. */
function usualStep(lines: readonly Line[]): number {
  const steps = stepsOf(lines);
  return steps[Math.floor(0.75 * (steps.length - 1))] ?? 0;
}
