import { checkPages, type ReadLimits } from "./limits.ts";
import { blocksOf, headingOf, lineOf, tableOf } from "./markdown.ts";
import { Pieces } from "./pieces.ts";
import { TextBudget } from "./text-budget.ts";

/** Marks inside a paragraph's text where a new page begins. */
export const PAGE_BREAK = "\f";

/** Deeper items are not told apart. */
const LEVEL_MAX = 9;

type FlowLimits = Pick<ReadLimits, "pagesMax" | "textMbMax">;
const UNLIMITED: FlowLimits = { pagesMax: Infinity, textMbMax: Infinity };

/**
 * Running text as word processors hold it, from its first block to its last: what is written becomes Markdown,
 * page by page, and notes stand at the end of the page that they belong to. It fails for good as soon as there is
 * more than a document may hold, since a few bytes may repeat what is long.
 */
export class Flow {
  private readonly finished: string[] = [];
  /** Of this page, the gaps between among it. */
  private written = new Pieces();
  /** Items of a list lie line by line; all else has an empty line between. */
  private isAfterItem = false;
  /** Of this page and of those to come, by the page's index. */
  private readonly notes = new Map<number, string[]>();
  /** Something has been written on this page, be it an empty paragraph. */
  private begun = false;

  private readonly pagesMax: number;
  private readonly budget: TextBudget;

  /** @param limits of the whole document; what becomes a part of another flow needs none */
  constructor({ pagesMax, textMbMax }: FlowLimits = UNLIMITED) {
    this.pagesMax = pagesMax;
    this.budget = new TextBudget({ textMbMax });
  }

  /** @param level from 1 */
  heading(level: number, text: string): void {
    this.inPages(text, (part) => this.push(headingOf(level, part)));
  }

  paragraph(text: string): void {
    this.inPages(text, (part) => this.push(linesOf(part)));
  }

  /**
   * An item of a list.
   * @param level from 0
   * @param marker as it stands before the item: "-", "1.", "a)"; "" for what continues an item
   */
  item(level: number, marker: string, text: string): void {
    const indent = "  ".repeat(Math.min(Math.max(level, 0), LEVEL_MAX));
    this.inPages(text, (part, index) => {
      const line = lineOf(part);
      if (line) this.push(`${indent}${index === 0 && marker ? `${marker} ` : "  "}${line}`, true);
    });
  }

  /** A table, its first row being its head; whatever stands in a cell becomes one line. */
  table(rows: Iterable<readonly string[]>): void {
    this.push(tableOf(rows));
  }

  /** What is Markdown already. */
  block(markdown: string): void {
    this.push(markdown);
  }

  /**
   * What belongs to a page but not to its running text: a footnote.
   * @param ahead how many pages further, if breaks of the paragraph that it hangs on are still to be written
   */
  note(text: string, ahead = 0): void {
    const page = this.finished.length + ahead;
    const notes = this.notes.get(page) ?? [];
    const line = lineOf(text);
    this.budget.take(line);
    notes.push(line);
    this.notes.set(page, notes);
  }

  /** What a reader remarks on a page. @param author "" if nobody says who it was */
  comment(author: string, text: string, ahead = 0): void {
    const line = lineOf(text);
    if (line) this.note(`${lineOf(`Comment ${author && `by ${author}`}`)}: ${line}`, ahead);
  }

  /**
   * Another page, even if this one is empty.
   * @throws PermanentError `parse_failed` if there are more than there may be
   */
  breakPage(): void {
    checkPages(this.pageCount + 1, this.pagesMax);
    this.finished.push(this.page());
    this.written = new Pieces();
    this.begun = false;
  }

  /** Another page, unless this one has just begun. */
  startPage(): void {
    if (this.begun) this.breakPage();
  }

  /** How many pages there are by now. */
  get pageCount(): number {
    return this.finished.length + 1;
  }

  /** All of it, of what has no pages of its own. */
  text(): string {
    return blocksOf(this.pages());
  }

  /** All pages; the last one is there even if it is empty. */
  pages(): string[] {
    return [...this.finished, this.page()];
  }

  private inPages(text: string, write: (part: string, index: number) => void): void {
    this.begun = true;
    text.split(PAGE_BREAK).forEach((part, index) => {
      if (index > 0) this.breakPage();
      write(part, index);
    });
  }

  private push(text: string, isItem = false): void {
    this.begun = true;
    this.budget.take(text);
    if (!text) return;
    if (!this.written.isEmpty) this.written.add(isItem && this.isAfterItem ? "\n" : "\n\n");
    this.written.add(text);
    this.isAfterItem = isItem;
  }

  private page(): string {
    const notes = this.notes.get(this.finished.length) ?? [];
    return blocksOf([this.written.text(), ...notes]);
  }
}

/** Lines stay lines; white space within them is single spaces. */
function linesOf(text: string): string {
  const lines = new Pieces("\n");
  for (const each of text.split("\n")) {
    const line = lineOf(each);
    if (line) lines.add(line);
  }
  return lines.text();
}
