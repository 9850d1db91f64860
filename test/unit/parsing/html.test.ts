import { describe, expect, test } from "bun:test";
import { type FormatName, formatOf } from "../../../src/parsing/format.ts";
import { sampleOfBytes } from "../../../src/parsing/telling/sample.ts";
import { markdownOfHtml } from "../../../src/parsing/html/markdown-of-html.ts";

function read(html: string): string {
  return markdownOfHtml(html, { article: false });
}

describe("HTML becomes Markdown", () => {
  const cases: Readonly<Record<string, readonly [html: string, markdown: string]>> = {
    "headings and paragraphs": [
      "<h1>One</h1><p>Some\n  text.</p><h3> <b>Three</b> </h3>after",
      "# One\n\nSome text.\n\n### Three\n\nafter",
    ],
    "bold and slanted text": [
      "<p>A <strong>bold </strong>and <em>slanted</em> word, <b>R</b>est.</p>",
      "A **bold** and *slanted* word, Rest.",
    ],
    "links are their text": ['<p>See <a href="http://x.test">the site</a>.</p>', "See the site."],
    "lists within lists": [
      "<ul><li>One<ul><li>Two</li><li>Three</li></ul></li><li><p>Four</p><p>Five</p></li></ul>",
      "- One\n  - Two\n  - Three\n- Four\n\n  Five",
    ],
    "numbered lists": ['<ol start="3"><li>c<li>d<li value=9>i</ol>', "3. c\n4. d\n9. i"],
    "code between fences": [
      '<pre><code class="language-js">if (a) {\n  b();\n}\n</code></pre>',
      "```js\nif (a) {\n  b();\n}\n```",
    ],
    "code that has fences itself": ["<pre>```\na\n```</pre>", "````\n```\na\n```\n````"],
    "code in a line": ["<p>Call <code>a  b</code>.</p>", "Call `a b`."],
    quotes: ["<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
    "definition lists": ["<dl><dt>Term</dt><dd>Its meaning.</dd></dl>", "Term\n\n: Its meaning."],
    "line breaks": ["<p>a<br>b<br><br>c</p>", "a\nb\n\nc"],
    entities: ["<p>&lt;b&gt; &amp;amp; &eacute;&nbsp;&#8364;</p>", "<b> &amp; é €"],
    "pictures by their description": [
      '<p><img alt="A cat"> <img alt="IMG_1.jpg"><img src="data:image/png;base64,AAAA"></p>',
      "[Image: A cat]",
    ],
    "a formula without its TeX": [
      "<p>So <math> <mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac><mo>=</mo>" +
        "<msqrt><msup><mi>x</mi><mn>2</mn></msup></msqrt><mo>-</mo><msub><mi>y</mi><mi>n</mi></msub></math>.</p>",
      "So (a+1)/b=√(x^2)-y_n.",
    ],
    formulas: [
      '<p><span class="katex"><math><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></math></span></p>',
      "$x^2$",
    ],
    superscripts: ["<p>10<sup>-6</sup> m<sup>2</sup>, 5<sup>th</sup></p>", "10⁻⁶ m², 5th"],
    "what is not seen": [
      "<style>p{}</style><script>a()</script><template>t</template><!-- c --><p hidden>h</p>" +
        '<p style="color:red; display: none">n</p><i aria-hidden=true>i</i><noscript>s</noscript><p>seen',
      "seen",
    ],
    "what a search or a click would show": [
      "<p hidden=until-found>found</p><dialog>closed</dialog><dialog open>open</dialog>",
      "found\n\nopen",
    ],
    "what a shadow of its own shows": [
      "<my-card><template shadowrootmode=open><p>shadow</p></template></my-card>",
      "shadow",
    ],
    "an attribute that stands twice by its first": [
      "<p hidden=until-found hidden>found</p>",
      "found",
    ],
    "an attribute with entities": ['<img alt="A &amp; B &#99;at">', "[Image: A & B cat]"],
    "a root of a formula": ["<p><math><mroot><mi>x</mi><mn>3</mn></mroot></math>", "x^(1/3)"],
    "links that follow each other": [
      "<p><a>One</a><a>Two</a> <span><a>Three</a><a>Four</a></span></p>",
      "One Two Three Four",
    ],
    "a sign that leads back": ['<p>Note <a href="#b">↩</a></p>', "Note"],
    "a quotation in a line": ["<p>He said <q>yes</q>.</p>", "He said “yes”."],
    "headings by their role": [
      "<div role=heading aria-level=3>Deep</div><div role=heading>Two</div>",
      "### Deep\n\n## Two",
    ],
    "a heading that is a button": ["<h2><button>Fold</button></h2>", "## Fold"],
    "a table in a formula": [
      "<p><math><mtable><mtr><mtd>a</mtd><mtd>b</mtd></mtr><mtr><mtd>c</mtd></mtr></mtable></math>",
      "a b; c",
    ],
    "controls of a form": [
      "<form><label>Name</label><input value=x><select><option>o</select><button>Send</button></form>",
      "Name",
    ],
    "malformed HTML": ["<p>a<div>b</p></div></table><td>c<b>d", "a\n\nb\n\ncd"],
    "no HTML at all": ["plain 1 < 2", "plain 1 < 2"],
    nothing: ["", ""],
  };
  for (const [what, [html, markdown]] of Object.entries(cases))
    test(what, () => expect(read(html)).toBe(markdown));
});

describe("tables", () => {
  test("with a head, spans and a caption", () =>
    expect(
      read(
        "<table><caption>Prices</caption><tr><th>Kind<th>Size<th>Price" +
          "<tr><td rowspan=2>Tea<td>small<td>1|2<tr><td>large<td>3<tr><td colspan=3>End</table>",
      ),
    ).toBe(
      "Prices\n\n| Kind | Size | Price |\n| --- | --- | --- |\n| Tea | small | 1\\|2 |\n" +
        "| Tea | large | 3 |\n| End |  |  |",
    ));

  test("that name one thing a row are lines", () =>
    expect(
      read(
        "<table><tr><td colspan=2>K-200<tr><th>Power<td>2200 W<tr><th>Kinds<td><ul><li>red<li>blue</ul></table>",
      ),
    ).toBe("K-200\nPower: 2200 W\nKinds: red, blue"));

  test("that lay out a page are its text", () =>
    expect(read("<table><tr><td><h2>Left</h2><p>a</td><td>right<br>b</td></tr></table>")).toBe(
      "## Left\n\na\n\nright\nb",
    ));
});

describe("a page is told by what it holds", () => {
  const cases: readonly (readonly [head: string, fileName: string, name: FormatName])[] = [
    ["<!DOCTYPE html><p>x", "export.xls", "html"],
    ['\ufeff<?xml version="1.0"?>\n<!-- c --><html>', "a.xml", "html"],
    ['<?xml version="1.0"?><a/>', "a.txt", "xml"],
    ["<p>x", "a.html", "html"],
    ["<p>x", "a.md", "markdown"],
    ["x <html>", "a.txt", "text"],
  ];
  for (const [head, fileName, name] of cases)
    test(`${fileName}: ${head.slice(0, 20)}`, async () => {
      expect(formatOf(fileName, await sampleOfBytes(Buffer.from(head))).name).toBe(name);
    });
});

describe("hostile HTML", () => {
  test("nested deeper than any page is read", () => {
    const text = read(`${"<div>".repeat(100_000)}deep${"</div>".repeat(100_000)}<p>after`);
    expect(text).toContain("deep");
    expect(text).toContain("after");
    expect(read("<b>".repeat(100_000) + "x<p>y")).toMatch(/x\s+y/);
    expect(read("<blockquote><ul><li>".repeat(50_000) + "x")).toContain("x");
  });

  test("a table whose spans would fill the memory keeps to its cells", () => {
    const row = `<tr>${"<td colspan=1000 rowspan=60000>x".repeat(20)}`;
    expect(read(`<table>${row.repeat(500)}</table>`).length).toBeLessThan(1_000_000);
  });

  test("a ragged table is read within its size", () => {
    const wide = `<tr>${"<td>x".repeat(20_000)}`;
    const text = read(`<table>${wide}${"<tr><td>y<td>z".repeat(20_000)}</table>`);
    expect(text.length).toBeLessThan(1_000_000);
    expect(text).toContain("y");
  });
});
