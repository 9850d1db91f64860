/** In the text of a paragraph: a new page that its writer wanted, and one where Word's layout last had it. */
export const WANTED_BREAK = "\x01";
export const LAYOUT_BREAK = "\x02";

const BREAKS = /[\x01\x02]/g;

/** Tells which breaks make a page: Word notes a break that the writer wanted once more as one of its layout. */
export class PageBreaks {
  /** Nothing has been written since a break that the writer wanted. */
  private isFresh = true;

  /** The parts of a text by pages; the first belongs to the page that is open. */
  split(text: string): string[] {
    const parts = [""];
    for (const piece of text.split(/([\x01\x02])/)) {
      if (piece === WANTED_BREAK || (piece === LAYOUT_BREAK && !this.isFresh)) parts.push("");
      else if (piece !== LAYOUT_BREAK) parts[parts.length - 1] += piece;
      if (piece.trim()) this.isFresh = piece === WANTED_BREAK;
    }
    return parts;
  }

  /** Another page has been begun, for whatever reason. */
  wanted(): void {
    this.isFresh = true;
  }
}

/** The breaks before the first word of a text, those after it, and the text without them. */
export function breaksOf(text: string): { before: string; after: string; words: string } {
  const words = text.replace(BREAKS, " ").trim();
  const at = words ? text.search(/[^\s\x01\x02]/) : text.length;
  const breaks = (part: string) => part.match(BREAKS)?.join("") ?? "";
  return { before: breaks(text.slice(0, at)), after: breaks(text.slice(at)), words };
}
