import { levelOfStyleName } from "../../heading-names.ts";

/** Outline levels from here on are running text. */
const OUTLINE_LEVELS = 9;

/** Which styles of paragraphs are headings. */
export class StyleSheet {
  private readonly levels = new Map<number, number>();
  private name = "";
  private number = 0;
  private outline: number | undefined;

  /** @param number of the style that is being described */
  begin(number: number): void {
    this.number = number;
  }

  outlineIs(level: number): void {
    this.outline = level;
  }

  /** A style's name; a semicolon ends its description. */
  append(text: string): void {
    for (const part of text.split(/(;)/)) {
      if (part === ";") this.end();
      else this.name += part;
    }
  }

  /** A heading's level from 1; undefined for running text. What the paragraph itself says goes first. */
  headingOf(style: number | undefined, outline: number | undefined): number | undefined {
    if (outline !== undefined) return outline < OUTLINE_LEVELS ? outline + 1 : undefined;
    return style === undefined ? undefined : this.levels.get(style);
  }

  private end(): void {
    const level = this.outline === undefined ? levelOfStyleName(this.name) : this.outline + 1;
    if (level !== undefined && level <= OUTLINE_LEVELS) this.levels.set(this.number, level);
    this.name = "";
    this.number = 0;
    this.outline = undefined;
  }
}
