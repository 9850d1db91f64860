/** One glyph that a page draws, as pdf.js gives it to its painter. */
export interface Glyph {
  /** What the font says it stands for, in logical order: often several letters. */
  readonly unicode: string;
  readonly originalCharCode: number;
}

/** What pdf.js leaves out of a text, or adds to it, whatever the glyphs say. */
const UNRELIABLE = /[\s\p{Cf}<>]/u;
const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Whether a text needs its glyphs to be read right: pdf.js has turned it round letter by letter. */
export function isTurned(text: string): boolean {
  return RTL.test(text);
}

/**
 * Repairs right-to-left texts of a page. pdf.js turns drawn order into reading order letter by letter, and
 * so puts the letters of one glyph, such as the Arabic lam-alef, the wrong way round.
 *
 * @param texts the page's texts in the order of drawing, as pdf.js gives them
 * @param glyphs the page's glyphs in that order
 * @returns the texts in the same order; what cannot be matched with its glyphs stays as it is
 */
export function repairTurned(texts: readonly string[], glyphs: readonly Glyph[]): string[] {
  const repaired = [...texts];
  let next = 0;
  let fillers: { readonly index: number; readonly count: number } | undefined;
  for (const [index, text] of texts.entries()) {
    const letters = [...text].filter((char) => !UNRELIABLE.test(char));
    const taken = takeGlyphs(glyphs, next, letters.length);
    if (!taken || !sameLetters(letters, taken.drawn)) return repaired;
    next += taken.glyphs.length;
    if (isTurned(text)) repaired[index] = fill(text, turnBack(letters, taken));
    if (fillers && isNameOf(taken, fillers.count)) {
      // It belongs where its fillers stand: the last of them alone has hardly any width.
      repaired[fillers.index] = taken.glyphs[0]?.unicode ?? "";
      repaired[index] = "";
    }
    fillers = isFillers(taken) ? { index, count: taken.glyphs.length } : undefined;
  }
  return repaired;
}

/** Several fillers, apart from the glyph that has the letters of all, as that is drawn over them. */
function isFillers({ glyphs }: Taken): boolean {
  return glyphs.length > 1 && glyphs.every((glyph) => isFiller(glyph) || glyph.unicode < " ");
}

/** Whether this is one glyph whose letters are enough for so many more. */
function isNameOf({ glyphs, drawn }: Taken, more: number): boolean {
  return glyphs.length === 1 && drawn.length >= more && isTurned(drawn.join(""));
}

interface Taken {
  readonly glyphs: readonly Glyph[];
  /** Their letters in drawn order. */
  readonly drawn: readonly string[];
}

function takeGlyphs(glyphs: readonly Glyph[], from: number, letters: number): Taken | undefined {
  const drawn: string[] = [];
  let end = from;
  while (drawn.length < letters && end < glyphs.length) {
    drawn.push(...lettersOf(glyphs[end]));
    end++;
  }
  return drawn.length === letters ? { glyphs: glyphs.slice(from, end), drawn } : undefined;
}

function lettersOf(glyph: Glyph | undefined): string[] {
  return [...(glyph?.unicode ?? "")].filter((char) => !UNRELIABLE.test(char));
}

function sameLetters(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join("") === b.toSorted().join("");
}

/** The letters in reading order, those of each right-to-left cluster turned back; "" for fillers. */
function turnBack(read: readonly string[], { glyphs, drawn }: Taken): string[] {
  const clusters = clustersOf(glyphs);
  const result = [...read];
  for (const { start, end } of clusters) {
    const place = placeOf(read, drawn, start, end);
    if (place !== undefined) result.splice(place, end - start, ...drawn.slice(start, end));
  }
  if (clusters.length === 0) return result;
  for (const { unicode } of glyphs.filter(isFiller)) result[result.indexOf(unicode)] = "";
  return result;
}

/** Runs of several right-to-left letters that come from one glyph, as [start, end) in the drawn letters. */
function clustersOf(glyphs: readonly Glyph[]): { start: number; end: number }[] {
  const clusters: { start: number; end: number }[] = [];
  let position = 0;
  for (const letters of glyphs.map(lettersOf)) {
    const first = letters.findIndex((letter) => RTL.test(letter));
    const last = letters.findLastIndex((letter) => RTL.test(letter));
    if (last > first) clusters.push({ start: position + first, end: position + last + 1 });
    position += letters.length;
  }
  return clusters;
}

/** Some programs name a cluster's letters on one glyph and none on its others, whose codes pdf.js shows instead. */
function isFiller({ unicode, originalCharCode }: Glyph): boolean {
  return (
    unicode === String.fromCharCode(originalCharCode) && !RTL.test(unicode) && unicode > "\x7f"
  );
}

/**
 * Where letters that are drawn at [start, end) stand in reading order, turned round. In a right-to-left line
 * everything is mirrored; in a left-to-right one each right-to-left run in its place.
 */
function placeOf(
  read: readonly string[],
  drawn: readonly string[],
  start: number,
  end: number,
): number | undefined {
  const turned = drawn.slice(start, end).toReversed().join("");
  const [first, last] = runAround(drawn, start);
  for (const place of [read.length - end, first + last - end, start]) {
    if (read.slice(place, place + end - start).join("") === turned) return place;
  }
  return undefined;
}

/** The stretch without left-to-right letters around a position: [first, last). */
function runAround(drawn: readonly string[], position: number): [number, number] {
  const isLeftToRight = (char: string | undefined) =>
    char === undefined || (/\p{L}/u.test(char) && !RTL.test(char));
  let [first, last] = [position, position];
  while (!isLeftToRight(drawn[first - 1])) first--;
  while (!isLeftToRight(drawn[last])) last++;
  return [first, last];
}

/** Puts letters where a text has its own, leaving the spaces where they are. */
function fill(text: string, letters: readonly string[]): string {
  let next = 0;
  return [...text].map((char) => (UNRELIABLE.test(char) ? char : (letters[next++] ?? ""))).join("");
}
