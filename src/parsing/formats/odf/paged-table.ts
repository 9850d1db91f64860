import type { Flow } from "../../flow.ts";

/** A table that may run over pages, where its head stands again at the top of each. */
export class PagedTable {
  private head: readonly string[] | undefined;
  private rows: (readonly string[])[] = [];

  /** @param isNested true if it lies in a cell, where it can only be a line */
  constructor(
    private readonly flow: Flow,
    private readonly isNested: boolean,
  ) {}

  add(row: readonly string[]): void {
    if (this.rows.length === 0 && this.head) this.rows.push(this.head);
    this.head ??= row;
    this.rows.push(row);
  }

  breakPage(): void {
    this.end();
    this.flow.breakPage();
  }

  end(): void {
    if (this.isNested) this.flow.paragraph(this.rows.flat().filter(Boolean).join(" "));
    else this.flow.table(this.rows);
    this.rows = [];
  }
}
