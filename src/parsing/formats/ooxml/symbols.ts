/** The Symbol font's signs from 0x61 on, in its order (Adobe's Symbol encoding); a space is what it lacks. */
const SYMBOL_LOWER = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
const SYMBOL_UPPER = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";

/** What people use of the fonts of pictures. */
const WINGDINGS: Readonly<Record<number, string>> = {
  0x28: "☎",
  0x2a: "✉",
  0x4a: "☺",
  0x4c: "☹",
  0x6c: "●",
  0x6e: "■",
  0x6f: "□",
  0x71: "❑",
  0x75: "◆",
  0x76: "❖",
  0xa7: "▪",
  0xa8: "◻",
  0xd8: "➢",
  0xdf: "←",
  0xe0: "→",
  0xe1: "↑",
  0xe2: "↓",
  0xe8: "➔",
  0xef: "⇦",
  0xf0: "⇨",
  0xfb: "✗",
  0xfc: "✓",
  0xfd: "☒",
  0xfe: "☑",
};

/**
 * The sign that a font of signs shows for a code; "" if it is not known.
 * @param code as the file has it: the font's own, or that in the private area at U+F000
 */
export function symbolOf(font: string, code: number): string {
  const own = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
  if (/wingdings/i.test(font)) return WINGDINGS[own] ?? "";
  if (/^symbol/i.test(font)) return ofSymbolFont(own);
  return code === own && own >= 0x20 && own <= 0x10ffff ? String.fromCodePoint(own) : "";
}

/** A text in which signs of such a font stand in the private area. */
export function withSymbols(text: string, font: string): string {
  return text.replace(/[\uf000-\uf0ff]/g, (sign) => symbolOf(font || "Symbol", sign.charCodeAt(0)));
}

function ofSymbolFont(code: number): string {
  if (code >= 0xa1) return SYMBOL_HIGH.charAt(code - 0xa1).trim();
  if (code >= 0x61) return SYMBOL_LOWER.charAt(code - 0x61).trim();
  if (code >= 0x41 && code <= 0x5a) return SYMBOL_UPPER.charAt(code - 0x41).trim();
  return code >= 0x20 ? String.fromCharCode(code) : "";
}
