import type { Sample } from "./sample.ts";
import { latin1 } from "./magic.ts";
import { looksLikeText } from "./text-likeness.ts";

/** A part of a page of the web, without what a page begins with. */
const MARKUP = /^\s*<(?:table|style|meta|head|body|div|center|font|p|h\d)[\s>]/i;

/**
 * What a file is that bears an office program's extension so that this program opens it: many a report calls its
 * table of HTML, or its lines of values, ".xls". Undefined for any other file.
 */
export function disguised(
  extension: string,
  { head }: Sample,
): "html" | "csv" | "text" | undefined {
  const plain = PLAIN.get(extension);
  if (!plain || !looksLikeText(head)) return undefined;
  return MARKUP.test(latin1(head, 0, head.length)) ? "html" : plain;
}

const PLAIN = new Map<string, "csv" | "text">([
  [".xls", "csv"],
  [".xlt", "csv"],
  [".doc", "text"],
  [".dot", "text"],
]);
