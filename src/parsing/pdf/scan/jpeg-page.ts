import { jpegHeader } from "../../ocr/jpeg.ts";
import { IDENTITY, type Matrix, multiply } from "../matrix.ts";

/** By EXIF's orientation, from 1: from the unit square as the camera saw it to how it was held. */
const HELD: readonly Matrix[] = [
  IDENTITY,
  [-1, 0, 0, 1, 1, 0],
  [-1, 0, 0, -1, 1, 1],
  [1, 0, 0, -1, 0, 1],
  [0, -1, -1, 0, 1, 1],
  [0, -1, 1, 0, 0, 1],
  [0, 1, 1, 0, 0, 0],
  [0, 1, -1, 0, 1, 0],
];
/** Measured on pages of 72 to 200 dots an inch: below 100, enlarged ones lose no words, others up to a third. */
const SMALL_SIDE = 1_000;
/** By channels; what four mean differs from writer to writer. */
const COLOURS = new Map([
  [1, "/DeviceGray"],
  [3, "/DeviceRGB"],
]);

interface JpegPage {
  readonly pdf: Uint8Array;
  /** It is held otherwise than it lies. */
  readonly isTurned: boolean;
  /** Its letters are likely to be, too: a page on it has 85 dots an inch at most. */
  readonly isSmall: boolean;
}

/**
 * A JPEG as the one page of a PDF, which takes it as it is, held as EXIF says, a dot a unit.
 *
 * @returns undefined for one in other colours than grey or red, green and blue, and for one that is damaged
 */
export function pageOfJpeg(jpeg: Uint8Array): JpegPage | undefined {
  const header = jpegHeader(jpeg);
  const colours = header && COLOURS.get(header.channels);
  if (!colours) return undefined;
  const { width, height, orientation } = header;
  const held = HELD[orientation - 1] ?? IDENTITY;
  const [wide, high] = held[0] === 0 ? [height, width] : [width, height];
  const draws = `${multiply([wide, 0, 0, high, 0, 0], held).join(" ")} cm /I Do`;
  const size = `/Width ${width} /Height ${height}`;
  const picture = `/Subtype /Image ${size} /ColorSpace ${colours} /BitsPerComponent 8 /Filter /DCTDecode`;
  const pdf = pdfOf([
    ["/Type /Catalog /Pages 2 0 R"],
    ["/Type /Pages /Kids [3 0 R] /Count 1"],
    [
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${wide} ${high}] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>`,
    ],
    ["", Buffer.from(draws)],
    [picture, jpeg],
  ]);
  return { pdf, isTurned: held !== IDENTITY, isSmall: Math.max(wide, high) <= SMALL_SIDE };
}

/** Each object's entries, and its stream if it has one; the first is the catalogue. */
function pdfOf(objects: readonly (readonly [entries: string, stream?: Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
  };
  add(Buffer.from("%PDF-1.7\n"));
  const offsets = objects.map(([entries, stream], index) => {
    const offset = length;
    add(Buffer.from(`${index + 1} 0 obj\n<< ${entries} /Length ${stream?.length ?? 0} >>\n`));
    if (stream)
      for (const part of [Buffer.from("stream\n"), stream, Buffer.from("\nendstream\n")]) add(part);
    add(Buffer.from("endobj\n"));
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer << /Size ${count} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`;
  add(Buffer.from(table + trailer));
  return new Uint8Array(Buffer.concat(parts));
}
