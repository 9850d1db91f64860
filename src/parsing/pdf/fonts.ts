/** `CMBX` and `SFBX` are how TeX calls its bold fonts. */
const BOLD_NAME = /bold|black|heavy|demi|^(?:\w+\+)?(?:CM|SF|EC|LM)(?:B|SS?BX|BX)/i;

/** Which of a document's fonts are bold. */
export class Fonts {
  readonly #bold = new Map<string, boolean>();

  /** @param styles the fonts of a page's texts as pdf.js gives them, with their names */
  learn(styles: Readonly<Record<string, object>>): void {
    for (const [font, style] of Object.entries(styles)) this.#bold.set(font, isBold(style));
  }

  readonly isBold = (font: string): boolean => this.#bold.get(font) ?? false;
}

function isBold(style: object): boolean {
  if ("bold" in style && style.bold === true) return true;
  return "name" in style && typeof style.name === "string" && BOLD_NAME.test(style.name);
}
