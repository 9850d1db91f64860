import { type CellObject, SSF } from "@e965/xlsx";
import { type Cell, cellOf } from "./cell.ts";

/** Digits that a spreadsheet keeps of a number. */
const NUMBER_DIGITS = 15;
/** Hours that go on beyond a day. */
const ELAPSED = /\[(?:h+|m+|s+)\]/i;

/** What a cell shows that cannot be reckoned, by the numbers that workbooks keep. */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, "#NULL!"],
  [0x07, "#DIV/0!"],
  [0x0f, "#VALUE!"],
  [0x17, "#REF!"],
  [0x1d, "#NAME?"],
  [0x24, "#NUM!"],
  [0x2a, "#N/A"],
]);

/** The library's reading of number formats, which its types leave out. */
const {
  format: formatted,
  is_date: isDate,
  parse_date_code: partsOfDate,
} = SSF as {
  readonly format: (format: string, value: number, options: DateOptions) => string;
  readonly is_date: (format: string) => boolean;
  readonly parse_date_code: (value: number, options: DateOptions) => DateParts | null;
};

interface DateOptions {
  readonly date1904: boolean;
}

interface DateParts {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly H: number;
  readonly M: number;
  readonly S: number;
}

/**
 * A cell as a person sees it, but for days and long numbers: a day is written as 2024-03-15 whatever the order of
 * its parts, which can mean two days, and a number without a format has all of its digits.
 */
export function workbookCell(cell: CellObject, from1904: boolean): Cell | undefined {
  switch (cell.t) {
    case "n":
      return numberCell(cell, from1904);
    case "b":
      return { text: cell.v ? "TRUE" : "FALSE", kind: "other" };
    case "d":
      return { text: momentOf(cell.v), kind: "date" };
    case "e":
      return { text: ERRORS.get(Number(cell.v)) ?? "#ERROR!", kind: "other" };
    case "s":
      return textCell(cell);
    case "z":
      return undefined;
  }
}

function textCell({ v }: CellObject): Cell | undefined {
  // Old Vietnamese workbooks keep tone marks apart from their letters.
  const cell = cellOf(String(v ?? "").normalize("NFC"));
  // What its author made a text is one: a name of a column may well be "2024".
  return cell && { ...cell, kind: "text" };
}

function numberCell({ v, z }: CellObject, from1904: boolean): Cell | undefined {
  const value = Number(v);
  const format = typeof z === "string" ? z : "General";
  if (isDate(format) && !ELAPSED.test(format)) {
    const date = dateOf(value, format, from1904);
    if (date) return { text: date, kind: "date" };
  }
  const text = format === "General" ? plainNumber(value) : shownNumber(value, format, from1904);
  return text === "" ? undefined : { text, kind: "number" };
}

/** A format that is broken says nothing of how to show a number. */
function shownNumber(value: number, format: string, date1904: boolean): string {
  try {
    return formatted(format, value, { date1904 }).trim();
  } catch {
    return plainNumber(value);
  }
}

function plainNumber(value: number): string {
  return String(Number(value.toPrecision(NUMBER_DIGITS)));
}

/** With the day, the time or both, as the format shows them. */
function dateOf(value: number, format: string, from1904: boolean): string | undefined {
  const parts = partsOfDate(value, { date1904: from1904 });
  if (!parts) return undefined;
  const { y, m, d, H, M, S } = parts;
  const shown = format.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "");
  const time = /[hs]/i.test(shown) ? [H, M, ...(/s/i.test(shown) ? [S] : [])] : [];
  const day =
    /[dy]|mmm/i.test(shown) || time.length === 0 ? `${padded(y, 4)}-${padded(m)}-${padded(d)}` : "";
  return [day, time.map((part) => padded(part)).join(":")].filter(Boolean).join(" ");
}

function padded(value: number, digits = 2): string {
  return String(value).padStart(digits, "0");
}

function momentOf(value: CellObject["v"]): string {
  const text = value instanceof Date ? value.toISOString() : String(value);
  return text.replace("T", " ").replace(/(?: 00:00:00)?\.000Z$/, "");
}
