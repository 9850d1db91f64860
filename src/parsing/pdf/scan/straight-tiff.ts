import { pngOf } from "../../ocr/png.ts";
import type { TiffPage } from "../../ocr/tiff.ts";
import { openPdf } from "../open.ts";
import { pictureOf } from "./scans.ts";
import { isStrip, PICTURE_DOTS_MAX } from "./straight-picture.ts";
import { pageOfTiff } from "./tiff-page.ts";

/**
 * A page of a TIFF, straight and large enough, as PNG; undefined for one that is best read as it is, or cannot be
 * unpacked here.
 */
export async function straightTiffPage(
  tiff: Uint8Array,
  page: TiffPage,
): Promise<Uint8Array | undefined> {
  const { pdf, width, height } = pageOfTiff(tiff, page) ?? { width: 0, height: 0 };
  if (!pdf || isStrip(width, height)) return undefined;
  const { document, close } = await openPdf(pdf, PICTURE_DOTS_MAX);
  try {
    const picture = await pictureOf(document, 1, "").catch(() => undefined);
    return picture && pngOf(picture);
  } finally {
    await close();
  }
}
