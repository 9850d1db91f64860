import { describe, expect, test } from "bun:test";
import { buildPdf } from "../../support/pdf.ts";
import { readPages } from "../../support/read-pages.ts";
import { buildZip } from "../../support/zip.ts";

const HEADERS = [
  "From: Ada Lovelace <ada@example.com>",
  'To: "Babbage, Charles" <charles@example.com>, team@example.com',
  "Cc: =?utf-8?B?Tmd1eeG7hW4gVsSDbiDDgW5o?= <anh@example.com>",
  "Subject: =?utf-8?Q?B=C3=A1o_c=C3=A1o?= =?utf-8?Q?_qu=C3=BD_3?=",
  "Date: Fri, 21 Nov 2025 09:55:06 +0700",
  "Message-ID: <1@example.com>",
  "MIME-Version: 1.0",
];

/** The head of a mail, with the type of its body. */
function head(...lines: string[]): string {
  return [...HEADERS, ...lines, "", ""].join("\r\n");
}

/** A body of parts, each its headers and its content. */
function multipart(kind: string, parts: readonly string[], boundary = "=-1"): string {
  const type = `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n`;
  return `${type}${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

function mail(body: string): string {
  return `${HEADERS.join("\r\n")}\r\n${body}`;
}

function attachment(
  name: string,
  bytes: Uint8Array | string,
  type = "application/octet-stream",
): string {
  const base64 = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
  return [
    `Content-Type: ${type}; name="${name}"`,
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: attachment; filename="${name}"`,
    "",
    base64,
  ].join("\r\n");
}

const TEXT_PART =
  "Content-Type: text/plain; charset=utf-8\r\n\r\nSee what is attached.\r\n> Did it arrive?";

describe("a mail", () => {
  test("begins with the headers that matter, and keeps what it quotes", async () => {
    const raw = `${head("Content-Type: text/plain; charset=utf-8")}Xin chào,\r\n\r\n> Khi nào xong?\r\n\r\nNgày mai.\r\n`;
    expect(await readPages("a.eml", raw)).toEqual([
      [
        "# Báo cáo quý 3",
        "From: Ada Lovelace <ada@example.com>\n" +
          "To: Babbage, Charles <charles@example.com>, team@example.com\n" +
          "Cc: Nguyễn Văn Ánh <anh@example.com>\n" +
          "Date: Fri, 21 Nov 2025 09:55:06 +0700",
        "Xin chào,",
        "> Khi nào xong?",
        "Ngày mai.",
      ].join("\n\n"),
    ]);
  });

  test("to a group names it with its members", async () => {
    const raw = `${head("Content-Type: text/plain")}Hello.\r\n`.replace(
      /To: .*/,
      "To: Board: ada@example.com, Bob <bob@example.com>;",
    );
    expect((await readPages("a.eml", raw))[0]).toContain(
      "To: Board: ada@example.com, Bob <bob@example.com>\n",
    );
  });

  test("is told by its headers, whatever it is called", async () => {
    const raw = `${head("Content-Type: text/plain")}Hello.\r\n`;
    for (const name of ["a", "a.txt", "message.bin"])
      expect((await readPages(name, raw))[0]).toStartWith("# Báo cáo quý 3");
  });

  test("of plain text and HTML is read by its plain text, unless that says less", async () => {
    const html =
      "Content-Type: text/html; charset=utf-8\r\n\r\n<p>The <b>whole</b> story has many more words than its stub.</p><script>x()</script>";
    const whole =
      "Content-Type: text/plain\r\n\r\nThe *whole* story has many more words than its stub.";
    const stub = "Content-Type: text/plain\r\n\r\nNo HTML here.";
    const both = await readPages("a.eml", mail(multipart("alternative", [whole, html])));
    expect(both[0]).toEndWith("The *whole* story has many more words than its stub.");
    const rich = await readPages("a.eml", mail(multipart("alternative", [stub, html])));
    expect(rich[0]).toContain("whole");
    expect(rich[0]).not.toContain("No HTML");
    expect(rich[0]).not.toContain("x()");
  });

  test("whose HTML has a table is read by that: plain text keeps no columns", async () => {
    const plain = "Content-Type: text/plain\r\n\r\nKind\r\nLoad\r\nSteel\r\n9";
    const html =
      "Content-Type: text/html\r\n\r\n<table><tr><th>Kind<th>Load<tr><td>Steel<td>9</table>";
    const [page] = await readPages("a.eml", mail(multipart("alternative", [plain, html])));
    expect(page).toEndWith("| Kind | Load |\n| --- | --- |\n| Steel | 9 |");
  });
});

