/** Control words that stand for a character. */
export const CHARACTERS = new Map([
  ["tab", " "],
  ["line", "\n"],
  ["lbr", "\n"],
  ["emdash", "—"],
  ["endash", "–"],
  ["lquote", "‘"],
  ["rquote", "’"],
  ["ldblquote", "“"],
  ["rdblquote", "”"],
  ["bullet", "•"],
  ["emspace", " "],
  ["enspace", " "],
  ["qmspace", " "],
]);

/** Control symbols that stand for a byte. */
export const SYMBOLS = new Map([
  ["~", " "],
  ["_", "-"],
  ["\\", "\\"],
  ["{", "{"],
  ["}", "}"],
  ["\t", " "],
]);
