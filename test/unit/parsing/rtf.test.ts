import { describe, expect, test } from "bun:test";
import { readRtf } from "../../../src/parsing/formats/rtf.ts";
import { contextOf } from "../../support/read-context.ts";

const HEAD = String.raw`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset163 Arial;}{\f3\fcharset128 MS Mincho;}{\f4\fcharset2 Symbol;}{\f5\cpg1253 Greek;}}`;
const STYLES = String.raw`{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 \'dcberschrift;}{\s2 heading 2;}{\*\cs10 heading 3;}}`;

async function pagesOf(rtf: string): Promise<readonly string[]> {
  const bytes = Buffer.from(rtf, "latin1");
  return await readRtf({ name: "a.rtf", format: "rtf", bytes }, contextOf());
}

async function read(body: string): Promise<string> {
  return (await pagesOf(`${HEAD}${STYLES}${body}}`)).join("\n\f\n");
}

/** Each body, and what it reads as. */
const CASES: Record<string, [rtf: string, text: string]> = {
  "paragraphs and lines": [
    String.raw`One\line two\par Three \{x\}\\y\par`,
    "One\ntwo\n\nThree {x}\\y",
  ],
  "line ends of the file are none": ["Hel\r\nlo\\\nthere", "Hello\n\nthere"],
  "headings by outline level, by style and by name": [
    String.raw`\pard\s1 A\par\pard\s2 B\par\pard\outlinelevel2 C\par\pard D\par{\pard\s1 E}\par\pard\s1\outlinelevel9 F\par`,
    "# A\n\n## B\n\n### C\n\nD\n\n# E\n\nF",
  ],
  "characters of the font's code page": [
    String.raw`\f1 \'cf\'f0\'e8\'e2\'e5\'f2\f0  caf\'e9 \f2 Vi\'ea\'f2t \f3 \'93\'fa\'96\{\'8c\'ea\'83A`,
    "Привет café Việt 日本語ア",
  ],
  "characters of a code page that the font names": [String.raw`\f5 \'e1`, "α"],
  "pictures for letters are bullets": [String.raw`{\f4 \'b7 a \u-3913 ?}`, "• a •"],
  "Unicode with its fallback": [
    String.raw`\u1055 ?\u-10179 ?\u-8703 ?{\uc2\u26085\'93\'fa}{\uc0\u26412}!`,
    "П\u{1f601}日本!",
  ],
  "the better one of two versions": [String.raw`{\upr{old}{\*\ud{new \u1055 ?}}}`, "new П"],
  "hidden and deleted text is left out": [
    String.raw`a{\v secret}b\v c\v0 d{\deleted gone}{\revised new}`,
    "abdnew",
  ],
  "fields give their results": [
    String.raw`{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt{\ul link}}} on`,
    "link on",
  ],
  "pictures, objects and what nobody knows say nothing": [
    String.raw`a{\pict\pngblip 89504e47}{\object{\*\objdata 0105}{\result shown}}{\*\unheard of}b`,
    "ashownb",
  ],
  "what stands on every page, once, and not the numbers of pages": [
    String.raw`{\header\pard Report {\b A}\par}{\headerr Report A}{\footer Page {\chpgn}\par}{\footerl Foot\par}a\par\sect{\header Report A}b\par`,
    "Report A\n\na\n\f\nb\n\nFoot",
  ],
  "a picture's description": [
    String.raw`a{\*\shppict{\pict{\*\picprop{\sp{\sn wzName}{\sv x}}{\sp{\sn wzDescription}{\sv A \u1082 ?\'b5 cat}}}ff}}\par`,
    "a [Image: A кµ cat]",
  ],
  "binary data is skipped": ["a{\\pict\\bin4 }}{\\}b", "ab"],
  "lists with numbers and bullets": [
    String.raw`{\listtext 1.\tab}\ilvl0 One\par{\listtext\f4\'b7\tab}\ilvl1 Two\par{\pntext a)\tab}Three\par{\listtext o\tab}Four\par`,
    "1. One\n  - Two\n  a) Three\n  - Four",
  ],
  "a numbered heading": [String.raw`{\listtext 1.2\tab}\pard\s2 Scope\par`, "## 1.2 Scope"],
  "a table with a cell that spans": [
    String.raw`\trowd\cellx1000\cellx2000\cellx3000\pard\intbl A\cell B\cell C\cell\row\trowd\cellx2000\cellx3000\pard\intbl wide\cell c|\cell\row\pard after`,
    "| A | B | C |\n| --- | --- | --- |\n| wide |  | c\\| |\n\nafter",
  ],
  "a row of a table that never ends": [
    String.raw`\trowd\cellx1\cellx2\pard\intbl A\cell B\cell\row\pard\intbl 1\cell 2\par\pard after`,
    "| A | B |\n| --- | --- |\n| 1 | 2 |\n\nafter",
  ],
  "a table in a cell": [
    String.raw`\trowd\cellx1\cellx2\pard\intbl x\par\pard\intbl\itap2 in\nestcell ner\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}{\nonesttables\par}\pard\intbl y\cell z\cell\row\pard`,
    "| x in ner y | z |\n| --- | --- |",
  ],
  "footnotes and comments at the end of their page": [
    String.raw`a{\super\chftn{\footnote\pard{\super\chftn} Note\par two}}b\par{\*\atnid X}{\*\atnauthor Ann \u1071 ?}{\*\annotation{\*\atnref 1}Really?}\page c`,
    "a[^1]b\n\n[^1]: Note two\n\nComment by Ann Я: Really?\n\f\nc",
  ],
  "a formula's letters": [
    String.raw`{\mmath{\*\moMathPara{\*\moMath{\mf{\mfPr{\mtype lin}}{\mnum{\mr a}}{\mden{\mr b}}}}}} x`,
    "ab x",
  ],
  "a text box after its paragraph": [
    String.raw`a{\shp{\*\shpinst{\sp{\sn fFilled}{\sv 1}}{\shptxt\pard box\par}}{\shprslt twice}}b\par`,
    "ab\n\nbox",
  ],
  "pages by hand, by paragraph and by section": [
    String.raw`1\page 2\par\pard\pagebb 3\par\sect\sectd\sbknone 3\par\sect\sectd 4\par\page\page 6`,
    "1\n\f\n2\n\f\n3\n\n3\n\f\n4\n\f\n\n\f\n6",
  ],
  "a group that ends too often": [String.raw`a}}}b`, "ab"],
};

