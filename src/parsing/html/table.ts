import { TableText } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import type { LeavesOut } from "./inline.ts";
import { elementsOf, type HtmlElement, type HtmlNode } from "./element.ts";

/** As browsers have it. */
const COLSPAN_MAX = 1_000;
/** Cells that spans may add to those of the table, for each of them. */
const PADDING_PER_CELL = 8;
/** A table grows by its spans and its ragged rows at most to so many cells more than it has. */
const PADDING_MIN = 10_000;
/** More letters in a cell are a column of a page rather than a value. */
const VALUE_LETTERS_MAX = 2_000;

/** A table's parts. Its rows are walked through anew each time: a long one is never there as objects. */
export class Grid {
  /** Whether it holds data rather than the parts of a page. */
  readonly isData: boolean;
  /** Whether each row names one thing and says it: no row of such a table is its head. */
  readonly isListOfFacts: boolean;
  /** Its caption, and what else lies between its rows. */
  readonly around: HtmlNode[] = [];
  cellCount = 0;

  constructor(
    private readonly table: HtmlElement,
    private readonly leavesOut: LeavesOut,
  ) {
    let [rows, widest, facts, others] = [0, 0, 0, 0];
    let [holdsHeads, holdsParts] = [false, false];
    for (const row of rowsOf(table, leavesOut, this.around)) {
      rows++;
      this.cellCount += row.length;
      widest = Math.max(widest, row.length);
      if (row.length === 2 && isFact(row)) facts++;
      else if (row.length > 1) others++;
      holdsHeads ||= row.some(({ name }) => name === "th");
      holdsParts ||= row.some(holdsPartsOfPage);
    }
    const role = table.attributes["role"];
    const isLaidOut = role === "presentation" || role === "none" || widest < 2 || holdsParts;
    this.isData = !isLaidOut && (rows > 1 || holdsHeads);
    this.isListOfFacts = facts > 0 && others === 0;
  }

  rows(): Iterable<readonly HtmlElement[]> {
    return rowsOf(this.table, this.leavesOut, []);
  }
}

/** A table as Markdown; what spans rows stands in each of them, what spans columns in the first. */
export function tableTextOf(grid: Grid, textOf: (cell: HtmlElement) => string): string {
  if (grid.isListOfFacts) return factsOf(grid, textOf);
  const cellsMax = grid.cellCount * PADDING_PER_CELL + PADDING_MIN;
  const spanned = new SpannedRows(cellsMax);
  for (const row of grid.rows()) spanned.add(row, textOf);
  const { text } = spanned;
  if (text.width * text.height <= cellsMax) return text.text();
  const lines = new Pieces("\n");
  for (const row of text.rows) lines.add(row.filter(Boolean).join(" | "));
  return lines.text();
}

function factsOf(grid: Grid, textOf: (cell: HtmlElement) => string): string {
  const facts = new Pieces("\n");
  for (const row of grid.rows()) {
    const fact = factOf(row.map(textOf));
    if (fact) facts.add(fact);
  }
  return facts.text();
}

function isFact([name, value]: readonly HtmlElement[]): boolean {
  return name?.name === "th" && value?.name === "td";
}

function factOf(texts: readonly string[]): string {
  return texts.filter(Boolean).join(": ");
}

class SpannedRows {
  readonly text = new TableText();
  /** What reaches down into the rows to come, by its column. */
  private readonly hanging = new Map<number, { readonly text: string; rows: number }>();

  constructor(private padding: number) {}

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
    this.text.add(row);
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
  return elementsOf(row)
    .filter((child) => !leavesOut(child))
    .toArray();
}

/** Whether a cell holds what a page is made of: tables, headings, long texts. */
function holdsPartsOfPage(cell: HtmlElement): boolean {
  return (
    cell.holdsBlocks &&
    (has(cell, /^(?:table|h[1-6]|article|main|nav|form|pre)$/) || cell.letters > VALUE_LETTERS_MAX)
  );
}

/** Whether an element of such a name lies anywhere within a block. */
export function has(element: HtmlElement, name: RegExp): boolean {
  return elementsOf(element).some(
    (child) => name.test(child.name) || (child.holdsBlocks && has(child, name)),
  );
}
