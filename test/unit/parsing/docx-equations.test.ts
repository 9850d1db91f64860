import { expect, test } from "bun:test";
import { textOfDocx, words } from "../../support/docx.ts";

const letter = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
const e = (text: string) => `<m:e>${letter(text)}</m:e>`;

test("equations are LaTeX, in their line or in one of their own", async () => {
  const fraction = `<m:f><m:num>${letter("a")}</m:num><m:den>${letter("b")}</m:den></m:f>`;
  const root = `<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>${letter("x")}</m:e></m:rad>`;
  const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${letter("i=1")}</m:sub><m:sup>${letter("n")}</m:sup><m:e>${letter("i")}</m:e></m:nary>`;
  const body = `<w:p>${words("so ")}<m:oMath>${fraction}${root}</m:oMath></w:p><w:p><m:oMathPara><m:oMath>${sum}</m:oMath></m:oMathPara></w:p>`;
  expect(await textOfDocx(body)).toBe("so $\\frac{a}{b}\\sqrt{x}$\n\n$$\\sum_{i=1}^{n} i$$");
});

test.each([
  [
    "a fraction in a line",
    `<m:f><m:fPr><m:type m:val="lin"/></m:fPr><m:num>${letter("a")}</m:num><m:den>${letter("b")}</m:den></m:f>`,
    "a/b",
  ],
  [
    "braces that are seen",
    `<m:d><m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>${e("x")}</m:d>`,
    "\\{x",
  ],
  [
    "a function of a power",
    `<m:func><m:fName>${letter("sin")}</m:fName><m:e><m:sSup>${e("xy")}<m:sup>${letter("2")}</m:sup></m:sSup></m:e></m:func>`,
    "\\sin{xy}^{2}",
  ],
  [
    "a bar below, and a brace above",
    `<m:bar><m:barPr><m:pos m:val="bot"/></m:barPr>${e("a")}</m:bar><m:groupChr><m:groupChrPr><m:pos m:val="top"/></m:groupChrPr>${e("b")}</m:groupChr>`,
    "\\underline{a}\\overbrace{b}",
  ],
  [
    "a matrix",
    `<m:m><m:mr>${e("1")}${e("0")}</m:mr><m:mr>${e("0")}${e("1")}</m:mr></m:m>`,
    "\\begin{matrix}1 & 0 \\\\ 0 & 1\\end{matrix}",
  ],
  ["nothing that is deleted", `<m:del>${letter("a")}</m:del>${letter("b")}`, "b"],
])("%s of an equation", async (_, equation, latex) => {
  expect(await textOfDocx(`<w:p><m:oMath>${equation}</m:oMath></w:p>`)).toBe(`$${latex}$`);
});
