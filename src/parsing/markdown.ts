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
export function tableOf(rows: Rows): string {
  const cells = rows.map((row) => row.map(cellOf)).filter((row) => row.some(Boolean));
  const width = cells.reduce((most, { length }) => Math.max(most, length), 0);
  const columns = Array.from({ length: width }, (_, at) => at).filter((at) =>
    cells.some((row) => row[at]),
  );
  const [head, ...body] = cells.map((row) => columns.map((at) => row[at] ?? ""));
  if (!head) return "";
  return [rowOf(head), ruleOf(head.length), ...body.map(rowOf)].join("\n");
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
