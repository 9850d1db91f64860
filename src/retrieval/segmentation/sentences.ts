import { isHardBreak } from "./lines.ts";

/** A stretch of a text in UTF-16 offsets: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Thai has no full stop: a space ends a sentence once there are this many UTF-16 units of it. */
const THAI_SENTENCE_LENGTH_MIN = 80;

const CLOSING = `["'”’»›)\\]}」』）】》]`;
// The repetitions are bounded so that a line of a million dots costs linear time.
const POSSIBLE_END = new RegExp(
  `[.!?…؟۔।॥។။]{1,8}${CLOSING}{0,4}(?=\\s)|[。！？｡]{1,8}${CLOSING}{0,4}|\\n|(?<=[\\u0e00-\\u0e7f]) `,
  "g",
);

/** How far before a full stop an abbreviation or a number is looked for, in UTF-16 units. */
const LOOK_BACK_LENGTH = 24;
const LAST_WORD = /(\d\s?|[IVX]\s)?([\p{L}\p{M}.]+)$/u;
/** Never the last word of a sentence, unless it is a unit after a number. */
const ABBREVIATIONS = setOf(
  "mr mrs ms dr prof sr jr st vs cf eg ie e.g i.e dept est approx gen col lt sgt rev hon gov sen rep capt jan feb mar apr " +
    "jun jul aug sep sept oct nov dec tp tx ths ts pgs gs bs nxb sđt đt vd " +
    "г гг в вв ул им тт гл др пр тыс млн млрд н.э см напр проф акад т.е т.д т.п",
);
/** Abbreviations only before a number: `No. 5`, but `he said no.` */
const NUMBERED = setOf(
  "no nos vol vols p pp pg fig figs eq eqs ref refs sec ch art tel fax ext tr đ ст п пп с стр рис табл д кв тел доб",
);
const INITIAL = /^\p{Lu}$/u;
const LINE_NUMBER = /(?:^|\n)[ \t]*(?:(?:\p{L}{2,10} )?\d{1,3}|[ivxlc]{1,5}|\p{L})$/iu;
/** A telephone number may begin with its country or its area. */
const NUMBER_FOLLOWS = /^\s?[+(]?\d/;
const CONTINUES = /[^\S\n]{0,8}\n?[^\S\n]{0,8}[\p{Ll},;:]/uy;

/**
 * The sentences of a text in any language, trimmed, in reading order; all but white space is covered.
 * A line that was only wrapped does not end one, nor do abbreviations, initials, decimals and numbered
 * items where they can be told. Linear time; pure.
 */
export function sentencesOf(text: string): Span[] {
  const sentences: Span[] = [];
  let start = 0;
  for (const match of text.matchAll(POSSIBLE_END)) {
    const end = match.index + match[0].length;
    if (!endsSentence(text, start, match.index, match[0])) continue;
    addTrimmed(sentences, text, start, end);
    start = end;
  }
  addTrimmed(sentences, text, start, text.length);
  return sentences;
}

function addTrimmed(spans: Span[], text: string, from: number, to: number): void {
  const span = trimmed(text, from, to);
  if (span.start < span.end) spans.push(span);
}

/** The same stretch without the white space at its ends. */
export function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && isWhite(text.charCodeAt(start))) start++;
  while (end > start && isWhite(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

/** White space as `String.prototype.trim` sees it. */
export function isWhite(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return unit >= 0xa0 && /\s/.test(String.fromCharCode(unit));
}

function endsSentence(text: string, start: number, index: number, mark: string): boolean {
  if (mark === "\n") return isHardBreak(text, index);
  if (mark === " ") return index - start >= THAI_SENTENCE_LENGTH_MIN;
  if (/[。！？｡។။।॥]/.test(mark)) return true;
  CONTINUES.lastIndex = index + mark.length;
  if (CONTINUES.test(text)) return false;
  return mark !== "." || !isAbbreviated(text, start, index);
}

/** Whether the full stop at `index` belongs to the word before it: an abbreviation, an initial, an item's number. */
function isAbbreviated(text: string, start: number, index: number): boolean {
  const before = text.slice(Math.max(start, index - LOOK_BACK_LENGTH), index);
  const [, number, word = ""] = LAST_WORD.exec(before) ?? [];
  const lower = word.toLowerCase();
  if (INITIAL.test(word) || (ABBREVIATIONS.has(lower) && !number)) return true;
  if (NUMBERED.has(lower) && NUMBER_FOLLOWS.test(text.slice(index + 1, index + 4))) return true;
  if (before.length < LOOK_BACK_LENGTH && LINE_NUMBER.test(before.trimStart())) return true;
  return LINE_NUMBER.test(`.${text.slice(Math.max(0, index - LOOK_BACK_LENGTH), index)}`);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
