/** A cell as a person sees it, and what it is, so that the names of columns can be told from what stands below them. */
export interface Cell {
  /** Not empty. */
  readonly text: string;
  readonly kind: "text" | "number" | "date" | "other";
  /** How many columns it stands over, if it is more than one. */
  readonly columns?: number;
}

/** A row's cells by their columns, from 0; empty ones are not there. */
export type Row = ReadonlyMap<number, Cell>;

const NUMBER = /^[-+(]?[\p{Sc}\s]*\d[\d.,'\s]*(?:e[-+]?\d+)?\s*[%\p{Sc}]?\)?$/iu;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s]\d{1,2}:\d{2}\S*)?$/;
/** Longer texts are neither numbers nor dates, in UTF-16 units. */
const NUMBER_LENGTH_MAX = 40;

/** What a cell that is only text seems to be; undefined where it is empty. */
export function cellOf(text: string): Cell | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : { text: trimmed, kind: kindOf(trimmed) };
}

function kindOf(text: string): Cell["kind"] {
  if (text.length > NUMBER_LENGTH_MAX) return "text";
  if (DATE.test(text)) return "date";
  return NUMBER.test(text) ? "number" : "text";
}
