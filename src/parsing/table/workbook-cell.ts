import { type CellObject, SSF } from "@e965/xlsx";
import { type Cell, cellOf } from "./cell.ts";

/** Digits that a spreadsheet keeps of a number. */
const NUMBER_DIGITS = 15;
/** Hours that go on beyond a day. */
const ELAPSED = /\[(?:h+|m+|s+)\]/i;

/** The library's reading of number formats, which its types leave out. */
const { is_date: isDate, parse_date_code: partsOfDate } = SSF as {
  readonly is_date: (format: string) => boolean;
  readonly parse_date_code: (
    value: number,
    options: { readonly date1904: boolean },
  ) => DateParts | null;
};

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
      return { text: cell.w ?? "#ERROR", kind: "other" };
    case "s":
      return textCell(cell);
    case "z":
      return undefined;
  }
}

function textCell({ v }: CellObject): Cell | undefined {
  const cell = cellOf(String(v ?? ""));
  // What its author made a text is one: a name of a column may well be "2024".
  return cell && { ...cell, kind: "text" };
}

function numberCell({ v, w, z }: CellObject, from1904: boolean): Cell | undefined {
  const value = Number(v);
  const format = typeof z === "string" ? z : "General";
  if (isDate(format) && !ELAPSED.test(format)) {
    const date = dateOf(value, format, from1904);
    if (date) return { text: date, kind: "date" };
  }
  const text = format === "General" || w === undefined ? plainNumber(value) : w.trim();
  return text === "" ? undefined : { text, kind: "number" };
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
