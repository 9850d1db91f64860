import { headingLevel } from "./lines.ts";

/** What stands between two headings of a path. */
const SEPARATOR = " › ";
/** A heading in a path, in UTF-16 units: where a line opens an article, the article may follow on it. */
const HEADING_LENGTH_MAX = 100;

/** The headings that a place in a document stands under. */
export class HeadingPath {
  #open: { readonly level: number; readonly text: string }[] = [];

  /** Goes on under this heading; those of its level and deeper ones have ended. */
  enter(line: string): void {
    const level = headingLevel(line);
    this.#open = this.#open.filter((heading) => heading.level < level);
    this.#open.push({ level, text: plain(line) });
  }

  /** The path to this heading, without itself. */
  above(line: string): string {
    const level = headingLevel(line);
    return joined(this.#open.filter((heading) => heading.level < level));
  }

  toString(): string {
    return joined(this.#open);
  }
}

function joined(headings: readonly { readonly text: string }[]): string {
  return headings.map(({ text }) => text).join(SEPARATOR);
}

/** A heading's words in one line, without the marks of Markdown. */
function plain(line: string): string {
  const words = line.replace(/^\s*#+\s*|\s*#*\s*$/g, "").replace(/\s+/gu, " ");
  if (words.length <= HEADING_LENGTH_MAX) return words;
  const cut = words.slice(0, HEADING_LENGTH_MAX).toWellFormed();
  const space = cut.lastIndexOf(" ");
  return space > HEADING_LENGTH_MAX / 2 ? cut.slice(0, space) : cut;
}
