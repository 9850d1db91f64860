/** PDFs of which some pages cannot be read. */
import { expect, test } from "bun:test";
import { PermanentError } from "../../../src/error.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import type { Report } from "../../../src/parsing/pipe/failure.ts";
import { failureOf } from "../../support/failure.ts";
import { buildPdf, withBrokenPage } from "../../support/pdf.ts";
import { fileReader } from "../../support/reader-pool.ts";

const readFile = fileReader();

async function read(pdf: Uint8Array, recogniser?: Recogniser) {
  const told: Report[] = [];
  const onReport = (report: Report) => told.push(report);
  const { document } = await readFile("a.pdf", pdf, {
    onReport,
    ...(recogniser && { recogniser }),
  });
  const { pages, text } = document;
  return { pages: pages.map(({ start, end }) => text.slice(start, end)), told };
}

const THREE = buildPdf(["The first page.", "The second page.", "The third page."]);

test.each([1, 2, 3])(
  "page %d of three stays, empty, and the others keep theirs",
  async (number) => {
    const { pages, told } = await read(withBrokenPage(THREE, number));
    const whole = (await read(THREE)).pages;
    expect(pages).toEqual(whole.with(number - 1, ""));
    expect(told.map(({ what }) => what)).toEqual([
      `Page ${number} of a PDF cannot be read: Page dictionary kid reference points to wrong type of object.`,
    ]);
    expect(told[0]?.origin).toMatch(/^\w*Exception\n\s+at /);
  },
);

test("one that cannot be read cannot be recognised, and does no harm to the others", async () => {
  const recogniser: Recogniser = {
    name: "tesseract",
    wholePdfPagesMax: 0,
    present: () => true,
    recognise: () => Promise.resolve({ pages: ["Seen."] }),
  };
  const { pages, told } = await read(withBrokenPage(THREE, 2), recogniser);
  expect(pages).toEqual(["The first page.", "", "The third page."]);
  expect(told.map(({ what }) => what.replace(/:.*/, ""))).toEqual([
    "Page 2 of a PDF cannot be read",
    "Page 2 of a PDF cannot be recognised",
  ]);
});

test("one whose pages all fail fails as a whole, with one sentence", async () => {
  const broken = [1, 2, 3].reduce(withBrokenPage, THREE);
  const error = await failureOf(read(broken));
  expect(error).toBeInstanceOf(PermanentError);
  expect(error.message).toBe("The PDF is damaged and cannot be read.");
});
