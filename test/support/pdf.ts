const FONT_SIZE = 12;
const LINE_HEIGHT = 14;
const LEFT = 72;
const TOP = 760;

/**
 * A small valid PDF with a text layer, one string a page, for tests.
 *
 * A line break starts a new line, an empty line leaves a gap; characters are Latin-1.
 * An empty string gives a page without any text, as a scan has it.
 */
export function buildPdf(pages: readonly string[]): Uint8Array {
  return buildPdfOfStreams(pages.map(contentOf));
}

/** A PDF from raw page content streams, for layouts that `buildPdf` does not draw. The font is `/F1`. */
export function buildPdfOfStreams(streams: readonly string[]): Uint8Array {
  const pageNumbers = streams.map((_, index) => 4 + index * 2);
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${pageNumbers.map((n) => `${n} 0 R`).join(" ")}] /Count ${streams.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ...streams.flatMap((stream, index) => [
      pageObject(4 + index * 2 + 1),
      streamObject("", stream),
    ]),
  ];
  return assemblePdf(objects);
}

/** A file that a PDF brings along. */
interface Brought {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Further entries of its specification. */
  readonly entries?: string;
  /** It is pinned to the page; else the whole document brings it. */
  readonly pinned?: boolean;
  readonly both?: boolean;
  readonly filter?: string;
}

/** A page with a line of text, and files: two objects each from the sixth on. */
export function pdfWith(
  files: readonly Brought[],
  line = "Please find all files attached.",
): Uint8Array {
  const spec = (at: number) => `${6 + 3 * at} 0 R`;
  const named = files.flatMap(({ name, pinned }, at) => (pinned ? [] : [`(${name}) ${spec(at)}`]));
  const pins = files.flatMap(({ pinned, both }, at) =>
    pinned || both ? [`${8 + 3 * at} 0 R`] : [],
  );
  return assemblePdf([
    `<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [${named.join(" ")}] >> >> >>`,
    "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R /Annots [${pins.join(" ")}] >>`,
    streamObject("", line && `BT /F1 12 Tf 72 700 Td (${line}) Tj ET`),
    ...files.flatMap(({ name, content, entries = "", filter = "" }, at) => [
      `<< /Type /Filespec /F (${name}) /EF << /F ${7 + 3 * at} 0 R >> ${entries} >>`,
      streamObject(`/Type /EmbeddedFile ${filter}`, Buffer.from(content).toString("latin1")),
      `<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS ${spec(at)} >>`,
    ]),
  ]);
}

/** The same PDF, of `buildPdf`, with a number in the place of a page. @param number from 1 */
export function withBrokenPage(pdf: Uint8Array, number: number): Uint8Array {
  const object = 4 + (number - 1) * 2;
  const page = new RegExp(`(\n${object} 0 obj\n)(<<.*>>)(\nendobj)`);
  const broken = Buffer.from(pdf)
    .toString("latin1")
    .replace(
      page,
      (_, head: string, { length }: string, tail: string) => `${head}${"4".padEnd(length)}${tail}`,
    );
  return new Uint8Array(Buffer.from(broken, "latin1"));
}

/** Numbers the objects from 1 (the first is the catalog) and adds header, cross-reference and trailer. */
export function assemblePdf(objects: readonly string[]): Uint8Array {
  let body = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join("")}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(body + table + trailer, "latin1"));
}

/** A stream object; `data` holds one byte a character, `entries` further dictionary entries. */
export function streamObject(entries: string, data: string): string {
  return `<< ${entries} /Length ${data.length} >>\nstream\n${data}\nendstream`;
}

function pageObject(contents: number): string {
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${contents} 0 R >>`;
}

function contentOf(page: string): string {
  if (page === "") return "";
  const lines = page.split("\n").map((line) => `(${escape(line)}) Tj T*`);
  return `BT /F1 ${FONT_SIZE} Tf ${LINE_HEIGHT} TL ${LEFT} ${TOP} Td\n${lines.join("\n")}\nET`;
}

function escape(line: string): string {
  return line.replace(/[\\()]/g, String.raw`\$&`);
}
