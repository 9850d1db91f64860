import { headingLevel, isHeading, isItem } from "../../retrieval/segmentation/lines.ts";
import { type Quote, quoteOf } from "../quote.ts";

/** Sentences that may answer together: mostly one; a list with what announces it. */
export interface Stretch {
  readonly quote: Quote;
  /** Places of its sentences among those of the source. */
  readonly first: number;
  readonly last: number;
  /** Whether it is an item of a list that is a stretch itself. */
  readonly ofList: boolean;
}

/** A longer list is no answer any more, but a chapter: its items answer one by one. In UTF-16 units. */
const LIST_LENGTH_MAX = 800;
/** A subject that was named before stands for itself only there. */
const LEANING = new RegExp(
  '^["“「『«(]*(?:(?:it|its|he|his|she|her|they|their|this|these|that|those|such|nó|họ|ông|bà|ngài|đây|điều (?:này|đó)|việc (?:này|đó)|' +
    "он|она|оно|они|его|е[её]|их|эт(?:о|от|а|и|ого|ой|их)|так(?:ой|ая|ое|ие))(?![\\p{L}\\p{M}])|[此該该這这其它他她]|(?:それ|これ|彼))",
  "iu",
);

/** What may be quoted of a source, in reading order. */
export function stretchesOf(sentences: readonly Quote[]): Stretch[] {
  let listEnd = -1;
  return sentences.flatMap((quote, first) => {
    const single = { quote, first, last: first, ofList: first <= listEnd };
    const last = announces(quote.text) ? lastItem(sentences, first) : first;
    // A line of dashes or of a fence says nothing.
    if (last === first) return quote.words.length > 0 ? [single] : [];
    listEnd = last;
    return [single, { quote: joined(sentences, first, last), first, last, ofList: false }];
  });
}

/** An article that is told in one sentence: "Điều 3. Mức lương là 25.000.000 đồng mỗi tháng." */
const CLAUSE = /^(?!\s*#)(?:[^]*[。！；]|[^]{30,}[.!;])["”»」）)]?$/u;

/** A question, a colon or a heading: what it says is said of what comes after it. */
export function announces(text: string): boolean {
  return /[?？:：]["”»]?$/u.test(text) || isTitle(text);
}

/** Whether a sentence is a heading that says nothing by itself. */
function isTitle(text: string): boolean {
  return isHeading(text) && !CLAUSE.test(text);
}

/** Of each sentence, the places of the headings that it stands under, outermost first. Linear time; pure. */
export function headingsAbove(sentences: readonly Quote[]): (readonly number[])[] {
  let open: readonly number[] = [];
  return sentences.map(({ text }, place) => {
    if (!isTitle(text)) return open;
    const level = headingLevel(text) ?? 1;
    const outer = open.filter((above) => (headingLevel(sentences[above]?.text ?? "") ?? 1) < level);
    open = [...outer, place];
    return outer;
  });
}

/** Whether a sentence speaks of what was named before by a pronoun. */
export function leans(text: string): boolean {
  return LEANING.test(text);
}

function lastItem(sentences: readonly Quote[], first: number): number {
  const start = sentences[first]?.start ?? 0;
  let last = first;
  for (let next = first + 1; next < sentences.length; next++) {
    const sentence = sentences[next];
    if (!sentence || !isItem(sentence.text) || isHeading(sentence.text)) break;
    if (sentence.end - start > LIST_LENGTH_MAX) return first;
    last = next;
  }
  return last;
}

function joined(sentences: readonly Quote[], first: number, last: number): Quote {
  const from = sentences[first];
  const to = sentences[last];
  if (!from || !to) throw new RangeError(`No sentences ${first} to ${last}.`);
  return quoteOf(from.source, from.start, to.end);
}
