/** Every sample file that lies beside the tests is told right, whatever it is called. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { sampleOfBytes, sampleOfFile } from "../../../src/parsing/telling/sample.ts";
import { buildZip } from "../../support/zip.ts";

const DATA = join(import.meta.dir, "../../data");

/** What nothing but its name tells from plain text, what is encrypted, and pictures as PDFs pack them. */
const UNTOLD = /\.(csv|txt|md|g3|g4|jp2)$|default-password\/.*\.xlsx$/;
/** Names that lie, and names that say nothing. */
const NAMES = [
  "file",
  "a.txt",
  "a.csv",
  "a.pdf",
  "a.docx",
  "a.xls",
  "a.png",
  "a.zip",
  "a.exe",
  "báo cáo.v2",
];

const files = readdirSync(DATA, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.\w+$/.test(name) && !UNTOLD.test(name),
);

for (const file of files)
  test(`${file} is told under any name`, async () => {
    const path = join(DATA, file);
    const own = formatOf(file, await sampleOfFile(path));
    const sample = await sampleOfBytes(await Bun.file(path).bytes());
    for (const name of NAMES) expect(formatOf(name, sample)).toEqual(own);
  });

test("a notebook is told by its content, however long it is", async () => {
  const cells = Array.from({ length: 500 }, (_, at) => ({
    cell_type: "code",
    source: [`x = ${at}`],
  }));
  const bytes = Buffer.from(
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  expect(formatOf("a.txt", await sampleOfBytes(bytes)).name).toBe("notebook");
  const other = Buffer.from(JSON.stringify({ cells }));
  expect(formatOf("a.json", await sampleOfBytes(other)).name).toBe("json");
});

test("a mail is told by what programs write into its head, however long that is", async () => {
  const people = "From: ada@example.com\nTo: bob@example.com\nSubject: Bridge\n";
  const told = async (text: string) =>
    formatOf("a.txt", await sampleOfBytes(Buffer.from(text))).name;
  expect(await told(`${people}\nDear Bob,`)).toBe("text");
  expect(await told(`${people}MIME-Version: 1.0\n\nDear Bob,`)).toBe("eml");
  const received = "Received: from a.example.com by b.example.com\n".repeat(200);
  expect(await told(`${received}${people}\nDear Bob,`)).toBe("eml");
});

test("a package that does not begin with its type is told by what it lists", async () => {
  const type = "application/vnd.oasis.opendocument.text";
  const odt = buildZip({
    "content.xml": "<x/>",
    "META-INF/manifest.xml": `<manifest><file-entry full-path="/" media-type="${type}"/></manifest>`,
  });
  expect(formatOf("a", await sampleOfBytes(odt)).name).toBe("odt");
  const epub = buildZip({ "META-INF/container.xml": "<container/>" });
  expect(formatOf("a", await sampleOfBytes(epub)).name).toBe("epub");
});

test("a text that begins with BM is no picture", async () => {
  const text = Buffer.from("BM is short for benchmark, and this is a text.");
  expect(formatOf("a.txt", await sampleOfBytes(text)).name).toBe("text");
});

test("a feed is told by its first element, also without the line of XML", async () => {
  const bytes = Buffer.from('<rss version="2.0"><channel><title>News</title></channel></rss>');
  expect(formatOf("a", await sampleOfBytes(bytes)).name).toBe("xml");
});
