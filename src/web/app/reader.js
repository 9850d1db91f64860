import { byId, el } from "./dom.js";
import { markdownElements, plainElements } from "./page-text.js";

/**
 * @typedef {{page_idx: number, start: number, end: number}} ReaderSegment
 * @typedef {{start: number, end: number}} Span offsets into the text, UTF-16
 * @typedef {{document_id: string, document_title: string, page_idx: number, start: number, end: number, snippet_preview: string, gone?: boolean}} Citation
 */

/** A document's text, page by page, with a cited span marked. */
export class Reader {
  #dialog = /** @type {HTMLDialogElement} */ (byId("reader"));
  #load;
  /** @type {(() => void) | undefined} */ #fetchOriginal;
  #unitOf;
  #isPlain;
  #opened = 0;

  /**
   * @param {(documentId: string) => Promise<{text: string, segments: ReaderSegment[]}>} load
   * @param {(documentId: string, title: string) => void} saveOriginal
   * @param {(documentId: string) => string} unitOf what a document's pages are to people
   * @param {(documentId: string) => boolean} isPlain whether its text is no Markdown
   */
  constructor(load, saveOriginal, unitOf, isPlain) {
    this.#load = load;
    this.#unitOf = unitOf;
    this.#isPlain = isPlain;
    byId("reader-close").onclick = () => this.close();
    byId("reader-original").onclick = () => this.#fetchOriginal?.();
    // A click beside the sheet lands on the dialog itself.
    this.#dialog.onclick = (event) => {
      if (event.target === this.#dialog) this.close();
    };
    this.saveOriginal = saveOriginal;
  }

  /** Also for what is still on its way. */
  close() {
    this.#opened++;
    this.#dialog.close();
  }

  /**
   * @param {string} documentId
   * @param {string} title
   * @param {Span} [span]
   */
  async open(documentId, title, span) {
    const mine = ++this.#opened;
    const { text, segments } = await this.#load(documentId);
    if (mine !== this.#opened) return;
    this.#fetchOriginal = () => this.saveOriginal(documentId, title);
    const pages = pagesOf(segments, text.length);
    const unit = this.#unitOf(documentId);
    byId("reader-title").textContent = title;
    byId("reader-about").textContent = aboutPages(pages, unit, span);
    const elements = this.#isPlain(documentId) ? plainElements : markdownElements;
    byId("reader-pages").replaceChildren(
      ...pages.map((page) => pageElement(page, unit, elements(text, page, span))),
    );
    if (!this.#dialog.open) this.#dialog.showModal();
    const mark = this.#dialog.querySelector("mark");
    byId("reader-pages").scrollTop = 0;
    mark?.scrollIntoView({ block: "center" });
    (mark ?? byId("reader-pages")).focus({ preventScroll: true });
  }
}

/**
 * The pages of a text, from the segments that lie on them: each reaches to where the next begins.
 * @param {ReaderSegment[]} segments
 * @param {number} length of the whole text
 * @returns {{pageIdx: number, start: number, end: number}[]}
 */
export function pagesOf(segments, length) {
  /** @type {{pageIdx: number, start: number, end: number}[]} */
  const pages = [];
  for (const { page_idx: pageIdx, start } of segments.toSorted((a, b) => a.start - b.start)) {
    if (pages.at(-1)?.pageIdx === pageIdx) continue;
    const from = pages.length === 0 ? 0 : start;
    const before = pages.at(-1);
    if (before) before.end = from;
    pages.push({ pageIdx, start: from, end: length });
  }
  return pages.length > 0 ? pages : [{ pageIdx: 0, start: 0, end: length }];
}

/**
 * @param {{pageIdx: number, start: number, end: number}[]} pages
 * @param {string} unit
 * @param {Span} [span]
 */
function aboutPages(pages, unit, span) {
  const count = pages.length === 1 ? `1 ${unit}` : `${pages.length} ${unit}s`;
  const cited = span && pages.find((page) => span.start < page.end);
  if (!cited) return count;
  return `${count}, cited ${unit === "part" ? "in" : "on"} ${unit} ${cited.pageIdx + 1}`;
}

/**
 * @param {{pageIdx: number}} page
 * @param {string} unit
 * @param {HTMLElement[]} content
 */
function pageElement({ pageIdx }, unit, content) {
  const label = `${unit[0]?.toUpperCase()}${unit.slice(1)} ${pageIdx + 1}`;
  return el("section", { class: "page", "aria-label": label }, el("h3", {}, label), ...content);
}
