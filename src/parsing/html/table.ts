import { tableOf } from "../markdown.ts";
import type { LeavesOut } from "./inline.ts";
import type { HtmlElement, HtmlNode } from "./tree.ts";

/** As browsers have it. */
const COLSPAN_MAX = 1_000;
/** Cells that spans may add to those of the table, for each of them. */
const PADDING_PER_CELL = 8;
/** A table grows by its spans and its ragged rows at most to so many cells more than it has. */
const PADDING_MIN = 10_000;
/** More letters in a cell are a column of a page rather than a value. */
const VALUE_LETTERS_MAX = 2_000;

/** A table's parts. */
export interface Grid {
  /** Whether it holds data rather than the parts of a page. */
  readonly isData: boolean;
  readonly rows: readonly (readonly HtmlElement[])[];
  readonly cells: readonly HtmlElement[];
  /** Its caption, and what else lies between its rows. */
  readonly around: readonly HtmlNode[];
}

export function gridOf(table: HtmlElement, leavesOut: LeavesOut): Grid {
  const around: HtmlNode[] = [];
  const rows = [...rowsOf(table, leavesOut, around)];
  const cells = rows.flat();
  return { isData: isData(table, rows, cells), rows, cells, around };
}

/** A table as Markdown; what spans rows stands in each of them, what spans columns in the first. */
export function tableTextOf({ rows, cells }: Grid, textOf: (cell: HtmlElement) => string): string {
  if (isListOfFacts(rows))
    return rows
      .map((row) => factOf(row.map(textOf)))
      .filter(Boolean)
      .join("\n");
  const grid = new SpannedRows(cells.length * PADDING_PER_CELL + PADDING_MIN);
  for (const row of rows) grid.add(row, textOf);
  if (grid.size > cells.length * PADDING_PER_CELL + PADDING_MIN)
    return grid.rows.map((row) => row.filter(Boolean).join(" | ")).join("\n");
  return tableOf(grid.rows);
}

/** Whether each row names one thing and says it: no row of such a table is its head. */
function isListOfFacts(rows: Grid["rows"]): boolean {
  const isFact = ([name, value]: Grid["rows"][number]) =>
    name?.name === "th" && value?.name === "td";
  return (
    rows.some(isFact) && rows.every((row) => row.length < 2 || (row.length === 2 && isFact(row)))
  );
}

function factOf(texts: readonly string[]): string {
  return texts.filter(Boolean).join(": ");
}

class SpannedRows {
  readonly rows: string[][] = [];
  private width = 0;
  /** What reaches down into the rows to come, by its column. */
  private readonly hanging = new Map<number, { readonly text: string; rows: number }>();

  constructor(private padding: number) {}

  /** Of the whole rectangle. */
  get size(): number {
    return this.rows.length * this.width;
  }

  add(cells: readonly HtmlElement[], textOf: (cell: HtmlElement) => string): void {
    const row: string[] = [];
    for (const cell of cells) {
      this.hang(row);
      const text = textOf(cell);
      const [columns, rows] = [spanOf(cell, "colspan"), spanOf(cell, "rowspan")];
      for (let at = 0; at < columns; at++) {
        if (at > 0 && this.padding-- <= 0) break;
        if (rows > 1) this.hanging.set(row.length, { text: at === 0 ? text : "", rows: rows - 1 });
        row.push(at === 0 ? text : "");
      }
    }
    this.hang(row);
    this.rows.push(row);
    this.width = Math.max(this.width, row.length);
  }

  /** Puts what hangs down at the row's end, as long as there is any. */
  private hang(row: string[]): void {
    for (
      let above = this.hanging.get(row.length);
      above && this.padding-- > 0;
      above = this.hanging.get(row.length)
    ) {
      if (--above.rows <= 0) this.hanging.delete(row.length);
      row.push(above.text);
    }
  }
}

function spanOf({ attributes }: HtmlElement, name: "colspan" | "rowspan"): number {
  const span = Number.parseInt(attributes[name] ?? "1", 10);
  return span >= 1 ? Math.min(span, COLSPAN_MAX) : 1;
}

function* rowsOf(
  parent: HtmlElement,
  leavesOut: LeavesOut,
  around: HtmlNode[],
): Generator<readonly HtmlElement[]> {
  for (const child of parent.children) {
    if (typeof child === "string") {
      if (child.trim()) around.push(child);
    } else if (leavesOut(child)) continue;
    else if (child.name === "tr") yield cellsOf(child, leavesOut);
    else if (child.name === "td" || child.name === "th") yield [child];
    else if (/^(?:tbody|thead|tfoot|form)$/.test(child.name))
      yield* rowsOf(child, leavesOut, around);
    else if (child.name !== "colgroup" && child.name !== "col") around.push(child);
  }
}

function cellsOf(row: HtmlElement, leavesOut: LeavesOut): HtmlElement[] {
  return row.children.filter(
    (child): child is HtmlElement => typeof child !== "string" && !leavesOut(child),
  );
}

function isData(
  table: HtmlElement,
  rows: readonly (readonly HtmlElement[])[],
  cells: readonly HtmlElement[],
): boolean {
  const role = table.attributes["role"];
  if (role === "presentation" || role === "none") return false;
  if (!rows.some((row) => row.length > 1) || cells.some(holdsParts)) return false;
  return rows.length > 1 || cells.some(({ name }) => name === "th");
}

/** Whether a cell holds what a page is made of: tables, headings, long texts. */
function holdsParts(cell: HtmlElement): boolean {
  return (
    cell.holdsBlocks &&
    (has(cell, /^(?:table|h[1-6]|article|main|nav|form|pre)$/) || cell.letters > VALUE_LETTERS_MAX)
  );
}

/** Whether an element of such a name lies anywhere within a block. */
export function has({ children }: HtmlElement, name: RegExp): boolean {
  return children.some(
    (child) =>
      typeof child !== "string" &&
      (name.test(child.name) || (child.holdsBlocks && has(child, name))),
  );
}
