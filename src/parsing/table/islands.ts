import { blocksOf, lineOf, tableOf } from "../markdown.ts";
import type { Row } from "./cell.ts";
import { withGroupsInNames } from "./group-heads.ts";
import { columnLetters, namesColumns } from "./head.ts";

/** A row and where it stands in its sheet, from 0. */
export interface PlacedRow {
  readonly index: number;
  readonly cells: Row;
}

/**
 * A sheet's cells as Markdown: each island between empty rows is a table, with the lines above and below it that
 * are no part of it, such as its title and its sources, as text.
 * @param rows those that are not empty, in their order
 */
export function islandsOf(rows: readonly PlacedRow[]): string {
  return blocksOf(joined(bandsOf(rows)).flatMap(blocksOfBand));
}

type Band = readonly Row[];

function bandsOf(rows: readonly PlacedRow[]): Row[][] {
  const bands: Row[][] = [];
  let last = -2;
  for (const { index, cells } of rows) {
    if (index > last + 1) bands.push([]);
    bands.at(-1)?.push(cells);
    last = index;
  }
  return bands;
}

/** A table goes on after an empty row where what follows stands in its columns and has no names of its own. */
function joined(bands: readonly Row[][]): Row[][] {
  const whole: Row[][] = [];
  for (const band of bands) {
    const open = whole.at(-1);
    if (open && goesOn(open, band)) for (const row of band) open.push(row);
    else whole.push(band);
  }
  return whole;
}

function goesOn(open: Band, band: Band): boolean {
  const [first] = band;
  if (!first || first.size < 2 || namesColumns(band)) return false;
  const columns = new Set(open.slice(0, 2).flatMap((row) => [...row.keys()]));
  return (
    columns.size > 1 &&
    band.slice(0, 2).every((row) => row.keys().every((column) => columns.has(column)))
  );
}

function blocksOfBand(band: Band): string[] {
  const first = band.findIndex(({ size }) => size > 1);
  // Lines alone, be they a list or a letter.
  if (first < 0) return [linesOf(band)];
  const end = band.findLastIndex(({ size }) => size > 1) + 1;
  return [linesOf(band.slice(0, first)), bodyOf(band.slice(first, end)), linesOf(band.slice(end))];
}

function linesOf(rows: Band): string {
  return rows
    .map((row) =>
      row
        .values()
        .map(({ text }) => lineOf(text))
        .toArray()
        .join(" "),
    )
    .join("\n");
}

function bodyOf(band: Band): string {
  if (band.length === 1)
    return band
      .map((row) => [...row.values()].map(({ text }) => lineOf(text)).join(" | "))
      .join("");
  return tableOf(tableRowsOf(withGroupsInNames(band)));
}

/** One by one: a sheet may have a million. */
function* tableRowsOf(rows: Band): Generator<string[], undefined> {
  const used = new Set<number>();
  for (const row of rows) for (const column of row.keys()) used.add(column);
  const columns = [...used].toSorted((a, b) => a - b);
  if (!namesColumns(rows)) yield columns.map(columnLetters);
  for (const row of rows) yield columns.map((column) => row.get(column)?.text ?? "");
}
