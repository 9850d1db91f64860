/** Mails whose content lies in something else: a signature around the whole, Outlook's own packing. */
import { describe, expect, test } from "bun:test";
import { buildMsg } from "../../support/msg.ts";
import { buildPdf } from "../../support/pdf.ts";
import { readPages } from "../../support/read-pages.ts";
import { detached, KIND, signed, signedInPieces } from "../../support/signed.ts";

function mail(type: string, content: Uint8Array, ...more: readonly string[]): string {
  return [
    "From: ada@example.com",
    "Subject: Order",
    "MIME-Version: 1.0",
    ...more,
    `Content-Type: ${type}`,
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from(content).toString("base64"),
  ].join("\r\n");
}

describe("a mail that is signed as a whole", () => {
  // Longer than a length of one byte tells.
  const LETTER = `Ký tên ở đây.\n${"Bên thuê trả tiền hàng tháng. ".repeat(20).trim()}`;
  const INNER = Buffer.from(`Content-Type: text/plain; charset=utf-8\r\n\r\n${LETTER}\r\n`);
  const type = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"';
  const read = `# Order\n\nFrom: ada@example.com\n\n${LETTER}`;

  test("is read, its signature unchecked", async () => {
    expect(await readPages("a.eml", mail(type, signed(INNER)))).toEqual([read]);
    expect(await readPages("a.eml", mail(type, signedInPieces(INNER)))).toEqual([read]);
  });

  test("and encrypted, or cut short, says that it cannot be read", async () => {
    const encrypted = signed(INNER, KIND.encrypted);
    for (const content of [encrypted, encrypted.subarray(0, 30), Buffer.from("30803080", "hex")])
      await expect(readPages("a.eml", mail(type, content))).rejects.toThrow("encrypted");
  });

  test("is read as the part alone, as Outlook saves it, and as an attachment", async () => {
    expect(await readPages("smime.p7m", signed(INNER))).toEqual([LETTER]);
    const properties = { "001a": "IPM.Note.SMIME", "0037": "Order" };
    const beside = Buffer.concat([
      Buffer.from('Content-Type: multipart/signed; boundary="s"\r\n\r\n--s\r\n'),
      INNER,
      Buffer.from("\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--s--\r\n"),
    ]);
    for (const [kind, bytes] of [
      ["IPM.Note.SMIME", signed(INNER)],
      ["IPM.Note.SMIME.MultipartSigned", beside],
    ] as const) {
      const msg = buildMsg({
        properties: { ...properties, "001a": kind },
        attachments: [{ "3707": "smime.p7m", "3701": new Uint8Array(bytes) }],
      });
      expect(await readPages("a.msg", msg)).toEqual([`# Order\n\n${LETTER}`]);
    }
  });
});

describe("a file with a signature around it", () => {
  const lease = signed(buildPdf(["The rent is 950 euro.", "Page two"]));

  test("is read as the file, in bytes or in letters, once or twice signed", async () => {
    const letters = lease.toString("base64").replace(/.{64}/g, "$&\n");
    const pem = `-----BEGIN PKCS7-----\n${letters}\n-----END PKCS7-----\n`;
    for (const bytes of [lease, letters, pem, signed(lease)])
      expect(await readPages("lease.pdf.p7m", bytes)).toEqual([
        "The rent is 950 euro.",
        "Page two",
      ]);
    expect(await readPages("lease", lease)).toHaveLength(2);
  });

  test("and encrypted, without the file or cut short, says so", async () => {
    const cases: [Uint8Array, string][] = [
      [signed(Buffer.from("x"), KIND.encrypted), "The file is encrypted; open it in"],
      [detached(), "The file is a signature alone; upload what was signed with it."],
      [Buffer.from("MIIB"), "The signed file is damaged and cannot be read."],
    ];
    for (const [bytes, sentence] of cases)
      await expect(readPages("lease.pdf.p7m", bytes)).rejects.toThrow(sentence);
  });
});

describe("a mail that Outlook packed", () => {
  const number = (value: number, bytes: 2 | 4) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUIntLE(value, 0, bytes);
    return buffer;
  };
  const attribute = (id: number, value: Uint8Array) =>
    Buffer.concat([Uint8Array.of(1), number(id, 4), number(value.length, 4), value, number(0, 2)]);
  /** One property of variable size, after one of fixed size and one with a name of its own. */
  const properties = (type: number, id: number, value: Uint8Array) =>
    Buffer.concat([
      number(3, 4),
      number(0x03, 2),
      number(0x3705, 2),
      number(1, 4),
      number(0x03, 2),
      number(0x8001, 2),
      Buffer.alloc(16),
      number(0, 4),
      number(7, 4),
      number(1, 4),
      number(type, 2),
      number(id, 2),
      number(1, 4),
      number(value.length, 4),
      value,
      Buffer.alloc((4 - (value.length % 4)) % 4),
    ]);
  const packed = (body: Uint8Array) =>
    Buffer.concat([
      number(0x223e9f78, 4),
      number(1, 2),
      body,
      attribute(0x00069002, Buffer.alloc(14)),
      attribute(0x00018010, Buffer.from("ORDER~1.TXT\0")),
      attribute(0x0006800f, Buffer.from("Forty cables.")),
      attribute(0x00069005, properties(0x1f, 0x3707, Buffer.from("Đơn hàng.txt\0", "utf16le"))),
    ]);
  const html = attribute(
    0x00069003,
    properties(0x102, 0x1013, Buffer.from("<p>See the list.</p>")),
  );
  const type = 'application/ms-tnef; name="winmail.dat"';

  test("is read with its attachments under their own names", async () => {
    expect(await readPages("a.eml", mail(type, packed(html)))).toEqual([
      "# Order\n\nFrom: ada@example.com\n\nSee the list.",
      "# Đơn hàng.txt\n\nForty cables.",
    ]);
  });

  test("with a damaged text is read without it", async () => {
    for (const rtf of ["no RTF", "\x20\0\0\0\x10\0\0\0MELA\0\0\0\0no RTF either"]) {
      const damaged = attribute(0x00069003, properties(0x102, 0x1009, Buffer.from(rtf, "latin1")));
      const [first, ...others] = await readPages("a.eml", mail(type, packed(damaged)));
      expect(first).toContain("The text of the mail was not read. It is ");
      expect(others).toEqual(["# Đơn hàng.txt\n\nForty cables."]);
    }
  });

  test("and cut short is read as far as it goes", async () => {
    const pages = await readPages("a.eml", mail(type, packed(html).subarray(0, 120)));
    expect(pages[0]).toContain("# Order");
  });
});
