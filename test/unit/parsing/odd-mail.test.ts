/** Mails as programs of all times have written them, rules or no rules. */
import { describe, expect, test } from "bun:test";
import { readPages } from "../../support/read-pages.ts";

const HEAD = "From: ada@example.com\r\nSubject: Rent\r\nMessage-ID: <1@example.com>\r\n";
const MIXED = 'Content-Type: multipart/mixed; boundary="B"\r\n\r\n';
const NOTE =
  "--B\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nA note.\r\n";
const TWO_PARTS = `${HEAD}${MIXED}--B\r\n\r\nThe body.\r\n${NOTE}--B--\r\n`;
const READ = ["# Rent\n\nFrom: ada@example.com\n\nThe body.", "# note.txt\n\nA note."];

/** The bodies of its pages: what comes after their headings. */
async function bodiesOf(mail: string | Uint8Array): Promise<string[]> {
  const pages = await readPages("a.eml", mail);
  return pages.map((page) =>
    page
      .split("\n\n")
      .slice(1)
      .join("\n\n")
      .replace(/^From: .*\n\n/, ""),
  );
}

/** The body of a mail of one part. */
async function bodyOf(type: string, body: string | Uint8Array, coding = "8bit"): Promise<string> {
  const head = `${HEAD}Content-Type: ${type}\r\nContent-Transfer-Encoding: ${coding}\r\n\r\n`;
  return (await bodiesOf(Buffer.concat([Buffer.from(head), Buffer.from(body)])))[0] ?? "";
}

/** The names of attachments, by what is said of them. */
async function namesOf(dispositions: readonly string[]): Promise<string[]> {
  const parts = dispositions.map((each) => `--B\r\nContent-Disposition: ${each}\r\n\r\nx\r\n`);
  const mail = Buffer.from(`${HEAD}${MIXED}${parts.join("")}--B--`, "latin1");
  const [, ...pages] = await readPages("a.eml", mail);
  return pages.map((page) => page.split("\n")[0]?.slice(2) ?? "");
}

describe("boundaries and lines", () => {
  const cases = {
    "end with a line feed alone": TWO_PARTS.replaceAll("\r\n", "\n"),
    "end with a carriage return alone": TWO_PARTS.replaceAll("\r\n", "\r"),
    "end with two carriage returns": TWO_PARTS.replaceAll("\r\n", "\r\r\n"),
    "lack the last of them": TWO_PARTS.replace("--B--\r\n", ""),
    "have blanks after them": TWO_PARTS.replaceAll("--B\r\n", "--B \t\r\n"),
    "are named otherwise than they are": TWO_PARTS.replace('"B"', '"C"'),
    "are not named": TWO_PARTS.replace('; boundary="B"', ""),
    "are named without quotation marks": TWO_PARTS.replace('"B"', "B"),
    "come after a preface": TWO_PARTS.replace("--B", "This is a message of many parts.\r\n--B"),
    "are in headers with a blank before their colons": TWO_PARTS.replaceAll("Type:", "Type :"),
    "have a line among the headers that is none": TWO_PARTS.replace("Mess", "no header\r\nMess"),
  };
  for (const [what, mail] of Object.entries(cases))
    test(`that ${what}`, async () => expect(await readPages("a.eml", mail)).toEqual(READ));

  test("without an empty line after the headers the body begins where they end", async () => {
    expect(await bodiesOf(`${HEAD}Pay by Friday.\r\nOr else.\r\n`)).toEqual([
      "Pay by Friday.\nOr else.",
    ]);
  });
});

describe("a charset", () => {
  const TEXT = "Tiền thuê là 950 euro.";
  test("that is none of the text's", async () => {
    for (const charset of ["us-ascii", "iso-8859-1", "x-unknown", '"utf8"'])
      expect(await bodyOf(`text/plain; charset=${charset}`, TEXT)).toBe(TEXT);
    const latin = Buffer.from("Grüße aus München, schöne Straße", "latin1");
    expect(await bodyOf("text/plain; charset=utf-8", latin)).toBe(
      "Grüße aus München, schöne Straße",
    );
    const page = `<meta charset="utf-8"><p>${TEXT}`;
    expect(await bodyOf("text/html; charset=iso-8859-1", page)).toBe(TEXT);
  });

  test("that a page says of itself", async () => {
    const page = Buffer.from('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2', "latin1");
    expect(await bodyOf("text/html", page)).toBe("Привет");
  });

  test("of a code page, or of seven bits", async () => {
    const cases: [string, string | Buffer, string][] = [
      ["cp850", Buffer.from("Gr\x81\xe1e", "latin1"), "Grüße"],
      ["cp1258", Buffer.from("Gr\xfc\xdfe", "latin1"), "Grüße"],
      ["utf-7", "Gr+APwA3w-e 1 +- 1", "Grüße 1 + 1"],
      ["hz-gb-2312", "~{Dc:CJ@=g~} ~~", "你好世界 ~"],
      ["iso-2022-kr", "\x1b$)C\x0e>H3g\x0f.", "안녕."],
    ];
    for (const [charset, bytes, text] of cases)
      expect(await bodyOf(`text/plain; charset=${charset}`, bytes)).toBe(text);
  });

  test("of headers that are not encoded", async () => {
    const raw = Buffer.from(
      "From: J\xfcrgen M\xfcller <j@example.com>\r\nSubject: Gr\xfc\xdfe\r\n",
      "latin1",
    );
    const [page] = await readPages(
      "a.eml",
      Buffer.concat([raw, Buffer.from("X-A: 1\r\n\r\nHallo.")]),
    );
    expect(page).toBe("# Grüße\n\nFrom: Jürgen Müller <j@example.com>\n\nHallo.");
  });
});

