import type { Matrix } from "../matrix.ts";

/** An object's entries, and its stream. */
export type PdfObject = readonly [entries: string, stream?: Uint8Array];

/**
 * A PDF of one page with pictures on it.
 * @param matrixOf where one is drawn, from the unit square
 */
export function pdfOf(
  width: number,
  height: number,
  pictures: readonly PdfObject[],
  matrixOf: (at: number) => Matrix,
): Uint8Array {
  const draws = pictures.map((_, at) => `q ${matrixOf(at).join(" ")} cm /I${at} Do Q`).join("\n");
  const names = pictures.map((_, at) => `/I${at} ${at + 5} 0 R`).join(" ");
  return fileOf([
    ["/Type /Catalog /Pages 2 0 R"],
    ["/Type /Pages /Kids [3 0 R] /Count 1"],
    [
      `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << /XObject << ${names} >> >>`,
    ],
    ["", Buffer.from(draws)],
    ...pictures,
  ]);
}

/** The first object is the catalogue. */
function fileOf(objects: readonly PdfObject[]): Uint8Array {
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
