import { lineOf } from "../../markdown.ts";
import { PackedRows } from "../../packed-rows.ts";

/** A row of a table: its cells' texts, and where each ends on the page in twentieths of a point. */
export interface Row {
  readonly cells: readonly string[];
  /** Fewer than cells if that is unknown. */
  readonly edges: readonly number[];
}

/** Edges of cells that lie one below the other differ by a hair. */
const TOLERANCE_TWIPS = 20;

/** No table on paper has more; one that says so is not aligned. */
const COLUMNS_MAX = 128;

/** Rows whose cells may span columns, each put where it begins. */
export class TableGrid {
  private readonly cells = new PackedRows();
  /** Of each row; those of most are the same. */
  private readonly edges: (readonly number[])[] = [];
  private readonly distinct = new Map<string, readonly number[]>();
  /** Of every row it is known where its cells end. */
  private isKnown = true;

  add({ cells, edges }: Row): void {
    this.cells.add(cells.map(lineOf));
    this.isKnown &&= cells.length === edges.length;
    const key = edges.join(" ");
    const known = this.distinct.get(key) ?? edges;
    this.distinct.set(key, known);
    this.edges.push(known);
  }

  /** Rows of the same columns: a cell that spans some leaves the others empty. */
  *rows(): Generator<string[]> {
    const columns = this.columnEdges();
    let row = 0;
    for (const cells of this.cells) {
      const edges = this.edges[row++] ?? [];
      yield columns ? aligned({ cells, edges }, columns) : cells;
    }
  }

  /** All of it in a line, for a table in a cell. */
  text(): string {
    return Array.from(this.cells, (cells) => cells.filter(Boolean).join(" ")).join(" ");
  }

  /** Where columns end, from left to right; undefined if that cannot be told. */
  private columnEdges(): number[] | undefined {
    if (!this.isKnown) return undefined;
    const distinct = new Set<number>();
    for (const edges of this.distinct.values())
      for (const edge of edges) {
        distinct.add(edge);
        if (distinct.size > COLUMNS_MAX * TOLERANCE_TWIPS) return undefined;
      }
    const columns: number[] = [];
    for (const edge of [...distinct].toSorted((a, b) => a - b))
      if (edge - (columns.at(-1) ?? -Infinity) > TOLERANCE_TWIPS) columns.push(edge);
    return columns.length > COLUMNS_MAX ? undefined : columns;
  }
}

function aligned({ cells, edges }: Row, columns: readonly number[]): string[] {
  const row: string[] = [];
  cells.forEach((cell, index) => {
    const left = edges[index - 1];
    const column =
      left === undefined ? 0 : columns.findIndex((edge) => edge > left + TOLERANCE_TWIPS);
    while (row.length < column) row.push("");
    row.push(cell);
  });
  return row;
}
