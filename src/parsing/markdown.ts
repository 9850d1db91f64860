import { PackedRows } from "./packed-rows.ts";
import { Pieces } from "./pieces.ts";

/** What Office adds to the descriptions that it writes by itself. */
const BOILERPLATE =
  /(?:Description automatically generated(?: with \w+ confidence)?|AI-generated content may be incorrect)\.?/gi;

/** Deeper headings are not told apart. */
const HEADING_LEVEL_MAX = 6;

/** The rows of a table, of the texts of their cells. */
export type Rows = readonly (readonly string[])[];

/** A heading's line; nothing of one without text. @param level from 1 */
export function headingOf(level: number, text: string): string {
  const line = lineOf(text);
  return line && `${"#".repeat(Math.min(Math.max(level, 1), HEADING_LEVEL_MAX))} ${line}`;
}

/**
 * A table as Markdown, the first row being its head; nothing of one without text. Rows and columns without text
 * are left out.
 */
export function tableOf(rows: Iterable<readonly string[]>): string {
  const table = new TableText();
  for (const row of rows) table.add(row);
  return table.text();
}

/** A table that grows row by row, its text being all that is kept of it. */
export class TableText {
  /** Those in which anything stands. */
  readonly rows = new PackedRows();
  /** Whether anything stands in a column. */
  private readonly used: boolean[] = [];

  /** How many columns and rows there are by now. */
  width = 0;
  height = 0;

  add(row: readonly string[]): void {
    this.height++;
    this.width = Math.max(this.width, row.length);
    const cells = this.seen(row);
    if (cells.some(Boolean)) this.rows.add(cells);
  }

  /** As `tableOf` has it. @param head what stands above the first row */
  text(head?: readonly string[]): string {
    const above = head && this.seen(head);
    const columns = [...this.used.keys()].filter((at) => this.used[at]);
    const table = new Pieces("\n");
    const write = (cells: readonly string[]) => {
      const isHead = table.isEmpty;
      table.add(rowOf(columns.map((at) => cells[at] ?? "")));
      if (isHead) table.add(ruleOf(columns.length));
    };
    if (above?.some(Boolean)) write(above);
    for (const row of this.rows) write(row);
    return table.text();
  }

  private seen(row: readonly string[]): string[] {
    const cells = Array.from(row, (cell: string | undefined) => cellOf(cell ?? ""));
    cells.forEach((cell, at) => {
      if (cell) this.used[at] = true;
    });
    return cells;
  }
}

/** A row of a table, of cells as `cellOf` makes them. */
export function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The line between a table's head and its body. */
export function ruleOf(columns: number): string {
  return rowOf(Array.from({ length: columns }, () => "---"));
}

/** What stands for a picture in the text: the description that a person gave it; nothing of one without. */
export function pictureOf(description: string): string {
  const line = lineOf(description.replace(BOILERPLATE, ""));
  return line && `[Image: ${line}]`;
}

/** A text without what stands in it for pictures. */
export function withoutPictures(text: string): string {
  return text.replaceAll(/\[Image: [^\]]*\]/g, "");
}

/** Blocks with an empty line between them; those without text are left out. */
export function blocksOf(blocks: readonly string[]): string {
  return blocks
    .map((block) => block.trim())
    .filter(Boolean)
    .join("\n\n");
}

/** White space of any kind, line ends too, as single spaces. */
export function lineOf(text: string): string {
  // Single spaces are most of it, and match nothing here.
  return text.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/** A cell's text in one line. */
export function cellOf(text: string): string {
  return lineOf(text).replaceAll("|", "\\|");
}
