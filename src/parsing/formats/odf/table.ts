import { childrenOf, type Element, nameOf } from "../../markup.ts";
import type { PagedTable } from "../../paged-table.ts";
import { numberOf } from "./elements.ts";

/** A cell that says how often it is repeated may say a milliard. */
const REPEATED_CELLS_MAX = 64;
const CELLS_MAX = 1_024;

/** What a cell holds, and how many pages end within it. */
export interface Cell {
  readonly text: string;
  readonly breaks: number;
}

const EMPTY: Cell = { text: "", breaks: 0 };

/** Writes the rows of a table, page by page, and yields each when it is written. */
export function* writeRows(
  parent: Element,
  table: PagedTable,
  readCell: (cell: Element) => Cell,
): Generator<Element, undefined> {
  for (const child of childrenOf(parent)) {
    const name = nameOf(child);
    if (name === "table-row") {
      writeRow(cellsOf(child, readCell), table);
      yield child;
    } else if (name === "soft-page-break") table.breakPage();
    else if (/^table-(header-rows|rows|row-group)$/.test(name))
      yield* writeRows(child, table, readCell);
  }
}

function writeRow(cells: readonly Cell[], table: PagedTable): void {
  table.add(cells.map(({ text }) => text));
  const breaks = Math.max(0, ...cells.map((cell) => cell.breaks));
  for (let at = 0; at < breaks; at++) table.breakPage();
}

function cellsOf(row: Element, readCell: (cell: Element) => Cell): Cell[] {
  const cells: Cell[] = [];
  for (const element of childrenOf(row)) {
    if (!/^(covered-)?table-cell$/.test(nameOf(element))) continue;
    const cell = nameOf(element) === "table-cell" ? readCell(element) : EMPTY;
    const times = Math.min(
      Math.max(numberOf(element, "number-columns-repeated", 1), 1),
      REPEATED_CELLS_MAX,
      CELLS_MAX - cells.length,
    );
    for (let time = 0; time < times; time++) cells.push(cell);
  }
  return cells;
}
