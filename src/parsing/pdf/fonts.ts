import type { PdfPage } from "./library.ts";

/** Asking for a page's fonts costs as much as reading its text: so many pages may be asked at first, */
const ASKED_AT_FIRST = 1;
/** and one more for so many pages read. */
const PAGES_PER_ASKING = 16;

/** `CMBX` and `SFBX` are how TeX calls its bold fonts. */
const BOLD_NAME = /bold|black|heavy|demi|^(?:\w+\+)?(?:CM|SF|EC|LM)(?:B|SS?BX|BX)/i;

/** Which of a document's fonts are bold, as far as it was worth asking. */
export class Fonts {
  readonly #bold = new Map<string, boolean>();
  #asked = 0;

  /** Learns about fonts of a page, if any is not known yet. */
  async learn(page: PdfPage, names: readonly string[]): Promise<void> {
    if (names.every((name) => this.#bold.has(name))) return;
    if (this.#asked >= ASKED_AT_FIRST + page.pageNumber / PAGES_PER_ASKING) return;
    this.#asked++;
    await page.getOperatorList();
    for (const name of names) {
      const font: unknown = page.commonObjs.has(name) ? page.commonObjs.get(name) : undefined;
      this.#bold.set(name, isBold(font));
    }
  }

  readonly isBold = (name: string): boolean => this.#bold.get(name) ?? false;
}

function isBold(font: unknown): boolean {
  if (typeof font !== "object" || font === null) return false;
  if ("bold" in font && font.bold === true) return true;
  return "name" in font && typeof font.name === "string" && BOLD_NAME.test(font.name);
}
