/** PDFs that bring files along. */
import { afterAll, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { LIMITS } from "../../support/limits.ts";
import { failureOf } from "../../support/failure.ts";
import { assemblePdf, buildPdf, streamObject } from "../../support/pdf.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

const pool = readerPool({ concurrency: 1 });
afterAll(() => pool.stop());

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
function pdfWith(files: readonly Brought[], line = "Please find all files attached."): Uint8Array {
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

async function read(pdf: Uint8Array): Promise<string[]> {
  const { pages, text } = (await readIn(pool, "a.pdf", pdf)).document;
  return pages.map(({ start, end }) => text.slice(start, end));
}

const OWN = "Please find all files attached.";
const CSV = { name: "rent.csv", content: "Month,Rent\nMay,900\n" };
const PRICES = "# rent.csv\n\n| Month | Rent |\n| --- | --- |\n| May | 900 |";

test("each is read by the reader of its kind, under its name, behind the pages", async () => {
  const within = { name: "lease.pdf", content: buildPdf(["First clause.", "Second clause."]) };
  expect(await read(pdfWith([CSV, within]))).toEqual([
    OWN,
    PRICES,
    "# lease.pdf\n\nFirst clause.",
    "Second clause.",
  ]);
});

test("what is pinned to a page is read too, and once if the document lists it as well", async () => {
  expect(await read(pdfWith([{ ...CSV, pinned: true }]))).toEqual([OWN, PRICES]);
  expect(await read(pdfWith([{ ...CSV, both: true }]))).toEqual([OWN, PRICES]);
});

test.each(["Source", "Alternative", "Data"])(
  "what says the same again (%s) is left out",
  async (kind) => {
    const file = { ...CSV, entries: `/AFRelationship /${kind}` };
    expect(await read(pdfWith([file]))).toEqual([OWN]);
  },
);

test("one that cannot be read is named with the reason, and takes no other along", async () => {
  const program = { name: "setup.exe", content: "MZ\0\0 and no text" };
  const [own, prices] = await read(pdfWith([program, CSV]));
  expect(own).toMatch(
    /^Please find all files attached\.\n\nAttachment that was not read: setup\.exe\. ./,
  );
  expect(prices).toBe(PRICES);
});

test("one that unpacks to more than there is room for is named", async () => {
  const zeros = deflateSync(Buffer.alloc(150 * 1024 * 1024), { level: 1 });
  const bomb = { name: "zeros.txt", content: zeros, filter: "/Filter /FlateDecode" };
  expect(await read(pdfWith([bomb, CSV]))).toEqual([
    `${OWN}\n\nAttachment that was not read: zeros.txt. It is damaged, or larger than 128 MB.`,
    PRICES,
  ]);
});

test("a cover without text needs no OCR, if what it covers has text", async () => {
  expect(await read(pdfWith([CSV], ""))).toEqual(["", PRICES]);
  const program = { name: "setup.exe", content: "MZ\0\0 and no text" };
  expect((await failureOf(read(pdfWith([program], "")))).message).toContain("OCR");
});

test("PDFs within PDFs end where files may lie no deeper", async () => {
  let pdf = pdfWith([CSV]);
  for (let depth = 0; depth <= LIMITS.nestingMax; depth++)
    pdf = pdfWith([{ name: "inner.pdf", content: pdf }]);
  const pages = await read(pdf);
  expect(pages).toHaveLength(LIMITS.nestingMax + 1);
  expect(pages.at(-1)).toContain("Attachment that was not read: inner.pdf. Files lie within files");
});

test("of thousands the first are read, and the log says that there are more", async () => {
  const files = Array.from({ length: 3_000 }, (_, at) => ({ name: `${at}.txt`, content: `${at}` }));
  const told: string[] = [];
  const { document } = await readIn(pool, "a.pdf", pdfWith(files), {
    onReport: ({ what }) => told.push(what),
  });
  expect(document.pages).toHaveLength(1_001);
  expect(told).toEqual(["A PDF brings more than 1000 files."]);
});

test("progress counts them, and ends with them", async () => {
  const told: number[] = [];
  const files = Array.from({ length: 3 }, (_, at) => ({ ...CSV, name: `rent-${at}.csv` }));
  await readIn(pool, "a.pdf", pdfWith(files), { onProgress: (percent) => told.push(percent) });
  expect(told).toEqual([25, 50, 75, 100]);
});
