/** PDFs with pages that are pictures, read by the real tesseract. */
import { describe, expect, test } from "bun:test";
import { AppError, PermanentError } from "../../../src/error.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import type { ParsedDocument } from "../../../src/parsing/parsed.ts";
import type { Picture } from "../../../src/parsing/reader.ts";
import { buildPdf } from "../../support/pdf.ts";
import { sample, sampleGrey } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";
import {
  buildScanPdf,
  greyObject,
  imageObject,
  jbig2Of,
  scanned,
  type ScanPage,
  stencilObject,
  strip,
  textAt,
  written,
} from "../../support/scan.ts";
import { tesseract } from "../../support/tesseract.ts";

const readFile = fileReader();
const first = sampleGrey("lease-1.png");
const second = sampleGrey("lease-2.png");
const FIRST = [
  "Hop dong thue nha",
  "The lease begins on 1 March 2024.",
  "Ben thue tra tien hang thang.",
];
const SECOND = ["Second sheet", "Signed in Hanoi by both parties.", "Ngay ky: 15 thang 5."];
const PROSE =
  "This page has a layer of text, and so many words that nobody takes it for a scan of paper at all.";

/** The lines of each page without marks: which of those are seen in small letters is tesseract's affair. */
function linesOf(document: ParsedDocument): string[][] {
  const plain = (line: string) => line.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
  return pagesOf(document).map((lines) => lines.map(plain));
}

function pagesOf({ pages, text }: ParsedDocument): string[][] {
  return pages.map(({ start, end }) => text.slice(start, end).split("\n").filter(Boolean));
}

/** Who recognises what it is told, and remembers what it was shown. */
function fake(answer: (picture: Picture) => Promise<string>, wholePdfPagesMax = 0) {
  const shown: Picture[] = [];
  const recogniser: Recogniser = {
    name: "document_ai",
    wholePdfPagesMax,
    present: () => true,
    recognise: async (picture) => {
      shown.push(picture);
      return { pages: [await answer(picture)], raw: "{}" };
    },
  };
  return { shown, recogniser };
}

describe("of a PDF", () => {
  test("pages that are scans are recognised, the others stay, all in order", async () => {
    const pdf = buildScanPdf([scanned(first), written(PROSE), scanned(second)]);
    const progress: number[] = [];
    const { document, rawOutput } = await readFile("a.pdf", pdf, {
      recogniser: tesseract(),
      onProgress: (percent) => progress.push(percent),
    });
    expect(document.parserType).toBe("pdf+tesseract");
    expect(linesOf(document)).toEqual([FIRST, [PROSE], SECOND]);
    expect(progress).toEqual([33, 66, 100]);
    expect(rawOutput).toBeUndefined();
  });

  const { width, height } = scanned(first);
  const jpeg = imageObject(
    794,
    1123,
    "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
    sample("lease-1.jpg"),
  );
  const place = `q ${width} 0 0 ${height} 0 0 cm`;
  const cases: [string, ScanPage][] = [
    ["a JPEG", { width: 595, height: 842, draws: "595 0 0 842 0 0 cm /I0 Do", pictures: [jpeg] }],
    ["a stencil", { width, height, draws: `${place} /I0 Do Q`, pictures: [stencilObject(first)] }],
    [
      "strips, in any order",
      {
        width,
        height,
        draws: [50, 100, 70]
          .map((rows, index) => {
            const top = [0, 50, 150][index] ?? 0;
            return `q ${width} 0 0 ${rows * 0.75} 0 ${(220 - top - rows) * 0.75} cm /I${index} Do Q`;
          })
          .toReversed()
          .join("\n"),
        pictures: [strip(first, 0, 50), strip(first, 50, 100), strip(first, 150, 70)].map(
          greyObject,
        ),
      },
    ],
    [
      "a page that is turned",
      {
        width: height,
        height: width,
        rotate: 90,
        draws: `q 0 ${width} ${-height} 0 ${height} 0 cm /I0 Do Q`,
        pictures: [greyObject(first)],
      },
    ],
  ];
  const [cosine, sine] = [Math.cos(Math.PI / 45), Math.sin(Math.PI / 45)];
  const leaning = `q ${cosine} ${-sine} ${sine} ${cosine} 0 45 cm ${place} /I0 Do Q`;
  cases.push([
    "a page that leans by four degrees",
    { width: 635, height: 210, draws: leaning, pictures: [greyObject(first)] },
  ]);
  test.each(cases)("%s is put together", async (_, page) => {
    const { document } = await readFile("a.pdf", buildScanPdf([page]), {
      recogniser: tesseract(),
    });
    expect(linesOf(document)).toEqual([FIRST]);
  });

  const bits = "/ColorSpace /DeviceGray /BitsPerComponent 1";
  const fax = `${bits} /Filter /CCITTFaxDecode /DecodeParms`;
  const packed: [string, string, Uint8Array][] = [
    ["fax, group 3", `${fax} << /Columns 820 >>`, sample("lease-1.g3")],
    ["fax, group 4", `${fax} << /K -1 /Columns 820 >>`, sample("lease-1.g4")],
    ["JBIG2", `${bits} /Filter /JBIG2Decode`, jbig2Of(820, 220, sample("lease-1.g4"))],
    ["JPEG 2000", "/Filter /JPXDecode", sample("lease-1.jp2")],
  ];
  test.each(packed)("%s is unpacked", async (_, entries, bytes) => {
    const pictures = [imageObject(820, 220, entries, bytes)];
    const page = { width, height, draws: `${place} /I0 Do Q`, pictures };
    const { document } = await readFile("a.pdf", buildScanPdf([page]), {
      recogniser: tesseract(),
    });
    expect(linesOf(document)).toEqual([FIRST]);
  });

  test("a stamp on a scan stays, and a picture in a text is no scan", async () => {
    const stamped = scanned(first, textAt(20, 5, "EXHIBIT 7"));
    const logo = { ...written("See the sign:"), pictures: [greyObject(second)] };
    const letter = { ...logo, draws: `${logo.draws} q 60 0 0 20 72 600 cm /I0 Do Q` };
    const { shown, recogniser } = fake(() => Promise.resolve("Recognised."));
    const { document } = await readFile("a.pdf", buildScanPdf([stamped, letter]), {
      recogniser,
    });
    expect(pagesOf(document)).toEqual([["Recognised.", "EXHIBIT 7"], ["See the sign:"]]);
    expect(shown.map(({ mimeType }) => mimeType)).toEqual(["image/png"]);
  });

  test("words that a picture shows as well are read once", async () => {
    const { recogniser } = fake(() => Promise.resolve("Exhibit 7:\nthe lease"));
    const pdf = buildScanPdf([scanned(first, textAt(20, 5, "EXHIBIT 7")), written(PROSE)]);
    const { document } = await readFile("a.pdf", pdf, { recogniser });
    expect(pagesOf(document)[0]).toEqual(["Exhibit 7:", "the lease"]);
  });

  test("a word that a line's end divides on a scan is one word", async () => {
    const { recogniser } = fake(() => Promise.resolve("The agree-\nment holds."));
    const pdf = buildScanPdf([scanned(first), written(PROSE)]);
    const { document } = await readFile("a.pdf", pdf, { recogniser });
    expect(pagesOf(document)[0]).toEqual(["The agreement", "holds."]);
  });

  test("all of it is given away at once, if it is all scans and may be", async () => {
    const pdf = buildScanPdf([scanned(first), scanned(second)]);
    const { shown, recogniser } = fake(() => Promise.resolve("Both."), 2);
    const { document, rawOutput } = await readFile("a.pdf", pdf, { recogniser });
    expect(document).toMatchObject({ parserType: "document_ai", text: "Both." });
    expect(rawOutput?.body).toBe("{}");
    expect(shown.map(({ mimeType }) => mimeType)).toEqual(["application/pdf"]);
    const few = fake(() => Promise.resolve("One."), 1);
    const apart = await readFile("a.pdf", pdf, { recogniser: few.recogniser });
    expect(apart.document).toMatchObject({ parserType: "pdf+document_ai", text: "One.\n\nOne." });
  });
});

