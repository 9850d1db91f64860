import { type FontReading, readingOfFont } from "../encoding/vietnamese-fonts.ts";
import type { TextItem } from "./piece.ts";

/** What a font's name has before it where only some of its letters are in the file, and its style after it. */
const SUBSET = /^[A-Z]{6}\+/;
const STYLE = /[,-](?:Bold|Italic|Oblique|Regular|Roman)+$/i;
/**
 * PDF's own encoding has a hyphen where TCVN3 has its ư, so that the two cannot be told but by what is around them:
 * Vietnamese hardly knows a hyphen beside a small letter.
 */
const TCVN3_HYPHEN = /(?<=[a-z\xa8-\xff])-(?![A-Z\xa1-\xa7\d])|(?<![\d-])-(?=[a-z\xa8-\xff])/g;

/** The texts that are set in fonts of Vietnam's time before Unicode as these show them. */
export function withOldVietnamese(
  items: readonly TextItem[],
  styles: Readonly<Record<string, object>>,
): readonly TextItem[] {
  const readings = new Map<string, FontReading>();
  for (const [font, style] of Object.entries(styles)) {
    const reading = readingOfStyle(style);
    if (reading) readings.set(font, reading);
  }
  if (readings.size === 0) return items;
  return items.map((item) => {
    const reading = readings.get(item.fontName);
    return reading ? { ...item, str: reading(item.str) } : item;
  });
}

function readingOfStyle(style: object): FontReading | undefined {
  if (!("name" in style) || typeof style.name !== "string") return undefined;
  const name = style.name.replace(SUBSET, "").replace(STYLE, "");
  const reading = readingOfFont(name);
  if (!reading || !name.startsWith(".")) return reading;
  return (text) => reading(text.replace(TCVN3_HYPHEN, "\u00ad"));
}