describe("a mail's encoding", () => {
  const cases: [string, string, string, Uint8Array][] = [
    [
      "iso-2022-jp",
      "7bit",
      "日本語のメールです。",
      hex("1b2442467c4b5c386c244e2561213c256b2447243921231b2842"),
    ],
    ["koi8-r", "8bit", "Привет", hex("f0d2c9d7c5d4")],
    ["windows-1258", "8bit", "Tiếng Việt", hex("5469ea ec6e672056 69ea f274")],
    [
      "utf-8",
      "quoted-printable",
      "Cảm ơn bạn",
      Buffer.from("C=E1=BA=A3m =C6=A1n b=\r\n=E1=BA=A1n"),
    ],
    ["utf-8", "base64", "Grüße", Buffer.from(Buffer.from("Grüße").toString("base64"))],
    ["gb2312", "8bit", "人工智能", hex("c8cbb9a4d6c7c4dc")],
  ];
  for (const [charset, coding, text, bytes] of cases) {
    test(`${charset} as ${coding}`, async () => {
      const start = head(
        `Content-Type: text/plain; charset=${charset}`,
        `Content-Transfer-Encoding: ${coding}`,
      );
      const [page = ""] = await readPages("a.eml", Buffer.concat([Buffer.from(start), bytes]));
      expect(page.normalize("NFC")).toEndWith(text);
    });
  }

  test("that it does not name is told by the text", async () => {
    const body = hex("cff0e8e2e5f22c20fdf2ee20f2e5eaf1f2206ff2206ff2e4e5eb e0");
    const [page = ""] = await readPages(
      "a.eml",
      Buffer.concat([Buffer.from(head("Content-Type: text/plain")), body]),
    );
    expect(page).toContain("Привет, это текст");
  });
});

describe("a mail's attachments", () => {
  test("are pages of their own under their names, in their order", async () => {
    const raw = mail(
      multipart("mixed", [
        TEXT_PART,
        attachment("report.pdf", buildPdf(["Page one", "Page two"])),
        attachment("notes.txt", "Some notes."),
      ]),
    );
    const pages = await readPages("a.eml", raw);
    expect(pages[0]).toEndWith("See what is attached.\n> Did it arrive?");
    expect(pages.slice(1)).toEqual([
      "# report.pdf\n\nPage one",
      "Page two",
      "# notes.txt\n\nSome notes.",
    ]);
  });

  test("that cannot be read are named with the reason, and fail nothing", async () => {
    const raw = mail(
      multipart("mixed", [
        TEXT_PART,
        attachment("setup.docx", "MZ\x90\0\x03\0\0\0"),
        attachment("all.zip", buildZip({ "a.txt": "x" })),
        attachment("broken.pdf", "%PDF-1.7 and no more"),
        attachment("notes.txt", "Some notes."),
      ]),
    );
    const [first = "", ...others] = await readPages("a.eml", raw);
    expect(first).toContain(
      "Attachment that was not read: setup.docx. It is a program, not a document.",
    );
    expect(first).toContain("Attachment that was not read: all.zip. It is an archive");
    expect(first).toContain("Attachment that was not read: broken.pdf. The PDF");
    expect(others).toEqual(["# notes.txt\n\nSome notes."]);
  });

  test("of the body's looks and for programs are left out", async () => {
    const logo = [
      "Content-Type: image/png; name=logo.png",
      "Content-ID: <logo>",
      "Content-Disposition: inline; filename=logo.png",
      "Content-Transfer-Encoding: base64",
      "",
      "iVBORw0KGgo=",
    ].join("\r\n");
    const raw = mail(
      multipart("mixed", [
        TEXT_PART,
        logo,
        attachment("smime.p7s", "x", "application/pkcs7-signature"),
      ]),
    );
    expect(await readPages("a.eml", raw)).toHaveLength(1);
    expect((await readPages("a.eml", raw))[0]).not.toContain("not read");
  });

  test("that are mails are read with their own attachments", async () => {
    const inner = `Content-Type: message/rfc822\r\n\r\nFrom: c@example.com\r\nSubject: Inner\r\nMIME-Version: 1.0\r\n${multipart("mixed", [TEXT_PART, attachment("deep.txt", "Deep down.")], "=-2")}`;
    const [first, ...others] = await readPages(
      "a.eml",
      mail(multipart("mixed", [TEXT_PART, inner])),
    );
    expect(first).toStartWith("# Báo cáo quý 3");
    expect(others).toEqual([
      "# Forwarded message.eml\n\n# Inner\n\nFrom: c@example.com\n\nSee what is attached.\n> Did it arrive?",
      "# deep.txt\n\nDeep down.",
    ]);
  });
});

