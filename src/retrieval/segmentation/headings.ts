import { headingLevel } from "./lines.ts";

/** What stands between two headings of a path. */
const SEPARATOR = " › ";
/** A heading in a path, in UTF-16 units: where a line opens an article, the article may follow on it. */
const HEADING_LENGTH_MAX = 100;

/** Below all that have a mark. */
const UNMARKED_LEVEL = 7;

interface Heading {
  readonly level: number;
  readonly text: string;
}

/** The headings that a place in a document stands under. */
export class HeadingPath {
  #open: readonly Heading[] = [];
  /** The level of the heading that was just entered, with no text since; the document itself is one. */
  #entered: number | undefined = 0;

  /**
   * Goes on under this heading; those of its level and deeper ones have ended.
   * @returns the path to it, without itself
   */
  enter(line: string): string {
    const level = headingLevel(line) ?? this.#unmarkedLevel();
    const above = this.#open.filter((heading) => heading.level < level);
    this.#open = [...above, { level, text: plain(line) }];
    this.#entered = level;
    return pathOf(above.map(({ text }) => text));
  }

  /** Goes on to the text under the headings. @returns the path to it */
  pass(): string {
    this.#entered = undefined;
    return pathOf(this.#open.map(({ text }) => text));
  }

  /** `Chapter 2` may have its name in the next line; a document's name stands above all. */
  #unmarkedLevel(): number {
    return this.#entered === undefined ? UNMARKED_LEVEL : this.#entered + 0.5;
  }
}

/** A path of these, without those that are empty. */
export function pathOf(headings: readonly string[]): string {
  return headings.filter((heading) => heading !== "").join(SEPARATOR);
}

/** A heading's words in one line, without the marks of Markdown. */
function plain(line: string): string {
  const words = line.replace(/^\s*#+\s*|\s*#*\s*$/g, "").replace(/\s+/gu, " ");
  if (words.length <= HEADING_LENGTH_MAX) return words;
  const cut = words.slice(0, HEADING_LENGTH_MAX).toWellFormed();
  const space = cut.lastIndexOf(" ");
  return space > HEADING_LENGTH_MAX / 2 ? cut.slice(0, space) : cut;
}
