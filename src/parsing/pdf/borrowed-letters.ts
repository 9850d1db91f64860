import type { Piece } from "./piece.ts";

/** Widths of letters, in the font's size, where a font does not tell: enough to know one gap from the next. */
const SPACE_EM = 0.25;
const LETTER_EM = 0.5;
const WIDTHS_EM: readonly (readonly [RegExp, number])[] = [
  [/[iljtf.,:;'!|()[\]]/, 0.3],
  [/[mwMW]/, 0.78],
  [/\p{Lu}/u, 0.68],
];
/** A font lends a letter or two at a time; between them there may be gaps, too small for pieces of their own. A box of a form is none. */
const BORROWED = /^(?!\[)\s*(\S{1,3}( \S{1,3}){0,7})?\s*$/;
const SAME_EM = 0.1;
/** No line on paper has more pieces, or more letters lent. */
const PIECES_MAX = 500;
/** What is left of a gap is a space if it is wider than this. */
const GAP_EM = 0.2;
/** Fonts that have letters to lend are wide ones. */
const LENDER_SCALE = 1.2;

/**
 * In Vietnamese a syllable has its vowels in one place, and few consonants at its end: others belong to the next
 * word, if nothing tells the space before it from the gap.
 */
const NEXT_SYLLABLE =
  /^(?:[bcdđghklmnpqrstvx]+[aeiouyàáâãèéêìíòóôõùúýăơư]|(?:[bdđghklqrsvx]|gh|gi|kh|ngh|ph|th|tr)$)/iu;

/**
 * Puts letters back where they belong that a font lacks and another lends, as Vietnamese ones in LibreOffice's PDFs:
 * a line is drawn without them first, and they are drawn into its gaps then, where pdf.js has put spaces.
 *
 * @param pieces in the order in which they are drawn
 */
export function withBorrowedLetters(pieces: readonly Piece[]): readonly Piece[] {
  let result: Piece[] | undefined;
  for (let at = 1; at < pieces.length; at++) {
    const end = borrowedUntil(pieces, at);
    if (end === at) {
      result?.push(...pieces.slice(at, at + 1));
      continue;
    }
    result ??= pieces.slice(0, at);
    lend(result, pieces.slice(at, end));
    at = end - 1;
  }
  return result ?? pieces;
}

/** Where the letters end that are drawn back into the line before them; the start itself if there are none. */
function borrowedUntil(pieces: readonly Piece[], start: number): number {
  const line = pieces[start - 1];
  const first = pieces[start];
  if (!line || !first || !isOnLine(first, line) || first.font === line.font) return start;
  if (first.x >= line.x + line.width - SAME_EM * line.size) return start;
  let end = start;
  for (let next: Piece | undefined = first; next; next = pieces[++end]) {
    if (end - start >= PIECES_MAX) break;
    const isBorrowed = next.font === first.font && isOnLine(next, line);
    if (!isBorrowed || !BORROWED.test(next.text)) break;
    if (next.x + next.width > line.x + line.width + SAME_EM * line.size) break;
  }
  return end;
}

/** @param drawn all that is drawn before; its last pieces are the line, and are changed */
function lend(drawn: Piece[], borrowed: readonly Piece[]): void {
  const letters = borrowed.flatMap(lettersOf);
  const line = drawn.at(-1);
  if (!line) return;
  let start = drawn.length;
  const from = Math.max(0, start - PIECES_MAX);
  const left = Math.min(...letters.map(({ x }) => x));
  while (start > from && isSameRun(drawn[start - 1], line, left)) start--;
  const run = drawn.splice(start).map((piece) => {
    const within = letters.filter((letter) => overlaps(letter, piece));
    const text = piece.text.trim() === "" ? gapOf(piece, within) : filled(piece, within);
    if (within.length === 0 || text === undefined) return piece;
    for (const letter of within) letters.splice(letters.indexOf(letter), 1);
    return { ...piece, text };
  });
  drawn.push(...[...run, ...letters].toSorted((a, b) => a.x - b.x));
}

/** The letters of a piece, each by itself: the first and the last of them lie at its ends. */
function lettersOf(piece: Piece): Piece[] {
  const words = piece.text.split(" ").filter(Boolean);
  const widths = words.map(
    (word) => widthOf(word.normalize("NFD").replace(/\p{M}/gu, "")) * LENDER_SCALE * piece.size,
  );
  const room = piece.width - (widths.at(-1) ?? 0);
  return words.map((text, at) => ({
    ...piece,
    text,
    x: piece.x + (words.length > 1 ? (room * at) / (words.length - 1) : 0),
    width: words.length > 1 ? (widths[at] ?? 0) : piece.width,
  }));
}

/** A gap with the letters that were drawn into it, and with what is left of it. */
function gapOf({ x, width, size }: Piece, letters: readonly Piece[]): string {
  const text = letters.map((letter) => letter.text).join("");
  const [first, last] = [letters[0], letters.at(-1)];
  if (!first || !last) return " ";
  const isOpen = (gap: number) => gap > GAP_EM * size;
  const before = isOpen(first.x - x) ? " " : "";
  return `${before}${text}${isOpen(x + width - last.x - last.width) ? " " : ""}`;
}

/** The piece's text with the letters in place of spaces; undefined if there is no place for them. */
function filled({ text, x, width, size }: Piece, letters: readonly Piece[]): string | undefined {
  const words = text.split(" ");
  const realSpaces = words.length - 1 - letters.length;
  if (realSpaces < 0) return undefined;
  const lent = letters.reduce((sum, letter) => sum + letter.width, 0);
  const estimated = words.reduce((sum, word) => sum + widthOf(word), 0) || 1;
  const scale = (width - lent - realSpaces * SPACE_EM * size) / estimated;
  const waiting = [...letters];
  let at = x + widthOf(words[0] ?? "") * scale;
  let result = words[0] ?? "";
  words.slice(1).forEach((word, index) => {
    const [letter] = waiting;
    const ifSpace = at + SPACE_EM * size + widthOf(word) * scale;
    const spacesLeft = words.length - 1 - index;
    const isHere =
      letter &&
      (spacesLeft <= waiting.length || Math.abs(letter.x - at) <= Math.abs(letter.x - ifSpace));
    if (isHere) {
      waiting.shift();
      result += `${letter.text}${NEXT_SYLLABLE.test(word) ? " " : ""}${word}`;
      at = letter.x + letter.width + widthOf(word) * scale;
    } else {
      result += ` ${word}`;
      at = ifSpace;
    }
  });
  return result;
}

function widthOf(word: string): number {
  return [...word].reduce(
    (sum, letter) => sum + (WIDTHS_EM.find(([letters]) => letters.test(letter))?.[1] ?? LETTER_EM),
    0,
  );
}

function isOnLine(piece: Piece, line: Piece): boolean {
  const tolerance = SAME_EM * line.size;
  return Math.abs(piece.y - line.y) <= tolerance && Math.abs(piece.size - line.size) <= tolerance;
}

/** @param left where the letters begin: what ends before is not touched */
function isSameRun(piece: Piece | undefined, line: Piece, left: number): boolean {
  if (!piece || piece.font !== line.font || !isOnLine(piece, line)) return false;
  return piece.x + piece.width > left;
}

function overlaps(letter: Piece, piece: Piece): boolean {
  const middle = letter.x + letter.width / 2;
  return middle > piece.x && middle < piece.x + piece.width;
}