describe("a mail that means harm", () => {
  test("nested too deeply says so, and keeps what lies above", async () => {
    let raw = mail("Content-Type: text/plain\r\n\r\nThe innermost.");
    for (let depth = 0; depth < 15; depth++)
      raw = mail(
        multipart(
          "mixed",
          [TEXT_PART, `Content-Type: message/rfc822\r\n\r\n${raw}`],
          `=-${depth}-`,
        ),
      );
    const pages = await readPages("a.eml", raw);
    expect(pages).toHaveLength(11);
    expect(pages.at(-1)).toContain("Files lie within files more than 10 deep; save what matters");
  });

  test("of too many files is refused", async () => {
    const parts = Array.from({ length: 30 }, (_, at) => attachment(`${at}.txt`, "x"));
    await expect(
      readPages("a.eml", mail(multipart("mixed", parts)), { entriesMax: 20 }),
    ).rejects.toThrow(
      "The mail holds more than 20 files; save what matters by itself, and upload that.",
    );
    await expect(
      readPages("a.eml", mail(multipart("mixed", parts)), { pagesMax: 20 }),
    ).rejects.toThrow("has more than 20 pages;");
  });

  test("with a header beyond all measure is damaged", async () => {
    const raw = `${HEADERS.join("\r\n")}\r\nX-Long: ${"x".repeat(3_000_000)}\r\n\r\nHello.`;
    await expect(readPages("a.eml", raw)).rejects.toThrow(
      "The mail is damaged and cannot be read.",
    );
  });

  test("whose boundary never ends keeps its text", async () => {
    const whole = mail(multipart("mixed", [TEXT_PART, attachment("notes.txt", "Some notes.")]));
    const [first, ...others] = await readPages(
      "a.eml",
      whole.slice(0, whole.lastIndexOf("--=-1--")),
    );
    expect(first).toContain("See what is attached.");
    expect(others).toEqual(["# notes.txt\n\nSome notes."]);
  });

  test("that is encrypted says so", async () => {
    const body =
      "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n";
    await expect(readPages("a.eml", mail(body))).rejects.toThrow("The mail is encrypted");
    await expect(readPages("a.eml", mail(multipart("encrypted", ["\r\nx"])))).rejects.toThrow(
      "The mail is encrypted",
    );
  });
});

function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits.replaceAll(" ", ""), "hex"));
}

test("a page that a browser saved is read as the page", async () => {
  const html =
    "<title>Saved</title><nav><a href=3D/>Home</a></nav><article><h1>Bridges</h1><p>The cables of the b=\r\nridge " +
    "were replaced within ten months.</p></article><footer>Imprint</footer>";
  const parts = [
    `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${html}`,
    "Content-Type: text/css\r\n\r\nbody { color: red }",
  ];
  for (const from of ["From: <Saved by Blink>\r\nSubject: Saved\r\n", ""])
    expect(
      await readPages("a.mht", `${from}MIME-Version: 1.0\r\n${multipart("related", parts)}`),
    ).toEqual(["# Bridges\n\nThe cables of the bridge were replaced within ten months."]);
});