describe("a page that cannot be recognised", () => {
  const pdf = buildScanPdf([written(PROSE), scanned(first), scanned(second)]);

  test("leaves the others as they are", async () => {
    let calls = 0;
    const { recogniser } = fake(async () => {
      if (calls++ === 0) throw new PermanentError("parse_failed", "Not this one.");
      return "Recognised.";
    });
    const { document } = await readFile("a.pdf", pdf, { recogniser });
    expect(pagesOf(document)).toEqual([[PROSE], [], ["Recognised."]]);
  });

  test("fails the document if no page can be read", async () => {
    const { recogniser } = fake(() =>
      Promise.reject(new PermanentError("parse_failed", "Not this one.")),
    );
    const scans = buildScanPdf([scanned(first), scanned(second)]);
    const reading = readFile("a.pdf", scans, { recogniser });
    await expect(reading).rejects.toThrow("Not this one.");
    await expect(reading).rejects.toBeInstanceOf(PermanentError);
  });

  test("is tried again if that may help", async () => {
    const { recogniser } = fake(() => Promise.reject(new AppError("unavailable", "Later.")));
    const reading = readFile("a.pdf", pdf, { recogniser });
    await expect(reading).rejects.toMatchObject({ code: "unavailable", message: "Later." });
    await expect(reading).rejects.not.toBeInstanceOf(PermanentError);
  });

  test("for its picture is damaged says so, if there is nothing else", async () => {
    const entries = "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode";
    const packed = imageObject(100, 100, entries, new Uint8Array(50));
    const page = {
      width: 100,
      height: 100,
      draws: "100 0 0 100 0 0 cm /I0 Do",
      pictures: [packed],
    };
    const { recogniser } = fake(() => Promise.resolve("Never seen."));
    const reading = readFile("a.pdf", buildScanPdf([page]), { recogniser });
    await expect(reading).rejects.toThrow("no pictures that can be read");
    await expect(reading).rejects.toBeInstanceOf(PermanentError);
  });

  test("without OCR the text is read, and nothing but scans is refused", async () => {
    expect(pagesOf((await readFile("a.pdf", pdf)).document)).toEqual([[PROSE], [], []]);
    const scan = readFile("a.pdf", buildPdf(["", ""]));
    await expect(scan).rejects.toThrow(
      "The PDF is a scan and holds no text; it can be read by OCR once tesseract is installed or Google Document AI is configured.",
    );
  });
});
