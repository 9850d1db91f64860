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
  private readonly added: Row[] = [];

  add(row: Row): void {
    this.added.push(row);
  }

  /** Rows of the same columns: a cell that spans some leaves the others empty. */
  rows(): string[][] {
    const edges = this.columnEdges();
    return this.added.map((row) => (edges ? aligned(row, edges) : [...row.cells]));
  }

  /** All of it in a line, for a table in a cell. */
  text(): string {
    return this.added.map(({ cells }) => cells.filter(Boolean).join(" ")).join(" ");
  }

  /** Where columns end, from left to right; undefined if that cannot be told. */
  private columnEdges(): number[] | undefined {
    if (this.added.some(({ cells, edges }) => cells.length !== edges.length)) return undefined;
    const distinct = new Set<number>();
    for (const { edges } of this.added)
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
