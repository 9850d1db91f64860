/** PDFs that bring files along. */
import { afterAll, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { LIMITS } from "../../support/limits.ts";
import { failureOf } from "../../support/failure.ts";
import { buildPdf, pdfWith } from "../../support/pdf.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

const pool = readerPool({ concurrency: 1 });
afterAll(() => pool.stop());

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
