import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import { messageOf, PermanentError } from "../../error.ts";
import { joinHyphens } from "./hyphens.ts";
import { pageText } from "./page-text.ts";
import type { TextItem } from "./piece.ts";
import { type Glyph, isTurned, repairTurned } from "./right-to-left.ts";

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;
type PdfPage = Awaited<ReturnType<PdfDocument["getPage"]>>;

/** A forged page count would keep the loop busy until the deadline. */
const PAGES_MAX = 20_000;

/** What pdf.js keeps of fonts grows with the pages read; letting go of it so often costs little. */
const PAGES_PER_CLEANUP = 100;

/** pdf.js reports errors only; it warns of every other font. */
const VERBOSITY_ERRORS = 0;

/**
 * The texts of a PDF's pages by its text layer, in reading order; a page without text is "".
 *
 * @param bytes the file; pdf.js takes them over, they are not to be used afterwards
 * @param onPage told after each page how many are done, and of how many
 * @throws PermanentError `parse_failed` if the file is damaged or password-protected
 */
export async function parsePdf(
  bytes: Uint8Array,
  onPage: (done: number, total: number) => void,
): Promise<string[]> {
  const document = await open(bytes);
  try {
    const pages = await readPages(document, onPage);
    return joinHyphens(pages);
  } finally {
    await document.loadingTask.destroy();
  }
}

async function open(bytes: Uint8Array): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(bytes, {
      verbosity: VERBOSITY_ERRORS,
      useSystemFonts: false,
      disableFontFace: true,
      // No picture is ever decoded.
      maxImageSize: 1,
      stopAtErrors: false,
    });
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): PermanentError {
  const name = error instanceof Error || isNamed(error) ? error.name : "";
  const sentence =
    name === "PasswordException"
      ? "The PDF is password-protected; remove the password and upload it again."
      : "The PDF is damaged and cannot be read.";
  return new PermanentError("parse_failed", sentence, { cause: error });
}

/** pdf.js's exceptions look like errors and are none. */
function isNamed(error: unknown): error is { name: string } {
  return typeof error === "object" && error !== null && "name" in error;
}

async function readPages(
  document: PdfDocument,
  onPage: (done: number, total: number) => void,
): Promise<string[]> {
  const total = document.numPages;
  if (total > PAGES_MAX) throw tooManyPages(total);
  const pages: string[] = [];
  let failures = 0;
  for (let number = 1; number <= total; number++) {
    const text = await readPage(document, number);
    if (text === undefined) failures++;
    pages.push(text ?? "");
    if (number % PAGES_PER_CLEANUP === 0) await document.cleanup();
    onPage(number, total);
  }
  if (failures === total) throw explain(undefined);
  return pages;
}

/** The page's text, or undefined if this page is damaged: the others may still be worth reading. */
async function readPage(document: PdfDocument, number: number): Promise<string | undefined> {
  try {
    const page = await document.getPage(number);
    // Normalising before pdf.js turns right-to-left text would put a ligature's letters the wrong way round.
    const content = await page.getTextContent({ disableNormalization: true });
    const items = await readable(
      page,
      content.items.filter((item) => "str" in item),
    );
    const view = page.getViewport({ scale: 1 }).transform.map(Number);
    const text = pageText(items, view, (font) => content.styles[font]?.vertical === true);
    page.cleanup();
    return text;
  } catch (error) {
    console.error(`Page ${number} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
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
  const { OPS } = await getResolvedPDFJS();
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

function tooManyPages(total: number): PermanentError {
  return new PermanentError(
    "parse_failed",
    `The PDF has ${total} pages; ${PAGES_MAX} can be read at most.`,
  );
}
