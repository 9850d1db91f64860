import { isHidden, isNavigation } from "./chrome.ts";
import { isBlock } from "./element.ts";
import type { PackedElement } from "../tree/packed-tree.ts";

/** Fewer letters in one block are a label rather than a sentence, and so much less of the page's prose. */
const SENTENCE_LETTERS_MIN = 25;
const LABEL_WEIGHT = 0.25;
/** A character from here on (Chinese, Japanese, Korean) says as much as two letters. */
const FIRST_IDEOGRAPH = 0x2e80;

/** The letters of a block outside links, those of blocks within it left out. */
interface Own {
  letters: number;
}

/**
 * Writes into each element of a tree how much text it holds. What is hidden, or says by its element or role that it
 * is navigation, weighs nothing for those that it lies in.
 */
export function weigh(root: PackedElement): void {
  const own = { letters: 0 };
  weighElement(root, own, false);
  root.prose += proseOf(own);
}

function weighElement(element: PackedElement, around: Own, inLink: boolean): void {
  const own = isBlock(element) ? { letters: 0 } : around;
  const isLinked = inLink || element.name === "a";
  let [letters, linked, prose] = [0, 0, 0];
  for (const child of element.children) {
    if (typeof child === "string") {
      const more = lettersOf(child);
      letters += more;
      if (isLinked) linked += more;
      else own.letters += more;
    } else if (isHidden(child) || isNavigation(child)) {
      weighElement(child, { letters: 0 }, isLinked);
    } else {
      weighElement(child, own, isLinked);
      letters += child.letters;
      linked += child.linked;
      prose += child.prose;
    }
  }
  if (own !== around) prose += proseOf(own);
  element.letters = letters;
  element.linked = linked;
  element.prose = prose;
}

function proseOf({ letters }: Own): number {
  return letters < SENTENCE_LETTERS_MIN ? letters * LABEL_WEIGHT : letters;
}

/** How many characters are no white space. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= FIRST_IDEOGRAPH) letters += 2;
    else if (code > 32) letters++;
  }
  return letters;
}
