import { childOf, type Element, elementAt, nameOf } from "../../markup.ts";
import { shownChildren } from "../ooxml/package.ts";
import { type Context, type Inline, inlineOf, isPrompt } from "./inline.ts";
import type { Note } from "./notes.ts";
import type { Numbering } from "./numbering.ts";
import { withoutMarks } from "./pictures.ts";
import { rowsOf, textsOf } from "./table.ts";

/** What a document is written with. */
export interface Setting extends Context {
  readonly numbering: Numbering;
}

/** What hangs on a text without standing in it. */
export interface Beside {
  readonly notes: Note[];
  readonly endnotes: Note[];
  readonly graphics: string[];
}

/** All that stands in a cell, a note or a running head, a line for each paragraph and each row of a table. */
export function linesOf(parent: Element, setting: Setting, beside: Beside): string {
  return shownChildren(parent)
    .map((child) => lineOfBlock(child, setting, beside))
    .filter(Boolean)
    .join("\n");
}

/**
 * What stands before an item of a list; "" where there is none. Counts even an empty item, as Word does; one that
 * is deleted is none.
 */
export function labelOf(
  properties: Element | undefined,
  { text }: Inline,
  { styles, numbering }: Setting,
): string {
  const place = styles.listPlace(properties);
  const isDeleted = elementAt(properties, "rpr", "del");
  return place && (text || !isDeleted) ? numbering.next(place) : "";
}

function lineOfBlock(element: Element, setting: Setting, beside: Beside): string {
  switch (nameOf(element)) {
    case "p":
      return paragraphOf(element, setting, beside);
    case "tbl":
      return tableOf(element, setting, beside);
    case "sdt":
      return isPrompt(element) ? "" : linesOf(element, setting, beside);
    case "del":
    case "movefrom":
      return "";
    default:
      return linesOf(element, setting, beside);
  }
}

function paragraphOf(paragraph: Element, setting: Setting, beside: Beside): string {
  const inline = inlineOf(paragraph, setting);
  beside.notes.push(...inline.notes);
  beside.endnotes.push(...inline.endnotes);
  beside.graphics.push(...inline.graphics);
  const label = labelOf(childOf(paragraph, "ppr"), inline, setting);
  const text = withoutMarks(inline.text).trim();
  const boxes = inline.boxes.map((box) => linesOf(box, setting, beside));
  return [text && label ? `${label} ${text}` : text, ...boxes].filter(Boolean).join("\n");
}

/** Markdown has no tables within tables. */
function tableOf(table: Element, setting: Setting, beside: Beside): string {
  const rows = Array.from(rowsOf(table), (row, at) =>
    textsOf(row, at === 0, (cell) => linesOf(cell, setting, beside)),
  );
  return rows
    .map((texts) =>
      texts
        .map((text) => text.trim())
        .filter(Boolean)
        .join(", "),
    )
    .filter(Boolean)
    .join("; ");
}
