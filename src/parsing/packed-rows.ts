import { Pieces } from "./pieces.ts";

/** Ends of cells and of rows: no text in a line holds such a character. */
const CELL_END = "\n";
const ROW_END = "\f";

/**
 * Rows of cells, each a text in a line, kept as one text: as arrays a million of them take many times the memory of what
 * stands in them.
 */
export class PackedRows implements Iterable<string[]> {
  private readonly rows = new Pieces(ROW_END);

  add(cells: readonly string[]): void {
    this.rows.add(cells.join(CELL_END));
  }

  *[Symbol.iterator](): Iterator<string[]> {
    for (const step of this.rows.inSteps())
      for (const row of step.split(ROW_END)) yield row.split(CELL_END);
  }
}
