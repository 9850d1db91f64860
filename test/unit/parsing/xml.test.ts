import { describe, expect, test } from "bun:test";
import { readXml } from "../../../src/parsing/formats/xml.ts";
import { LIMITS } from "../../support/limits.ts";

async function read(xml: string | Uint8Array): Promise<readonly string[]> {
  const bytes = typeof xml === "string" ? Buffer.from(xml) : xml;
  return await readXml({ name: "a.xml", bytes, format: "xml" }, { limits: LIMITS });
}

describe("a feed", () => {
  test("of RSS is its articles", async () => {
    const pages = await read(
      '<?xml version="1.0"?><rss xmlns:x="http://purl.org/rss/1.0/modules/content/"><channel>' +
        "<title>News &amp;amp; Views</title><description>What happens.</description>" +
        "<item><media:title>Photo</media:title><title>First</title><dc:creator>An</dc:creator>" +
        "<pubDate>Mon, 1 Jan 2024</pubDate><description>Short</description>" +
        "<x:encoded><![CDATA[<p>Long <b>text</b>.</p><script>alert(1)</script>]]></x:encoded></item>" +
        "<item><title>Second</title><description>&lt;p&gt;Only this.&lt;/p&gt;</description></item>" +
        "</channel></rss>",
    );
    expect(pages).toEqual([
      "# News & Views\n\nWhat happens.\n\n# First\n\nAn · Mon, 1 Jan 2024\n\nLong **text**.",
      "# Second\n\nOnly this.",
    ]);
  });

  test("of Atom is its articles", async () => {
    const pages = await read(
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>Log</title><entry><title type="html">A &amp;lt; B</title>' +
        "<author><name>An</name><email>a@b.test</email></author><updated>2024-01-01</updated>" +
        '<content type="xhtml"><div xmlns="x"><h2>Part</h2><p>Text.</p><script>a()</script></div></content></entry>' +
        "<entry><title>C</title><summary>Sum.</summary></entry></feed>",
    );
    expect(pages).toEqual([
      "# Log\n\n# A < B\n\nAn · 2024-01-01\n\n## Part\n\nText.",
      "# C\n\nSum.",
    ]);
  });

  test("of RSS 1.0 is its articles, and an entry of Atom alone is one", async () => {
    const rdf =
      '<rdf:RDF xmlns:rdf="x"><channel><title>Log</title></channel><item><title>A</title></item><item><title>B</title></item></rdf:RDF>';
    expect(await read(rdf)).toEqual(["# Log\n\n# A", "# B"]);
    const entry = "<entry><title>A</title><summary>Sum.</summary></entry>";
    expect(await read(entry)).toEqual(["# A\n\nSum."]);
  });

  test("of more articles than a document has pages is one page", async () => {
    const items = "<item><title>a</title></item>".repeat(LIMITS.pagesMax + 1);
    expect(await read(`<rss><channel>${items}</channel></rss>`)).toHaveLength(1);
  });
});

describe("other XML", () => {
  test("is its names and values, records as a table", async () => {
    const [text] = await read(
      '<c:catalog xmlns:c="u" version="2"><title>Books</title><book id="1"><by>An</by><by>Bo</by>' +
        '<price in="USD">4</price></book><book id="2"><by>Cy</by></book>' +
        "<shop><city>Hà Nội</city><open>9</open><owner><phone>1</phone></owner></shop>" +
        "<section><title>Intro</title><para>Some <i>mixed</i> text.</para></section></c:catalog>",
    );
    expect(text).toBe(
      "# catalog: Books\n\nversion: 2\n\n| id | by | price |\n| --- | --- | --- |\n" +
        "| 1 | An, Bo | 4 (in: USD) |\n| 2 | Cy |  |\n\n## shop\n\ncity: Hà Nội\nopen: 9\n\n" +
        "### owner\n\nphone: 1\n\n## Intro\n\nSome mixed text.",
    );
  });

  test("whose records hold long texts is read record by record", async () => {
    const long = "word ".repeat(200).trim();
    const record = (text: string) => `<note><by>An</by><says>${text}</says></note>`;
    expect(await read(`<notes>${record("short")}${record(long)}</notes>`)).toEqual([
      `# notes\n\n## note\n\nby: An\nsays: short\n\n## note\n\nby: An\nsays: ${long}`,
    ]);
  });

  test("in the encoding that it declares", async () => {
    const head = Buffer.from('<?xml version="1.0" encoding="windows-1251"?><a>');
    const bytes = Buffer.concat([head, Buffer.from("cff0e8e2e5f2", "hex"), Buffer.from("</a>")]);
    expect(await read(bytes)).toEqual(["# a\n\nПривет"]);
  });

  test("that is XHTML is read as a page", async () => {
    const page =
      '<?xml version="1.0"?><html xmlns="x"><body><script src="a"/><p>Text.</p></body></html>';
    expect(await read(page)).toEqual(["Text."]);
  });

  test("neither fetches nor expands entities", async () => {
    const entities = '<!ENTITY a "lol"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">';
    const [text = ""] = await read(`<!DOCTYPE r [${entities}]><r><t>&b;</t><u>&x;</u></r>`);
    expect(text).not.toContain("lol");
    expect(text).not.toContain("root:");
  });

  test("of any depth and length is read", async () => {
    const [deep] = await read(`${"<a>".repeat(100_000)}x${"</a>".repeat(100_000)}`);
    expect(deep).toContain("x");
    const [long = ""] = await read(`<r>${"<a>x</a>".repeat(100_000)}</r>`);
    expect(long.length).toBeGreaterThan(300_000);
    const [rows = ""] = await read(`<r>${"<a><b>1</b><c>2</c></a>".repeat(100_000)}</r>`);
    expect(rows).toStartWith("# r\n\n| b | c |");
  });

  test("that is none says so", async () => {
    await expect(read("plain text")).rejects.toThrow("The file is no XML, or");
  });
});

