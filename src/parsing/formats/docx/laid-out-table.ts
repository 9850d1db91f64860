import type { PagedTable } from "../../paged-table.ts";
import { breaksOf, type PageBreaks } from "./page-breaks.ts";

/** Writes a table row by row, page by page as Word's layout last had it. */
export class LaidOutTable {
  constructor(
    private readonly table: PagedTable,
    private readonly breaks: PageBreaks,
  ) {}

  /** @param cells their texts, with the breaks of pages as marks in them */
  add(cells: readonly string[]): void {
    const read = cells.map(breaksOf);
    // Each cell tells of the breaks that it goes across: they are the same ones.
    this.turn(longest(read.map(({ before }) => before)));
    const texts = read.map(({ words }) => words);
    this.table.add(texts);
    this.breaks.split(texts.join(""));
    this.turn(longest(read.map(({ after }) => after)));
  }

  end(): void {
    this.table.end();
  }

  private turn(breaks: string): void {
    for (const _ of this.breaks.split(breaks).slice(1)) this.table.breakPage();
  }
}

function longest(texts: readonly string[]): string {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), "");
}
