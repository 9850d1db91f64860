import type { Flow } from "./flow.ts";
import type { Rows } from "./markdown.ts";

/** A table's head is told again on its next page if it is no longer than this: else it is no head. */
const HEAD_CHARS_MAX = 500;

/** A table in a flow that may run over pages; its head stands again at the top of each. */
export class PagedTable {
  private head: readonly string[] | undefined;
  private rows: (readonly string[])[] = [];
  private isBegun = false;

  /** @param write how the rows of one page are written */
  constructor(
    private readonly flow: Flow,
    private readonly write: (rows: Rows) => void = (rows) => flow.table(rows),
  ) {}

  /** @param row the texts of its cells */
  add(row: readonly string[]): void {
    if (!this.isBegun && row.join("").length <= HEAD_CHARS_MAX) this.head = row;
    else if (this.head && this.rows.length === 0) this.rows.push(this.head);
    this.isBegun = true;
    this.rows.push(row);
  }

  breakPage(): void {
    this.end();
    this.flow.breakPage();
  }

  /** Writes what has not been written yet. */
  end(): void {
    if (this.rows.length > 0) this.write(this.rows);
    this.rows = [];
  }
}