test("encoded words with blanks and commas in them", async () => {
  const head =
    "From: =?utf-8?Q?M=C3=BCller, J?= <j@example.com>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe aus K?=\r\n";
  expect(await readPages("a.eml", `${head}X-A: 1\r\n\r\nHallo.`)).toEqual([
    "# Grüße aus K\n\nFrom: Müller, J <j@example.com>\n\nHallo.",
  ]);
});

describe("a transfer encoding", () => {
  test("with what does not belong to it", async () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    expect(await bodyOf("text/plain", `${base64("One. ")}\r\n${base64("Two.x")}`, " BASE64 ")).toBe(
      "One. Two.x",
    );
    expect(await bodyOf("text/plain", `${base64("One.")}\r\n-- \r\na list`, "base64")).toBe("One.");
    const quoted = "1 =3D 1, = \r\n2 = 2 =ZZ\r\nend=";
    expect(await bodyOf("text/plain", quoted, "quoted-printable")).toBe("1 = 1, 2 = 2 =ZZ\nend=");
  });

  test("of before MIME: files lie in the text", async () => {
    const file = "begin 644 hello.txt\r\n+2&5L;&\\@5V]R;&0 \r\n`\r\nend\r\n";
    expect(await readPages("a.eml", `${HEAD}\r\nSee this:\r\n${file}Ada\r\n`)).toEqual([
      "# Rent\n\nFrom: ada@example.com\n\nSee this:\n\nAda",
      "# hello.txt\n\nHello World",
    ]);
    expect(await bodyOf("text/plain", file, "x-uuencode")).toBe("Hello World");
  });
});

describe("the text", () => {
  test("that flows over lines is whole again, at each depth of quoting", async () => {
    const lines = [
      "Pay \r\nby Friday.",
      "> When is the \r\n> rent due?",
      ">> Soon \r\n>> enough.",
      "-- ",
      "Ada",
    ];
    expect(await bodyOf("text/plain; format=flowed", lines.join("\r\n"))).toBe(
      "Pay by Friday.\n> When is the rent due?\n>> Soon enough.\n-- \nAda",
    );
    const japanese = "text/plain; charset=utf-8; format=flowed; delsp=yes";
    expect(await bodyOf(japanese, "日本語の \r\nテキスト。")).toBe("日本語のテキスト。");
  });

  test("enriched as before HTML", async () => {
    const body = "<bold>Pay</bold> by\r\n<color><param>red</param>Friday</color>.\r\n\r\n1 << 2";
    expect(await bodyOf("text/enriched", body)).toBe("Pay by Friday.\n1 < 2");
  });

  test("of several parts comes in their order, be it plain or HTML", async () => {
    const html = "--B\r\nContent-Type: text/html\r\n\r\n<p>In <b>HTML</b>.\r\n";
    const mail = `${HEAD}${MIXED}--B\r\n\r\nFirst.\r\n${html}--B\r\n\r\nLast.\r\n--B--`;
    expect(await bodiesOf(mail)).toEqual(["First.\n\nIn **HTML**.\n\nLast."]);
  });
});

test("names of attachments, however they are written", async () => {
  expect(
    await namesOf([
      "attachment; filename*0*=UTF-8''B%C3%A1o%20; filename*1*=c%C3%A1o; filename*2=\".txt\"",
      "attachment; filename=old.txt; filename*=iso-8859-1'fr'R%E9sum%E9.txt",
      'attachment; filename="=?utf-8?B?QsOhbyBjw6FvLnR4dA==?="',
      'attachment; filename="=?iso-8859-1?Q?R=E9sum?= =?iso-8859-1?Q?=E9.txt?="',
      'attachment; filename="R\xe9sum\xe9.txt"',
      'attachment; filename="B\xc3\xa1o.txt"',
      "attachment; filename=my file (1).txt",
      'attachment; filename="a \\"b\\".txt"',
    ]),
  ).toEqual([
    "Báo cáo.txt",
    "Résumé.txt",
    "Báo cáo.txt",
    "Résumé.txt",
    "Résumé.txt",
    "Báo.txt",
    "my file (1).txt",
    'a "b".txt',
  ]);
});
