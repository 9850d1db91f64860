/** Slides and pages that are nothing but a picture. */
import { expect, test } from "bun:test";
import { PermanentError } from "../../../src/error.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import type { Report } from "../../../src/parsing/pipe/failure.ts";
import { contentTypesXml, relationsXml } from "../../support/office.ts";
import { sample } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";
import { buildZip } from "../../support/zip.ts";

const readFile = fileReader();
const PICTURE = sample("lease-1.png");

/** Who sees the same in each picture. */
function recogniser(see: () => string = () => "The lease begins in May."): Recogniser {
  return {
    name: "document_ai",
    wholePdfPagesMax: 0,
    present: () => true,
    recognise: () => Promise.resolve({ pages: [see()] }),
  };
}

/** A presentation of slides, 100 wide and 80 high, each by what its `p:cSld` holds; `r:embed="p"` is a picture. */
function slides(...contents: string[]): Uint8Array {
  const names = contents.map((_, at) => `s${at}`);
  return buildZip({
    "[Content_Types].xml": contentTypesXml("ppt/presentation.xml", "presentationml.presentation"),
    "_rels/.rels": relationsXml({ main: ["officeDocument", "ppt/presentation.xml"] }),
    "ppt/presentation.xml": `<p:presentation><p:sldIdLst>${names.map((name) => `<p:sldId r:id="${name}"/>`).join("")}</p:sldIdLst><p:sldSz cx="100" cy="80"/></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relationsXml(
      Object.fromEntries(names.map((name) => [name, ["slide", `slides/${name}.xml`] as const])),
    ),
    ...Object.fromEntries(
      contents.flatMap((content, at) => [
        [`ppt/slides/s${at}.xml`, `<p:sld><p:cSld>${content}</p:cSld></p:sld>`],
        [`ppt/slides/_rels/s${at}.xml.rels`, relationsXml({ p: ["image", "../media/p.png"] })],
      ]),
    ),
    "ppt/media/p.png": PICTURE,
  });
}

const place = (cx: number, cy: number) =>
  `<a:xfrm><a:off x="0" y="0"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm>`;
const FILLED = '<p:blipFill><a:blip r:embed="p"/></p:blipFill>';
const words = (text: string) =>
  `<p:sp><p:spPr>${place(90, 10)}</p:spPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
const picture = (cx: number, cy: number, description = "") =>
  `<p:pic><p:nvPicPr><p:cNvPr id="1" name="p" descr="${description}"/></p:nvPicPr>${FILLED}<p:spPr>${place(cx, cy)}</p:spPr></p:pic>`;
const tree = (shapes: string) => `<p:spTree>${shapes}</p:spTree>`;

async function read(file: Uint8Array, by?: Recogniser, name = "a.pptx") {
  const told: Report[] = [];
  const onReport = (report: Report) => told.push(report);
  const reading = { onReport, ...(by && { recogniser: by }) };
  const { pages, text, parserType } = (await readFile(name, file, reading)).document;
  return { pages: pages.map(({ start, end }) => text.slice(start, end)), parserType, told };
}

const SEEN = "The lease begins in May.";
const PROSE =
  "This slide has so many words that nobody takes it for a picture, whatever covers it, be it a photograph of a house or of a lake.";

test("the writing in a picture that covers a slide is recognised", async () => {
  const file = slides(
    tree(picture(100, 80)),
    tree(`${picture(95, 70, "A page of a lease")}${words("Slide 2")}`),
    `<p:bg><p:bgPr>${FILLED.replaceAll("p:blip", "a:blip")}</p:bgPr></p:bg>${tree("")}`,
    tree(`<p:sp><p:spPr>${place(100, 60)}${FILLED.replaceAll("p:blip", "a:blip")}</p:spPr></p:sp>`),
  );
  const { pages, parserType } = await read(file, recogniser());
  expect(parserType).toBe("pptx+document_ai");
  expect(pages[0]).toBe(SEEN);
  expect(pages[1]?.split("\n\n").toSorted()).toEqual([
    "Slide 2",
    SEEN,
    "[Image: A page of a lease]",
  ]);
  expect(pages.slice(2)).toEqual([SEEN, SEEN]);
});

test("no picture beside text or of a part of a slide is, and none where nobody recognises", async () => {
  const file = slides(tree(picture(100, 80) + words(PROSE)), tree(picture(50, 40)));
  const { pages, parserType } = await read(file, recogniser());
  expect(parserType).toBe("pptx");
  expect(pages).toEqual([PROSE, ""]);
  expect((await read(slides(tree(picture(100, 80)), tree(words(PROSE))))).pages).toEqual([
    "",
    PROSE,
  ]);
});

test("one that cannot be recognised leaves its slide empty, and the log says so", async () => {
  const blind = recogniser(() => {
    throw new PermanentError("parse_failed", "It is too dark.");
  });
  const { pages, told } = await read(slides(tree(picture(100, 80)), tree(words(PROSE))), blind);
  expect(pages).toEqual(["", PROSE]);
  expect(told.map(({ what }) => what)).toEqual([
    "A picture that is all there is on a page cannot be recognised.",
  ]);
});

/** A Word document of what stands in its body; `r:embed="p"` is a picture. */
function word(body: string): Uint8Array {
  return buildZip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relationsXml({ main: ["officeDocument", "word/document.xml"] }),
    "word/document.xml": `<w:document><w:body>${body}</w:body></w:document>`,
    "word/_rels/document.xml.rels": relationsXml({ p: ["image", "media/p.png"] }),
    "word/media/p.png": PICTURE,
  });
}

const CM = 360_000;
const drawing = (widthCm: number, heightCm: number, kind = "inline") =>
  `<w:drawing><wp:${kind}><wp:extent cx="${widthCm * CM}" cy="${heightCm * CM}"/><wp:docPr id="1" name="p" descr=""/><a:graphic><a:graphicData><pic:pic>${FILLED}</pic:pic></a:graphicData></a:graphic></wp:${kind}></w:drawing>`;
const runs = (...contents: string[]) =>
  `<w:p>${contents.map((content) => `<w:r>${content}</w:r>`).join("")}</w:p>`;
const LAID_OUT = "<w:lastRenderedPageBreak/>";
const BREAK = '<w:br w:type="page"/>';
const said = (text: string) => `<w:t>${text}</w:t>`;

test.each([
  ["as Word laid them out", runs(drawing(16, 22)), runs(LAID_OUT + drawing(16, 22))],
  ["floating", runs(drawing(21, 29, "anchor")), runs(LAID_OUT + drawing(21, 29, "anchor"))],
  ["with breaks behind them", runs(drawing(16, 22), BREAK), runs(drawing(16, 22), BREAK)],
  [
    "of old programs",
    runs('<w:pict><v:shape><v:imagedata r:id="p"/></v:shape></w:pict>', BREAK),
    runs('<w:pict><v:shape><v:imagedata r:id="p"/></v:shape></w:pict>', BREAK),
  ],
])("pages of Word that are nothing but a picture are recognised: %s", async (_, first, second) => {
  const last = runs(first.includes("page") ? "" : LAID_OUT, said(PROSE));
  let count = 0;
  const by = recogniser(() => `Page ${++count} of the lease.`);
  const { pages, parserType } = await read(word(first + second + last), by, "a.docx");
  expect(pages).toEqual(["Page 1 of the lease.", "Page 2 of the lease.", PROSE]);
  expect(parserType).toBe("docx+document_ai");
  const plain = await read(word(first + second + last), undefined, "a.docx");
  expect(plain.pages).toEqual(["", "", PROSE]);
});

test("no picture of Word is recognised beside text, or a small one beside a title", async () => {
  const body = runs(said(PROSE), drawing(16, 22)) + runs(BREAK, said("Title"), drawing(3, 2));
  const { pages, parserType } = await read(word(body), recogniser(), "a.docx");
  expect(pages).toEqual([PROSE, "Title"]);
  expect(parserType).toBe("docx");
});
