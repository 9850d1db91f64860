import { deflateSync } from "node:zlib";
import type { Grey } from "../../src/parsing/ocr/png.ts";
import { assemblePdf, streamObject } from "./pdf.ts";

/** A page of a PDF, in points: what is drawn on it, the pictures as `/I0`, `/I1` and so on, the font as `/F1`. */
export interface ScanPage {
  readonly width: number;
  readonly height: number;
  /** Clockwise, in degrees. */
  readonly rotate?: number;
  readonly draws: string;
  /** Stream objects. */
  readonly pictures?: readonly string[];
}

/** A PDF with pictures on its pages. */
export function buildScanPdf(pages: readonly ScanPage[]): Uint8Array {
  const objects = ["", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"];
  const add = (object: string) => objects.push(object);
  const kids = pages.map(({ width, height, rotate = 0, draws, pictures = [] }) => {
    const names = pictures.map((picture, index) => `/I${index} ${add(picture)} 0 R`).join(" ");
    const resources = `<< /Font << /F1 3 0 R >> /XObject << ${names} >> >>`;
    const contents = add(streamObject("", draws));
    const box = `/MediaBox [0 0 ${width} ${height}] /Rotate ${rotate}`;
    return add(
      `<< /Type /Page /Parent 2 0 R ${box} /Resources ${resources} /Contents ${contents} 0 R >>`,
    );
  });
  objects[0] = "<< /Type /Catalog /Pages 2 0 R >>";
  objects[1] = `<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(" ")}] /Count ${kids.length} >>`;
  return assemblePdf(objects);
}

/** A page that a picture covers, three quarters of a point a dot. */
export function scanned(grey: Grey, more = ""): ScanPage {
  const [width, height] = [grey.width * 0.75, grey.height * 0.75];
  const draws = `q ${width} 0 0 ${height} 0 0 cm /I0 Do Q ${more}`;
  return { width, height, draws, pictures: [greyObject(grey)] };
}

export function written(text: string): ScanPage {
  return { width: 612, height: 792, draws: textAt(72, 720, text) };
}

export function textAt(x: number, y: number, text: string): string {
  return `BT /F1 12 Tf ${x} ${y} Td (${text}) Tj ET`;
}

export function greyObject({ width, height, pixels }: Grey): string {
  const entries = `/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`;
  return imageObject(width, height, entries, deflateSync(pixels));
}

export function imageObject(
  width: number,
  height: number,
  entries: string,
  data: Uint8Array,
): string {
  const size = `/Width ${width} /Height ${height}`;
  const latin1 = Buffer.from(data).toString("latin1");
  return streamObject(`/Type /XObject /Subtype /Image ${size} ${entries}`, latin1);
}

/** Where it is dark, 1 bit: rows of whole bytes, packed. */
export function stencilObject({ width, height, pixels }: Grey): string {
  const stride = Math.ceil(width / 8);
  const bits = new Uint8Array(stride * height).fill(255);
  pixels.forEach((shade, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const byte = y * stride + (x >> 3);
    if (shade < 128) bits[byte] = (bits[byte] ?? 0) & ~(128 >> (x & 7));
  });
  const entries = "/ImageMask true /BitsPerComponent 1 /Filter /FlateDecode";
  return imageObject(width, height, entries, deflateSync(bits));
}

/** Rows from `top` on. */
export function strip({ width, pixels }: Grey, top: number, height: number): Grey {
  return { width, height, pixels: pixels.slice(top * width, (top + height) * width) };
}

/** A page of JBIG2 (ITU-T T.88) as a PDF holds it: a generic region that is coded as fax (MMR). */
export function jbig2Of(width: number, height: number, fax: Uint8Array): Uint8Array {
  const size = [...uint32(width), ...uint32(height)];
  const nowhere = [...uint32(0), ...uint32(0)];
  const segment = (number: number, type: number, body: readonly number[]) =>
    Buffer.from([...uint32(number), type, 0, 1, ...uint32(body.length), ...body]);
  return Buffer.concat([
    segment(0, 48, [...size, ...nowhere, 0, 0, 0]),
    segment(1, 38, [...size, ...nowhere, 0, 1, ...fax]),
  ]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
