import { describe, expect, test } from "bun:test";
import { readEpub } from "../../../src/parsing/formats/epub.ts";
import { contextOf } from "../../support/read-context.ts";
import { buildZip } from "../../support/zip.ts";

const CONTAINER =
  '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>';

/** A book of chapters by their file names, as their bodies; `extra` are files beside them. */
function bookOf(
  chapters: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(chapters);
  const manifest = names.map(
    (name) => `<item id="${name}" href="${encodeURI(name)}" media-type="application/xhtml+xml"/>`,
  );
  const spine = names.map((name) => `<itemref idref="${name}"/>`);
  const bodies = Object.entries(chapters).map(([name, body]): [string, string] => [
    `OPS/${name}`,
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Book</title>` +
      `<script src="a.js"/></head><body>${body}</body></html>`,
  ]);
  return buildZip({
    mimetype: "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf":
      `<package xmlns:dc="x"><metadata><dc:title>The Book</dc:title><dc:creator>A. Writer</dc:creator></metadata>` +
      `<manifest>${manifest.join("")}<item id="toc" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>` +
      `<spine toc="toc">${spine.join("")}${spine.join("")}</spine></package>`,
    ...Object.fromEntries(bodies),
    ...extra,
  });
}

async function read(bytes: Uint8Array): Promise<readonly string[]> {
  return await readEpub({ name: "a.epub", bytes, format: "epub" }, contextOf());
}

describe("an e-book", () => {
  test("is its chapters in order, each once, without an empty cover", async () => {
    const book = bookOf({
      "cover.xhtml": '<svg><image href="c.jpg"/></svg>',
      "chapter 2.xhtml": "<h1>Two</h1><p>It <b>goes</b> on.</p>",
      "1.xhtml": "<h2>One</h2><table><tr><th>a<th>b</tr><tr><td>1<td>2</tr></table>",
    });
    expect(await read(book)).toEqual([
      "# The Book\n\nA. Writer\n\n# Two\n\nIt **goes** on.",
      "## One\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
    ]);
  });

  test("names a chapter without a heading as its table of contents does", async () => {
    const toc =
      "<ncx><navMap><navPoint><navLabel><text>The Sea</text></navLabel>" +
      '<content src="1.xhtml#top"/></navPoint></navMap></ncx>';
    const [page] = await read(bookOf({ "1.xhtml": "<p>Waves.</p>" }, { "OPS/toc.ncx": toc }));
    expect(page).toEndWith("# The Sea\n\nWaves.");
  });

  test("names nothing twice: neither a chapter with a heading nor an author who is on the first page", async () => {
    const toc =
      '<ncx><navMap><navPoint><navLabel><text>The Sea</text></navLabel><content src="1.xhtml"/></navPoint></navMap></ncx>';
    const body = "<h2>Sea</h2><p>By A. Writer</p>";
    expect(await read(bookOf({ "1.xhtml": body }, { "OPS/toc.ncx": toc }))).toEqual([
      "# The Book\n\n## Sea\n\nBy A. Writer",
    ]);
  });

  test("without an order is read in that of its list", async () => {
    const item = (name: string) =>
      `<item id="${name}" href="${name}.xhtml" media-type="application/xhtml+xml"/>`;
    const book = `<package><manifest>${item("b")}${item("a")}<item id="s" href="s.css" media-type="text/css"/></manifest></package>`;
    const chapters = { "a.xhtml": "<p>A</p>", "b.xhtml": "<p>B</p>" };
    expect(await read(bookOf(chapters, { "OPS/book.opf": book }))).toEqual(["B", "A"]);
  });

  test("is read where only its fonts are protected", async () => {
    const encryption =
      '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/>' +
      "</EncryptedData></encryption>";
    const book = bookOf({ "1.xhtml": "<p>Text.</p>" }, { "META-INF/encryption.xml": encryption });
    expect((await read(book))[0]).toContain("Text.");
  });
});

describe("an e-book that cannot be read", () => {
  const aes =
    '<encryption><enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>';
  const cases: Readonly<Record<string, readonly [bytes: Uint8Array, sentence: string]>> = {
    "under DRM": [
      bookOf({ "1.xhtml": "x" }, { "META-INF/encryption.xml": aes }),
      "The e-book is protected against copying (DRM) and cannot be read.",
    ],
    "without a package": [buildZip({ "a.txt": "x" }), "The file is no e-book, or"],
    "cut short": [
      bookOf({ "1.xhtml": "x" }).subarray(0, 300),
      "The e-book is damaged and cannot be read.",
    ],
  };
  for (const [what, [bytes, sentence]] of Object.entries(cases))
    test(what, async () => {
      await expect(read(bytes)).rejects.toThrow(sentence);
    });

  test("names files outside of itself in vain", async () => {
    const book =
      '<package><manifest><item id="a" href="../../../etc/passwd"/><item id="b" href="file:///etc/passwd"/>' +
      '</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>';
    expect(await read(bookOf({}, { "OPS/book.opf": book }))).toEqual([""]);
  });
});