test("of a drawing what is written in it is read", async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9"><title>Flow</title><style>.a{}</style>' +
    '<g><path d="M0 0L9 9"/><text x="1">Start <tspan>here</tspan></text></g><text>End</text></svg>';
  expect(await read(svg)).toEqual(["Flow\nStart here\nEnd"]);
});

describe("a book or an article", () => {
  test("of DocBook is read by its titles, lists, tables and code", async () => {
    const book =
      '<?xml version="1.0"?><book xmlns="http://docbook.org/ns/docbook"><info><title>Bridges</title><author><personname>' +
      "<firstname>Ada</firstname><surname>Lovelace</surname></personname></author></info><chapter xml:id='a'><title>Cables" +
      "</title><para>They hold <emphasis>much</emphasis>, as <command>hold -x</command> tells.</para><section><title>Kinds" +
      "</title><itemizedlist><listitem><para>Of steel</para></listitem><listitem><para>Of hemp</para></listitem>" +
      "</itemizedlist><informaltable><tgroup cols='2'><thead><row><entry>Kind</entry><entry>Load</entry></row></thead>" +
      "<tbody><row><entry>Steel</entry><entry>9</entry></row></tbody></tgroup></informaltable>" +
      "<programlisting>hold -x\n  -y</programlisting></section></chapter></book>";
    expect(await read(book)).toEqual([
      "# Bridges\n\nAda Lovelace\n\n## Cables\n\nThey hold *much*, as `hold -x` tells.\n\n### Kinds\n\n- Of steel\n" +
        "- Of hemp\n\n| Kind | Load |\n| --- | --- |\n| Steel | 9 |\n\n```\nhold -x\n  -y\n```",
    ]);
  });

  test("of DocBook explains terms, and titles of tables and figures are no headings", async () => {
    const chapter =
      "<chapter><title>Cables</title><para>Kinds:</para><variablelist><varlistentry><term>Hemp</term><listitem>" +
      "<para>Old.</para></listitem></varlistentry></variablelist><table><title>Loads</title><tgroup cols='2'><tbody>" +
      "<row><entry>Steel</entry><entry>9</entry></row><row><entry>Hemp</entry><entry>2</entry></row></tbody></tgroup></table>" +
      "<figure><title>A cable</title></figure></chapter>";
    expect(await read(chapter)).toEqual([
      "# Cables\n\nKinds:\n\nHemp\n\n: Old.\n\nLoads\n\n| Steel | 9 |\n| --- | --- |\n| Hemp | 2 |\n\nA cable",
    ]);
  });

  test("of a journal (JATS), without what tells programs of it", async () => {
    const article =
      '<?xml version="1.0"?><article><front><journal-meta><journal-id>J</journal-id></journal-meta><article-meta>' +
      "<article-id>10.1/x</article-id><title-group><article-title>On <i>E. coli</i></article-title></title-group>" +
      "<abstract><p>It grew.</p></abstract></article-meta></front><body><sec><title>Methods</title><p>At 37 °C.</p>" +
      "</sec></body><back><ref-list><title>References</title><ref><label>1</label><mixed-citation>Smith 2001." +
      "</mixed-citation></ref></ref-list></back></article>";
    expect(await read(article)).toEqual([
      "# On E. coli\n\nIt grew.\n\n## Methods\n\nAt 37 °C.\n\n## References\n\n1 Smith 2001.",
    ]);
  });

  test("that is a part alone begins with its title", async () => {
    const part =
      "<section><title>Cables</title><para>Of steel.</para><section><title>Kinds</title><para>Nine.</para>";
    expect(await read(`${part}</section></section>`)).toEqual([
      "# Cables\n\nOf steel.\n\n## Kinds\n\nNine.",
    ]);
  });

  test("is told by its prose: records of the same name are a table", async () => {
    expect(
      await read("<book><copy no='1'><at>A</at></copy><copy no='2'><at>B</at></copy></book>"),
    ).toEqual(["# book\n\n| no | at |\n| --- | --- |\n| 1 | A |\n| 2 | B |"]);
  });
});
