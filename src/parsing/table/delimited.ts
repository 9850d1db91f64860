import { SPLIT, unreadable } from "../limits.ts";

/** What a spreadsheet program opens at most. */
const COLUMNS_MAX = 16_384;
/** In UTF-16 units; a cell that holds a whole document is far shorter. */
const RECORD_LENGTH_MAX = 4_000_000;

/** A line of delimited text, or more lines where a quoted cell holds line breaks. */
export interface DelimitedRecord {
  readonly cells: readonly string[];
  /** Where the next record begins. */
  readonly end: number;
}

/**
 * Reads delimited text (CSV) as RFC 4180 has it, from `start` on, in linear time. What quotes do wrong is read as it
 * stands: text after a closing quote belongs to the cell, and a quote that is never closed is a character.
 * @throws PermanentError `parse_failed` at a record that is longer or has more cells than any that people make
 */
export function* recordsOf(text: string, delimiter: string, start = 0): Generator<DelimitedRecord> {
  const scanner = new Scanner(text, delimiter, start);
  while (!scanner.isAtEnd) yield { cells: scanner.record(), end: scanner.at };
}

class Scanner {
  readonly #delimiters: Mark;
  readonly #newlines: Mark;
  /** No quote that opens here or later is ever closed. */
  #isUnquoted = false;

  constructor(
    private readonly text: string,
    private readonly delimiter: string,
    public at: number,
  ) {
    this.#delimiters = new Mark(text, delimiter);
    this.#newlines = new Mark(text, "\n");
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  record(): string[] {
    const cells: string[] = [];
    const start = this.at;
    for (;;) {
      cells.push(this.#cell());
      const mark = this.text[this.at++];
      if (mark !== this.delimiter) return cells;
      if (cells.length >= COLUMNS_MAX)
        throw unreadable(`The table has more than ${COLUMNS_MAX.toLocaleString("en")} columns.`);
      if (this.at - start > RECORD_LENGTH_MAX) throw tooLong();
    }
  }

  #cell(): string {
    const quoted = this.text[this.at] === '"' && !this.#isUnquoted ? this.#quoted() : "";
    const end = Math.min(this.#delimiters.from(this.at), this.#newlines.from(this.at));
    if (end - this.at > RECORD_LENGTH_MAX) throw tooLong();
    const rest = this.text.slice(this.at, end);
    this.at = end;
    return quoted + rest;
  }

  /** What stands between quotes; nothing, and no step is made, if they are never closed. */
  #quoted(): string {
    const parts: string[] = [];
    for (let from = this.at + 1; ;) {
      const quote = this.text.indexOf('"', from);
      if (quote < 0) {
        this.#isUnquoted = true;
        return "";
      }
      if (quote - this.at > RECORD_LENGTH_MAX) throw tooLong();
      const isDoubled = this.text[quote + 1] === '"';
      parts.push(this.text.slice(from, isDoubled ? quote + 1 : quote));
      from = quote + (isDoubled ? 2 : 1);
      if (isDoubled) continue;
      this.at = from;
      return parts.join("");
    }
  }
}

function tooLong(): Error {
  return unreadable(`A line of the table is longer than 4 million characters; ${SPLIT}.`);
}

/** Where a character stands next: looked for once, however often it is asked for. */
class Mark {
  #next = -1;

  constructor(
    private readonly text: string,
    private readonly character: string,
  ) {}

  /** From `start` on, which never goes back; the text's end if there is none. */
  from(start: number): number {
    if (this.#next < start) {
      const found = this.text.indexOf(this.character, start);
      this.#next = found < 0 ? this.text.length : found;
    }
    return this.#next;
  }
}
