import { describe, expect, test } from "bun:test";
import { readPptx } from "../../../src/parsing/formats/pptx.ts";
import { inReadingOrder } from "../../../src/parsing/reading-order.ts";
import { contextOf } from "../../support/read-context.ts";
import { type BuiltSlide, buildPptx, type Parts } from "../../support/office.ts";
import { buildZip } from "../../support/zip.ts";

async function pagesOf(bytes: Uint8Array): Promise<readonly string[]> {
  return await readPptx({ name: "a.pptx", bytes, format: "pptx" }, contextOf());
}

async function slideOf(
  shapes: string,
  parts: Parts = {},
  master = "",
): Promise<string | undefined> {
  return (await pagesOf(buildPptx([{ shapes, parts }], master)))[0];
}

const line = (text: string, properties = "") =>
  `<a:p>${properties}<a:r><a:t>${text}</a:t></a:r></a:p>`;

function shape(kind: string, text: string, place = ""): string {
  const placeholder = kind && `<p:ph type="${kind}"/>`;
  const body = text.startsWith("<") ? text : line(text);
  return `<p:sp><p:nvSpPr><p:cNvPr id="1" name="s"/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:spPr>${place}</p:spPr><p:txBody>${body}</p:txBody></p:sp>`;
}

const placed = (x: number, y: number, cx: number, cy: number) =>
  `<a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm>`;

const frame = (content: string) =>
  `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="1" name="f"/></p:nvGraphicFramePr><a:graphic><a:graphicData>${content}</a:graphicData></a:graphic></p:graphicFrame>`;

