import type { PdfDocument } from "./library.ts";
import type { TextItem } from "./piece.ts";

/** A field's value, and where its page shows it. */
interface Field {
  readonly pageIdx: number;
  readonly text: string;
  /** Left, bottom, right, top in the page's own space. */
  readonly rect: readonly [number, number, number, number];
  readonly isMultiline: boolean;
}

/** A form with more fields is none that anybody fills in. */
const FIELDS_MAX = 20_000;
/** On one page so many are put in their places, which takes a look at all its items for each; others come last. */
const PLACED_MAX = 500;
const FONT = "form";
const SIZE_MIN = 6;
const SIZE_MAX = 12;
/** Of a field's height: how large its letters are, and how high their baseline. */
const SIZE_SHARE = 0.8;
const BASELINE_SHARE = 0.25;
/** A letter's usual width, in ems. */
const LETTER_EM = 0.5;
const LINE_EM = 1.2;

/** The values of a document's form by page (from 0); none if it has no form, or a damaged one. */
export async function readForm(document: PdfDocument): Promise<Map<number, readonly Field[]>> {
  const fields = await document.getFieldObjects().catch(() => null);
  const entries = [...(fields?.values() ?? [])].flat().slice(0, FIELDS_MAX);
  return Map.groupBy(
    entries.flatMap((entry) => fieldOf(entry) ?? []),
    ({ pageIdx }) => pageIdx,
  );
}

/** A page's items with the values of its fields among them, each after what stands before it on its line. */
export function withFields(
  items: readonly TextItem[],
  fields: readonly Field[],
  rotation: number,
): readonly TextItem[] {
  const all = [...items];
  const values = fields.flatMap((field) => itemsOf(field, rotation));
  for (const value of values.slice(0, PLACED_MAX)) all.splice(placeOf(all, value), 0, value);
  return [...all, ...values.slice(PLACED_MAX)];
}

function placeOf(items: readonly TextItem[], { transform, height }: TextItem): number {
  const [, , , , x = 0, y = 0] = transform;
  const isBefore = ({ transform: [, , , , itsX = 0, itsY = 0] }: TextItem) =>
    Math.abs(itsY - y) < height && itsX < x;
  const onLine = items.findLastIndex(isBefore);
  if (onLine >= 0) return onLine + 1;
  const above = items.findLastIndex((item) => (item.transform[5] ?? 0) >= y);
  return above + 1;
}

function itemsOf({ text, rect, isMultiline }: Field, rotation: number): TextItem[] {
  const [x0, y0, x1, y1] = rect;
  const height = rotation % 180 === 0 ? y1 - y0 : x1 - x0;
  const size = Math.min(Math.max(SIZE_SHARE * height, SIZE_MIN), SIZE_MAX);
  const lines = isMultiline ? text.split(/[\r\n]+/) : [text];
  const first = lines.length > 1 ? height - size : BASELINE_SHARE * height;
  return lines.map((str, index) => ({
    str,
    transform: placed(rect, rotation, size, first - index * LINE_EM * size),
    width: LETTER_EM * size * str.length,
    height: size,
    fontName: FONT,
  }));
}

/** Upright for the reader of a page that is turned; `up` from the field's foot as the reader sees it. */
function placed(
  [x0, y0, x1, y1]: Field["rect"],
  rotation: number,
  size: number,
  up: number,
): number[] {
  switch (((rotation % 360) + 360) % 360) {
    case 90:
      return [0, size, -size, 0, x1 - up, y0];
    case 180:
      return [-size, 0, 0, -size, x1, y1 - up];
    case 270:
      return [0, -size, size, 0, x0 + up, y1];
    default:
      return [size, 0, 0, size, x0, y0 + up];
  }
}

function fieldOf(entry: unknown): Field | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const field = entry as Readonly<Record<string, unknown>>;
  const { page, rect, hidden, password, multiline } = field;
  if (typeof page !== "number" || !isRect(rect) || hidden === true || password === true)
    return undefined;
  const text = textOf(field);
  return text === "" ? undefined : { pageIdx: page, text, rect, isMultiline: multiline === true };
}

function isRect(rect: unknown): rect is Field["rect"] {
  return Array.isArray(rect) && rect.length === 4 && rect.every(Number.isFinite);
}

/** What a field shows: its text, what was chosen, or a box with or without its cross. */
function textOf(field: Readonly<Record<string, unknown>>): string {
  const values = stringsOf(field["value"]);
  switch (field["type"]) {
    case "text":
      return values.join(" ").trim();
    case "combobox":
    case "listbox":
      return values
        .map((value) => shownChoice(field["items"], value))
        .join(", ")
        .trim();
    case "checkbox":
    case "radiobutton":
      return isOn(values[0], field["exportValues"]) ? "[x]" : "[ ]";
    default:
      return "";
  }
}

function isOn(value: string | undefined, own: unknown): boolean {
  if (value === undefined || value === "" || value === "Off") return false;
  return typeof own !== "string" || own === value;
}

function shownChoice(items: unknown, value: string): string {
  const choices: readonly unknown[] = Array.isArray(items) ? items : [];
  for (const choice of choices) {
    if (typeof choice !== "object" || choice === null) continue;
    const { exportValue, displayValue } = choice as Readonly<Record<string, unknown>>;
    if (exportValue === value && typeof displayValue === "string") return displayValue;
  }
  return value;
}

function stringsOf(value: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((it) => typeof it === "string");
}
