import { PermanentError } from "../../error.ts";
import { mimeTypeOf } from "../format.ts";
import { checkPages, damaged, unreadable } from "../limits.ts";
import { needsOcr } from "../ocr/needs-ocr.ts";
import { measure } from "../ocr/picture-size.ts";
import { onePageOf, tiffPages } from "../ocr/tiff.ts";
import { straightPicture } from "../pdf/scan/straight-picture.ts";
import { straightTiffPage } from "../pdf/scan/straight-tiff.ts";
import type { ReadContext, Recognise, SourceFile } from "../reader.ts";

/** A scan of A0 at 300 dots an inch has 140; unpacked, each takes a byte or four. */
const MEGAPIXELS_MAX = 150;

/** The writing in a picture; a TIFF may have several pages. */
export async function readImage(
  { bytes, format }: SourceFile,
  { ocr, recognise, onProgress, limits }: ReadContext,
): Promise<readonly string[]> {
  if (!ocr) throw needsOcr("The file is a picture");
  const { megapixels, pages } = measure(bytes, format);
  if (megapixels > MEGAPIXELS_MAX)
    throw unreadable(
      `The picture has more than ${MEGAPIXELS_MAX} million pixels; save it smaller and upload that.`,
    );
  checkPages(pages, limits.pagesMax);
  // Document AI sees for itself how a picture lies, and what pages there are.
  const isPrepared = ocr.name === "tesseract";
  if (isPrepared && format === "tiff") return await readTiff(bytes, recognise, onProgress);
  const straight = isPrepared ? await straightPicture(bytes, format) : undefined;
  const texts = await recognise(
    straight
      ? { bytes: straight, mimeType: "image/png" }
      : { bytes, mimeType: mimeTypeOf(format), pages },
  );
  onProgress(texts.length, texts.length);
  return texts;
}

/** Page by page: one that is damaged takes no other along. */
async function readTiff(
  tiff: Uint8Array,
  recognise: Recognise,
  onProgress: ReadContext["onProgress"],
): Promise<readonly string[]> {
  const pages = tiffPages(tiff);
  const texts: string[] = [];
  const failures: PermanentError[] = [];
  for (const [at, page] of pages.entries()) {
    try {
      const straight = await straightTiffPage(tiff, page);
      const picture = straight
        ? { bytes: straight, mimeType: "image/png" }
        : { bytes: onePageOf(tiff, page), mimeType: "image/tiff" };
      texts.push((await recognise(picture)).join("\n\n"));
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      failures.push(error);
      texts.push("");
    }
    onProgress(at + 1, pages.length);
  }
  if (failures.length === pages.length) throw failures[0] ?? damaged("picture");
  return texts;
}
