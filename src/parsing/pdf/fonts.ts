import type { PdfPage } from "./library.ts";

/** Asking for a page's fonts costs as much as reading its text: one page may be asked for so many read. */
const PAGES_PER_ASKING = 8;

/** `CMBX` and `SFBX` are how TeX calls its bold fonts. */
const BOLD_NAME = /bold|black|heavy|demi|^(?:\w+\+)?(?:CM|SF|EC|LM)(?:B|SS?BX|BX)/i;

/** Which of a document's fonts are bold, as far as it was worth asking. */
export class Fonts {
  readonly #bold = new Map<string, boolean>();
  #asked = 0;

  /**
   * Learns about fonts of a page, if any is not known yet.
   *
   * @param isUrgent nothing but weight would tell headings: then the first page to want it may ask
   */
  async learn(page: PdfPage, names: readonly string[], isUrgent: boolean): Promise<void> {
    if (names.every((name) => this.#bold.has(name))) return;
    const allowed = Math.floor(page.pageNumber / PAGES_PER_ASKING) || (isUrgent ? 1 : 0);
    if (this.#asked >= allowed) return;
    this.#asked++;
    // A page that cannot be drawn has been read all the same.
    await page.getOperatorList().catch(() => undefined);
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
