import { afterAll, expect, test } from "bun:test";
import { buildDocx } from "../../support/docx.ts";
import { buildPptx, openDocument } from "../../support/office.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

const MB = 1024 * 1024;
// In proportion a file of 30 MB has all of a parser's memory; the program itself takes some 70 MB of it.
const pool = readerPool({ memoryLimitMb: 200, concurrency: 1 });
const office = readerPool({ memoryLimitMb: 300, concurrency: 1 });
afterAll(async () => {
  await pool.stop();
  await office.stop();
});

interface Shape {
  readonly file: string;
  readonly head: string;
  readonly piece: (at: number) => string;
  readonly foot: string;
  /** How the text of the last piece reads. */
  readonly last: (at: number) => string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  "paragraphs of HTML": {
    file: "a.html",
    head: "<html><body>",
    piece: (at) => `<p>The rent of flat ${at} is <b>950</b> euro, and due on the third.</p>\n`,
    foot: "</body></html>",
    last: (at) => `The rent of flat ${at} is **950** euro, and due on the third.`,
  },
  "a table of HTML": {
    file: "a.html",
    head: "<html><body><table>",
    piece: (at) =>
      `<tr><td>${at}</td><td>Lan</td><td class="rent">950 euro</td><td>Hà Nội, on the third floor</td></tr>\n`,
    foot: "</table></body></html>",
    last: (at) => `| ${at} | Lan | 950 euro | Hà Nội, on the third floor |`,
  },
  "records of XML": {
    file: "a.xml",
    head: "<flats>",
    piece: (at) =>
      `<flat><number>${at}</number><name>Lan</name><rent>950</rent><note>on the third floor</note></flat>\n`,
    foot: "</flats>",
    last: (at) => `| ${at} | Lan | 950 | on the third floor |`,
  },
  "a table of RTF": {
    file: "a.rtf",
    head: String.raw`{\rtf1 `,
    piece: (at) =>
      String.raw`\trowd\cellx1000\cellx2000\cellx3000\pard\intbl ${at}\cell Lan\cell on the third floor\cell\row`,
    foot: "}",
    last: (at) => `| ${at} | Lan | on the third floor |`,
  },
  "paragraphs of OpenDocument": {
    file: "a.fodt",
    head: '<office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>',
    piece: (at) =>
      `<text:p text:style-name="P1">The rent of <text:span text:style-name="T1">flat ${at}</text:span> is due.</text:p>`,
    foot: "</office:text></office:body></office:document>",
    last: (at) => `The rent of flat ${at} is due.`,
  },
  "days of a calendar": {
    file: "a.ics",
    head: "BEGIN:VCALENDAR\r\n",
    piece: (at) =>
      `BEGIN:VEVENT\r\nDTSTART:20240305\r\nSUMMARY:Rent ${at}\r\nDESCRIPTION:Is due\r\nEND:VEVENT\r\n`,
    foot: "END:VCALENDAR\r\n",
    last: (at) => `# Rent ${at}\n\nStart: 2024-03-05\n\nIs due`,
  },
};

test.each(Object.entries(SHAPES))("%s, 5 MB of them, within 200 MB", async (_what, shape) => {
  const { text, pieces } = written(shape, 5 * MB);
  const { document } = await readIn(pool, shape.file, text);
  expect(document.text).toEndWith(shape.last(pieces - 1));
});

/** What is one piece in the file, however long. */
const WHOLES: Readonly<Record<string, Shape & { pack: (text: string) => Uint8Array }>> = {
  "a table of OpenDocument": {
    file: "a.odt",
    head: "<office:text><table:table>",
    piece: (at) =>
      `<table:table-row><table:table-cell><text:p>${at}</text:p></table:table-cell><table:table-cell><text:p>Lan</text:p></table:table-cell></table:table-row>`,
    foot: "</table:table></office:text>",
    pack: (text) => openDocument("text", text),
    last: (at) => `| ${at} | Lan |`,
  },
  "a paragraph of Word": {
    file: "a.docx",
    head: "<w:p>",
    piece: (at) =>
      `<w:r><w:rPr><w:sz w:val="24"/></w:rPr><w:t xml:space="preserve">Flat ${at} is due. </w:t></w:r>`,
    foot: "</w:p>",
    pack: buildDocx,
    last: (at) => `Flat ${at} is due.`,
  },
  "a slide of PowerPoint": {
    file: "a.pptx",
    head: "<p:sp><p:txBody>",
    piece: (at) =>
      `<a:p><a:r><a:rPr lang="en"/><a:t>The rent of flat ${at} is due on the third.</a:t></a:r></a:p>`,
    foot: "</p:txBody></p:sp>",
    pack: (shapes) => buildPptx([{ shapes }]),
    last: (at) => `The rent of flat ${at} is due on the third.`,
  },
};

test.each(Object.entries(WHOLES))("%s, unpacked 15 MB, within 300 MB", async (_what, shape) => {
  const { text, pieces } = written(shape, 15 * MB);
  const { document } = await readIn(office, shape.file, shape.pack(text));
  expect(document.text).toEndWith(shape.last(pieces - 1));
});

function written({ head, piece, foot }: Shape, bytes: number): { text: string; pieces: number } {
  const pieces = Math.ceil(bytes / piece(0).length);
  return {
    text: [head, ...Array.from({ length: pieces }, (_, at) => piece(at)), foot].join(""),
    pieces,
  };
}
