import type { Line } from "../line.ts";

/** Scripts that are written without spaces, and their punctuation. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]$/u;

/** The lines of a cell as one. */
export function cellTextOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).reduce(joined, "");
}

function joined(before: string, line: string): string {
  if (before === "" || line === "") return before + line;
  if (UNSPACED.test(before) && UNSPACED.test(line.slice(0, 1))) return before + line;
  if (/[\p{L}\p{N}][-\u2010]$/u.test(before) && /^[\p{Ll}\p{N}]/u.test(line)) return before + line;
  if (before.endsWith("\u00ad")) return before.slice(0, -1) + line;
  return `${before} ${line}`;
}
