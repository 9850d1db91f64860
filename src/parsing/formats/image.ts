import { mimeTypeOf } from "../format.ts";
import { checkPages, unreadable } from "../limits.ts";
import { needsOcr } from "../ocr/needs-ocr.ts";
import { measure } from "../ocr/picture-size.ts";
import { straightPicture } from "../pdf/scan/straight-picture.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

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
  // Document AI sees for itself how a picture lies.
  const straight = ocr.name === "tesseract" ? await straightPicture(bytes, format) : undefined;
  const texts = await recognise(
    straight
      ? { bytes: straight, mimeType: "image/png" }
      : { bytes, mimeType: mimeTypeOf(format), pages },
  );
  onProgress(texts.length, texts.length);
  return texts;
}
