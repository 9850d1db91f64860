import { afterAll, beforeAll, expect, test } from "bun:test";
import { PermanentError } from "../../../src/error.ts";
import { assemblePdf, streamObject } from "../../support/pdf.ts";
import { readerPool, readIn } from "../../support/reader-pool.ts";

let pool: ReturnType<typeof readerPool>;
beforeAll(() => {
  pool = readerPool({ memoryLimitMb: 512, deadlineSeconds: 20 });
});
afterAll(() => pool.stop());

const PAGE =
  "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> /Contents 4 0 R >>";
const CONTENT = streamObject("", "BT /F1 12 Tf 72 700 Td (The rent is 950 euro.) Tj ET /X Do");
const FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
const FORM = streamObject(
  "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
  "/X Do",
);
const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

/** Objects 1 to 6: catalog, pages, page, content, font, form. */
function pdf(...changed: readonly (readonly [number, string])[]): Uint8Array {
  const objects = [CATALOG, PAGES, PAGE, CONTENT, FONT, "<< >>"];
  for (const [number, object] of changed) objects[number - 1] = object;
  return assemblePdf(objects);
}

test.each([
  ["a form that draws itself", pdf([6, FORM])],
  ["pages that hold themselves", pdf([2, "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"])],
  ["a page that is its own parent", pdf([3, PAGE.replace("/Parent 2 0 R", "/Parent 3 0 R")])],
  ["pages whose parent is their child", pdf([2, `${PAGES.slice(0, -2)} /Parent 3 0 R >>`])],
  [
    "a length that is the stream itself",
    pdf([4, CONTENT.replace(/\/Length \d+/, "/Length 4 0 R")]),
  ],
  ["an object that is only a reference to itself", pdf([4, "4 0 R"])],
  ["references in a ring", pdf([4, "5 0 R"], [5, "4 0 R"])],
  [
    "an outline that follows itself",
    pdf(
      [1, "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"],
      [6, "<< /First 6 0 R /Last 6 0 R /Next 6 0 R /Title (Rent) /Parent 6 0 R >>"],
    ),
  ],
  [
    "names that lie within themselves",
    pdf(
      [
        1,
        "<< /Type /Catalog /Pages 2 0 R /Names << /Dests 6 0 R >> /Outlines << /First 5 0 R >> >>",
      ],
      [5, "<< /Title (Rent) /Dest (a) >>"],
      [6, "<< /Kids [6 0 R 6 0 R] >>"],
    ),
  ],
  [
    "a form field that is its own kid",
    pdf(
      [1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>"],
      [6, "<< /FT /Tx /T (a) /V (b) /Kids [6 0 R] /Parent 6 0 R >>"],
    ),
  ],
  ["a count of pages without end", pdf([2, "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"])],
  ["a count of pages below zero", pdf([2, "<< /Type /Pages /Kids [3 0 R] /Count -1 >>"])],
  ["a page without bounds", pdf([3, PAGE.replace("[0 0 612 792]", "[0 0 1e38 1e38]")])],
  [
    "a font that says of sixteen million signs what they mean",
    pdf(
      [3, PAGE.replace("5 0 R", "7 0 R")],
      [7, FONT.replace(">>", "/ToUnicode 8 0 R >>")],
      [
        8,
        streamObject(
          "",
          "begincmap 1 beginbfrange <00000000> <00fffffe> <0041> endbfrange endcmap",
        ),
      ],
    ),
  ],
  [
    "filters upon filters",
    pdf([4, streamObject(`/Filter [${"/ASCIIHexDecode ".repeat(10_000)}]`, "41>")]),
  ],
  [
    "a cross-reference table that comes before itself",
    Buffer.from(
      Buffer.from(pdf())
        .toString("latin1")
        .replace(/trailer\n<< /, "trailer\n<< /Prev 9 ")
        .replace(/startxref\n\d+/, "startxref\n9"),
      "latin1",
    ),
  ],
])("%s", async (_what, bytes) => {
  const end = await readIn(pool, "a.pdf", bytes).catch((error: unknown) => error);
  if (!(end instanceof Error))
    return expect(end).toMatchObject({ document: { parserType: "pdf" } });
  expect(end).toBeInstanceOf(PermanentError);
  expect(end.message).not.toMatch(/longer than|of memory|crashes/);
});
