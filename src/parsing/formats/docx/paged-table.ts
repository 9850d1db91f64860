import type { Flow } from "../../flow.ts";
import { breaksOf, type PageBreaks } from "./page-breaks.ts";

/** A table's head is told again on its next page if it is no longer than this: else it is no head. */
const HEAD_CHARS_MAX = 500;

/** Writes a table row by row, and anew with its head wherever a page ends. */
export class PagedTable {
  private rows: string[][] = [];
  private head: string[] | undefined;
  /** Rows of this page, the head that is told again not among them. */
  private own = 0;

  constructor(
    private readonly flow: Flow,
    private readonly breaks: PageBreaks,
  ) {}

  /** @param cells their texts, with the breaks of pages as marks in them */
  add(cells: readonly string[]): void {
    const read = cells.map(breaksOf);
    // Each cell tells of the breaks that it goes across: they are the same ones.
    this.turn(longest(read.map(({ before }) => before)));
    const texts = read.map(({ words }) => words);
    this.rows.push(texts);
    this.own++;
    if (!this.head && texts.join("").length <= HEAD_CHARS_MAX) this.head = texts;
    this.breaks.split(texts.join(""));
    this.turn(longest(read.map(({ after }) => after)));
  }

  end(): void {
    if (this.own > 0) this.flow.table(this.rows);
  }

  private turn(breaks: string): void {
    for (const _ of this.breaks.split(breaks).slice(1)) {
      this.end();
      this.flow.breakPage();
      this.rows = this.head ? [this.head] : [];
      this.own = 0;
    }
  }
}

function longest(texts: readonly string[]): string {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), "");
}