describe("RTF", () => {
  for (const [what, [rtf, text]] of Object.entries(CASES))
    test(what, async () => expect(await read(rtf)).toBe(text));

  test("the document's own code page holds where a font names none", async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset0 Arial;}}\f0 \'cf\'f0}`;
    expect(await pagesOf(rtf)).toEqual(["Пр"]);
    expect(await pagesOf(String.raw`{\rtf1\mac caf\'8e}`)).toEqual(["café"]);
  });

  test("a million groups within each other are read", async () => {
    const depth = 1_000_000;
    const rtf = `{\\rtf1 ${"{".repeat(depth)}deep${"}".repeat(depth)}}`;
    expect(await pagesOf(rtf)).toEqual(["deep"]);
    await expect(pagesOf(`{\\rtf1 ${"{".repeat(2 * depth)}`)).rejects.toThrow("nested too deeply");
  });

  test("notes within notes without end are read", async () => {
    const depth = 20_000;
    const rtf = `{\\rtf1 ${"{\\footnote x".repeat(depth)}${"}".repeat(depth)}}`;
    expect((await pagesOf(rtf))[0]).toStartWith("[^1]");
  });

  test("rows whose cells end at thousands of places are not aligned, and read", async () => {
    const rows = Array.from(
      { length: 2_000 },
      (_, row) => `\\trowd\\cellx${row * 100}\\cellx9999999 a\\cell b\\cell\\row`,
    );
    expect((await pagesOf(`{\\rtf1 ${rows.join("")}}`))[0]).toStartWith("| a | b |\n");
  });

  test("pages without end are refused", async () => {
    await expect(pagesOf(`{\\rtf1 ${"x\\page ".repeat(20_000)}}`)).rejects.toThrow(
      "more than 5000 pages",
    );
  });

  test("a file that lacks its last brace is read", async () => {
    expect(await pagesOf(`${HEAD}Text {\\b bold}\\par end`)).toEqual(["Text bold\n\nend"]);
  });

  test("a file that is cut off is refused", async () => {
    await expect(pagesOf(`${HEAD}Text {\\b bold`)).rejects.toThrow("its end is missing");
    await expect(pagesOf(`${HEAD}{a\\bin99999999 }}`)).rejects.toThrow("its end is missing");
  });
});
