import { OPS } from "pdfjs-dist";
import { checkPages, unreadable } from "../limits.ts";
import type { ReadContext } from "../reader.ts";
import { type AttachedFile, AttachedFiles } from "./attached.ts";
import { annotationsOf, commentsIn } from "./comments.ts";
import { readForm, withFields } from "./form.ts";
import { Fonts } from "./fonts.ts";
import { shownContent } from "./layers.ts";
import { EMPTY_LAYOUT, type Layout, layoutOf } from "./layout.ts";
import type { PdfDocument, PdfPage } from "./library.ts";
import { pageTexts } from "./page-texts.ts";
import { explain, openPdf, reasonOf } from "./open.ts";
import { withOldVietnamese } from "./old-vietnamese.ts";
import { readOutline } from "./outline.ts";
import type { TextItem } from "./piece.ts";
import type { PaintedPath } from "./ruled/rules.ts";
import { type Glyph, isTurned, repairTurned } from "./right-to-left.ts";
import { xfaText } from "./xfa.ts";

/** What pdf.js keeps of fonts grows with the pages read; letting go of it so often costs little. */
const PAGES_PER_CLEANUP = 100;

const XFA_WITHOUT_TEXT =
  "The PDF is a form that only Adobe Reader can show; print it to a PDF there, and upload that.";

interface ParseContext extends Pick<ReadContext, "limits" | "report"> {
  /** Told after each page how many are done, of how many pages and files, and what this one holds. */
  readonly onPage: (done: number, total: number, page: Layout) => void;
}

/** What is read of a PDF. */
export interface PdfTexts {
  /** As Markdown, in reading order; a page without text is "", and so is one that cannot be read. */
  readonly pages: readonly string[];
  readonly files: readonly AttachedFile[];
}

/**
 * A PDF's pages by its text layer, and what it brings along.
 *
 * @param bytes the file, which stays as it is
 * @throws PermanentError `parse_failed` if the file is damaged, password-protected or too long
 */
export async function parsePdf(bytes: Uint8Array, context: ParseContext): Promise<PdfTexts> {
  const { document, close } = await openPdf(bytes);
  try {
    const fonts = new Fonts();
    const form = await readForm(document);
    const attached = await AttachedFiles.of(document, context.report);
    const pages = await readPages({ document, fonts, form, attached }, context);
    if (document.isPureXfa && pages.every(({ comments }) => !comments.some(Boolean)))
      throw unreadable(XFA_WITHOUT_TEXT);
    const depthOf = await readOutline(document);
    const texts = pageTexts(pages, { isBold: fonts.isBold, depthOf });
    return { pages: texts, files: await attached.read() };
  } finally {
    await close();
  }
}

/** What pages are read with. */
interface Reading {
  readonly document: PdfDocument;
  readonly fonts: Fonts;
  readonly form: Awaited<ReturnType<typeof readForm>>;
  readonly attached: AttachedFiles;
}

/** The others may still be worth reading where one is damaged, and keep their numbers. */
async function readPages(reading: Reading, context: ParseContext): Promise<Layout[]> {
  const { document, attached } = reading;
  const { limits, report, onPage } = context;
  const total = document.numPages;
  // A forged page count would keep the loop busy until the deadline.
  checkPages(total, limits.pagesMax);
  const files = attached.count;
  const pages: Layout[] = [];
  const failures: unknown[] = [];
  for (let number = 1; number <= total; number++) {
    const layout = await readPage(reading, number).catch((error: unknown) => {
      failures.push(error);
      report(`Page ${number} of a PDF cannot be read: ${reasonOf(error)}`, error);
      return EMPTY_LAYOUT;
    });
    pages.push(layout);
    if (number % PAGES_PER_CLEANUP === 0) await document.cleanup();
    onPage(number, total + files, layout);
  }
  if (failures.length === total) throw explain(failures[0]);
  return pages;
}

async function readPage(reading: Reading, number: number): Promise<Layout> {
  const { document, fonts, form, attached } = reading;
  const page = await document.getPage(number);
  if (document.isPureXfa) return { ...EMPTY_LAYOUT, comments: [await xfaText(page)] };
  // Normalising before pdf.js turns right-to-left text would put a ligature's letters the wrong way round.
  const content = await page.getTextContent({ disableNormalization: true });
  const drawn = await shownContent(content.items, document);
  const texts = withOldVietnamese(
    drawn.filter((item) => "str" in item),
    content.styles,
  );
  const items = await readable(page, texts);
  const fields = form.get(number - 1) ?? [];
  const layout = layoutOf({
    items: fields.length > 0 ? withFields(items, fields, page.rotate) : items,
    paths: drawn.flatMap(pathsOf),
    view: page.getViewport({ scale: 1 }).transform.map(Number),
    isVertical: (font) => content.styles[font]?.vertical === true,
  });
  fonts.learn(content.styles);
  const annotations = await annotationsOf(page);
  attached.learn(annotations);
  page.cleanup();
  return { ...layout, comments: commentsIn(annotations) };
}

/** What our pdf.js gives among the texts: lines and rectangles that are painted. */
function pathsOf(item: object): readonly PaintedPath[] {
  return "paths" in item ? (item.paths as readonly PaintedPath[]) : [];
}

/** The items, right-to-left texts repaired by their glyphs; those are a second reading, for such pages alone. */
async function readable(page: PdfPage, items: readonly TextItem[]): Promise<readonly TextItem[]> {
  const texts = items.map(({ str }) => str);
  if (!texts.some(isTurned)) return items;
  const glyphs = await drawnGlyphs(page);
  const repaired = repairTurned(texts, glyphs);
  return items.map((item, index) => ({ ...item, str: repaired[index] ?? item.str }));
}

async function drawnGlyphs(page: PdfPage): Promise<Glyph[]> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const glyphs: Glyph[] = [];
  for (const [index, operation] of fnArray.entries()) {
    if (operation !== OPS.showText) continue;
    const [drawn] = argsArray[index] as [readonly (Glyph | number)[]];
    // Numbers are gaps.
    for (const glyph of drawn) if (typeof glyph !== "number") glyphs.push(glyph);
  }
  return glyphs;
}