describe("a slide", () => {
  test("its title stands first, wherever it lies in the file, and what is on every slide not at all", async () => {
    const shapes = [
      shape("", "text"),
      shape("sldNum", "7"),
      shape("ftr", "ACME"),
      shape("ctrTitle", "Title"),
    ];
    expect(await slideOf(shapes.join(""))).toBe("# Title\n\ntext");
  });

  test("bodies are lists where their master says so, by levels", async () => {
    const styles =
      '<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="•"/></a:lvl1pPr><a:lvl2pPr><a:buChar char="–"/></a:lvl2pPr></p:bodyStyle></p:txStyles>';
    const lines = [
      line("one"),
      line("two", '<a:pPr lvl="1"/>'),
      line("plain", "<a:pPr><a:buNone/></a:pPr>"),
    ];
    const shapes = shape("body", lines.join("")) + shape("", "drawn");
    expect(await slideOf(shapes, {}, styles)).toBe("- one\n  - two\n\nplain\n\ndrawn");
  });

  test("numbered items are counted by levels", async () => {
    const numbered = (type: string, level = 0, more = "") =>
      `<a:pPr lvl="${level}"><a:buAutoNum type="${type}" ${more}/></a:pPr>`;
    const lines = [
      line("a", numbered("arabicPeriod", 0, 'startAt="3"')),
      line("b", numbered("alphaLcParenR", 1)),
      line("c", numbered("alphaLcParenR", 1)),
      line("d", numbered("arabicPeriod", 0, 'startAt="3"')),
      line("e", numbered("romanUcParenBoth", 1)),
    ];
    expect(await slideOf(shape("", lines.join("")))).toBe("3. a\n  a) b\n  b) c\n4. d\n  (I) e");
  });

  test("columns are read from left to right, each from above", async () => {
    const shapes = [
      shape("", "right", placed(500, 0, 400, 100)),
      shape("", "left below", placed(0, 200, 400, 100)),
      shape("", "left", placed(0, 0, 400, 100)),
    ];
    expect(await slideOf(shapes.join(""))).toBe("left\n\nright\n\nleft below");
  });

  test("shapes within groups are read in their group", async () => {
    const group = `<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>${shape("", "below", placed(0, 9, 9, 5))}${shape("", "above", placed(0, 0, 9, 5))}</p:grpSp>`;
    expect(await slideOf(group)).toBe("above\n\nbelow");
  });

  test("a cell of a table that spreads over others is told once", async () => {
    const cell = (text: string, attributes = "") =>
      `<a:tc ${attributes}><a:txBody>${line(text)}</a:txBody></a:tc>`;
    const table = `<a:tbl><a:tr>${cell("A", 'gridSpan="2"')}${cell("stale", 'hMerge="1"')}</a:tr><a:tr>${cell("1", 'rowSpan="2"')}${cell("2")}</a:tr><a:tr>${cell("stale", 'vMerge="1"')}${cell("3")}</a:tr></a:tbl>`;
    expect(await slideOf(frame(table))).toBe("| A |  |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |");
  });

  test("hidden shapes and the day's date are not shown", async () => {
    const hidden = shape("", "hidden").replace('name="s"', 'name="s" hidden="1"');
    const field = (type: string, text: string) =>
      `<a:fld type="${type}"><a:t>${text}</a:t></a:fld>`;
    const dated = `<a:p><a:r><a:t>On </a:t></a:r>${field("datetime1", "1 May")}${field("x", "time")}</a:p>`;
    expect(await slideOf(hidden + shape("", dated))).toBe("On time");
  });

  test("a shape takes its bullets from the shape of the layout that it fills, by its number", async () => {
    const filled = (bullet: string, index: number) =>
      `<p:sp><p:nvSpPr><p:nvPr><p:ph type="body" idx="${index}"/></p:nvPr></p:nvSpPr><p:txBody>${bullet}</p:txBody></p:sp>`;
    const list = (bullet: string) => `<a:lstStyle><a:lvl1pPr>${bullet}</a:lvl1pPr></a:lstStyle>`;
    const layout = filled(list("<a:buNone/>"), 1) + filled(list('<a:buChar char="•"/>'), 2);
    const slide = filled(line("plain"), 1) + filled(line("item"), 2);
    const [page] = await pagesOf(buildPptx([{ shapes: slide }], "", "", layout));
    expect(page).toBe("plain\n\n- item");
  });

  test("a chart is its title and a table of what it last showed", async () => {
    const points = (...values: string[]) =>
      values.map((value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`).join("");
    const chart = `<c:chartSpace><c:chart><c:title><c:tx><c:rich>${line("Sales")}</c:rich></c:tx></c:title><c:plotArea><c:barChart>
      <c:ser><c:tx><c:strRef><c:strCache>${points("2023")}</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:strCache>${points("East", "West")}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache>${points("4.2999999999999998", "12")}</c:numCache></c:numRef></c:val></c:ser>
    </c:barChart><c:catAx><c:title><c:tx><c:rich>${line("Region")}</c:rich></c:tx></c:title></c:catAx></c:plotArea></c:chart></c:chartSpace>`;
    expect(await slideOf(frame('<c:chart r:id="chart"/>'), { chart })).toBe(
      "Sales\n\n| Region | 2023 |\n| --- | --- |\n| East | 4.3 |\n| West | 12 |",
    );
  });

  test("a chart tells what its values are, and what was written at them", async () => {
    const axis = (kind: string, place: string, title: string) =>
      `<c:${kind}><c:axPos val="${place}"/><c:title><c:tx><c:rich>${line(title)}</c:rich></c:tx></c:title></c:${kind}>`;
    const cached = (...values: string[]) =>
      `<c:numCache>${values.map((value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`).join("")}</c:numCache>`;
    const labels = `<c:dLbls><c:dLbl><c:idx val="1"/><c:tx><c:rich>${line("peak")}</c:rich></c:tx></c:dLbl></c:dLbls>`;
    const named = `<c15:dlblRangeCache><c:pt idx="0"><c:v>Huế</c:v></c:pt></c15:dlblRangeCache>`;
    const chart = `<c:chartSpace><c:chart><c:plotArea><c:scatterChart><c:ser>${labels}<c:xVal>${cached("1", "2")}</c:xVal><c:yVal>${cached("5", "7")}</c:yVal>${named}</c:ser></c:scatterChart>${axis("valAx", "b", "Year")}${axis("valAx", "l", "Tons</a:t></a:r><a:br/><a:r><a:t>a year")}</c:plotArea></c:chart></c:chartSpace>`;
    expect(await slideOf(frame('<c:chart r:id="chart"/>'), { chart })).toBe(
      "Tons a year\n\n| Year | Series 1 |\n| --- | --- |\n| 1 | 5 (Huế) |\n| 2 | 7 (peak) |",
    );
  });

  test("a chart's categories within categories stand at each value, a series without a name has a number", async () => {
    const level = (...values: string[]) =>
      `<c:lvl>${values.map((value, at) => (value ? `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>` : "")).join("")}</c:lvl>`;
    const values = ["1", "2", "3"].map(
      (value, at) => `<c:pt idx="${at}"><c:v>${value}</c:v></c:pt>`,
    );
    const chart = `<c:chartSpace><c:chart><c:plotArea><c:barChart><c:ser><c:cat><c:multiLvlStrRef><c:multiLvlStrCache>${level("Q1", "Q2", "Q1")}${level("2023", "", "2024")}</c:multiLvlStrCache></c:multiLvlStrRef></c:cat><c:val><c:numRef><c:numCache>${values.join("")}</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`;
    expect(await slideOf(frame('<c:chart r:id="chart"/>'), { chart })).toBe(
      "|  | Series 1 |\n| --- | --- |\n| 2023, Q1 | 1 |\n| 2023, Q2 | 2 |\n| 2024, Q1 | 3 |",
    );
  });

  test("a chart of the later kinds is its title and a table, too", async () => {
    const level = (...values: string[]) =>
      `<cx:lvl>${values.map((value, at) => `<cx:pt idx="${at}">${value}</cx:pt>`).join("")}</cx:lvl>`;
    const chartEx = `<cx:chartSpace><cx:chartData><cx:data><cx:strDim>${level("Q1", "Q2")}${level("2023", "2024")}</cx:strDim><cx:numDim>${level("5", "7")}</cx:numDim></cx:data></cx:chartData><cx:chart><cx:title><cx:tx><cx:rich>${line("Waterfall")}</cx:rich></cx:tx></cx:title></cx:chart></cx:chartSpace>`;
    expect(await slideOf(frame('<cx:chart r:id="chartEx"/>'), { chartEx })).toBe(
      "Waterfall\n\n|  | Series 1 |\n| --- | --- |\n| 2023, Q1 | 5 |\n| 2024, Q2 | 7 |",
    );
  });

  test("a diagram is a list, even if it leads in a circle", async () => {
    const point = (id: string, text: string, type = "node") =>
      `<dgm:pt modelId="${id}" type="${type}"><dgm:t>${line(text)}</dgm:t></dgm:pt>`;
    const cxn = (from: string, to: string, order: number) =>
      `<dgm:cxn srcId="${from}" destId="${to}" srcOrd="${order}"/>`;
    const diagramData = `<dgm:dataModel><dgm:ptLst>${point("0", "", "doc")}${point("2", "Second")}${point("1", "First")}${point("3", "Within")}${point("4", "laid out", "pres")}</dgm:ptLst>
      <dgm:cxnLst>${cxn("0", "2", 1)}${cxn("0", "1", 0)}${cxn("1", "3", 0)}${cxn("3", "1", 0)}</dgm:cxnLst></dgm:dataModel>`;
    expect(await slideOf(frame('<dgm:relIds r:dm="diagramData"/>'), { diagramData })).toBe(
      "- First\n  - Within\n- Second",
    );
  });

  test("a picture is its description, an equation LaTeX", async () => {
    const picture =
      '<p:pic><p:nvPicPr><p:cNvPr id="1" name="p.png" descr="A cat. Description automatically generated"/></p:nvPicPr></p:pic>';
    const equation = `<a:p><mc:AlternateContent><mc:Choice><a14:m><m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></a14:m></mc:Choice><mc:Fallback><a:r><a:t>no</a:t></a:r></mc:Fallback></mc:AlternateContent></a:p>`;
    expect(await slideOf(picture + shape("", equation))).toBe("[Image: A cat.]\n\n$x^{2}$");
  });

  test("notes and remarks follow it", async () => {
    const notesSlide = `<p:notes><p:cSld><p:spTree>${shape("sldImg", "")}${shape("body", "Say hello.")}${shape("sldNum", "1")}</p:spTree></p:cSld></p:notes>`;
    const comments =
      '<p:cmLst><p:cm authorId="1"><p:text>Louder</p:text></p:cm><p188:cm authorId="?"><p188:txBody><a:p><a:r><a:t>No</a:t></a:r></a:p></p188:txBody><p188:replyLst><p188:reply authorId="1"><p188:txBody><a:p><a:r><a:t>Yes</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst></p188:cm></p:cmLst>';
    expect(await slideOf(shape("title", "T"), { notesSlide, comments })).toBe(
      "# T\n\n## Notes\n\nSay hello.\n\nComment by Lan: Louder\n\nComment: No\n\nComment by Lan: Yes",
    );
  });
});

describe("a presentation", () => {
  test("has a page for each slide, hidden or empty, in the order of the show", async () => {
    const slides: BuiltSlide[] = [
      { shapes: shape("", "one") },
      { shapes: shape("", "two"), isHidden: true },
      { shapes: "" },
      { shapes: shape("", "four") },
    ];
    expect(await pagesOf(buildPptx(slides))).toEqual(["one", "two", "", "four"]);
  });

  test("whose slides are missing has empty pages", async () => {
    const bytes = buildZip({
      "ppt/presentation.xml":
        '<p:presentation><p:sldIdLst><p:sldId id="1" r:id="a"/><p:sldId id="2" r:id="b"/></p:sldIdLst></p:presentation>',
      "ppt/_rels/presentation.xml.rels":
        '<Relationships><Relationship Id="b" Type="x/slide" Target="/nowhere.xml"/></Relationships>',
    });
    expect(await pagesOf(bytes)).toEqual(["", ""]);
  });

  test("an archive without one is refused", async () => {
    await expect(pagesOf(buildZip({ "a.txt": "x" }))).rejects.toThrow(
      "The file is no presentation, or",
    );
  });
});

describe("the reading order", () => {
  const box = (left: number, top: number, width: number, height: number) => ({
    left,
    top,
    width,
    height,
  });
  const order = (boxes: ReturnType<typeof box>[], isRightToLeft = false) =>
    inReadingOrder(
      boxes.map((each, index) => ({ each, index })),
      ({ each }) => each,
      isRightToLeft,
    ).map(({ index }) => index);

  test("the file's order stands where it goes down one column, then the next", () =>
    expect(order([box(0, 0, 4, 1), box(0, 2, 4, 5), box(5, 0, 4, 1), box(5, 2, 4, 5)])).toEqual([
      0, 1, 2, 3,
    ]));
  test("what lies above is read first", () =>
    expect(order([box(0, 5, 4, 1), box(0, 0, 4, 1)])).toEqual([1, 0]));
  test("a row is read from the right where the language is", () =>
    expect(order([box(0, 0, 4, 4), box(5, 0, 4, 4)], true)).toEqual([1, 0]));
  test("what lies across all else stays where it is", () =>
    expect(order([box(0, 0, 9, 9), box(1, 1, 2, 2), box(5, 1, 2, 2)])).toEqual([0, 1, 2]));
});
