/** Mails whose content lies in something else: a signature around the whole, Outlook's own packing. */
import { describe, expect, test } from "bun:test";
import { readPages } from "../../support/read-pages.ts";

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
  const INNER = Buffer.from("Content-Type: text/plain; charset=utf-8\r\n\r\nKý tên ở đây.\r\n");
  const SIGNED = "06092a864886f70d010702";
  const DATA = "06092a864886f70d010701";

  /** A part of known length (DER). */
  const der = (tag: string, content: string) => {
    const length = (content.length / 2).toString(16).padStart(8, "0");
    return `${tag}84${length}${content}`;
  };
  /** A part of unknown length (BER), as programs write it that do not wait for the end. */
  const ber = (tag: string, content: string) => `${tag}80${content}0000`;
  const hex = INNER.toString("hex");
  const around = (part: typeof der, octets: string, kind = SIGNED) =>
    Buffer.from(
      part(
        "30",
        kind + part("a0", part("30", `0201013100${part("30", DATA + part("a0", octets))}`)),
      ),
      "hex",
    );
  const pieces = [hex.slice(0, 40), hex.slice(40)].map((piece) => der("04", piece)).join("");
  const type = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"';
  const read = "# Order\n\nFrom: ada@example.com\n\nKý tên ở đây.";

  test("is read, its signature unchecked", async () => {
    expect(await readPages("a.eml", mail(type, around(der, der("04", hex))))).toEqual([read]);
    expect(await readPages("a.eml", mail(type, around(ber, ber("24", pieces))))).toEqual([read]);
  });

  test("and encrypted, or cut short, says that it cannot be read", async () => {
    const encrypted = around(der, der("04", hex), "06092a864886f70d010703");
    for (const content of [encrypted, encrypted.subarray(0, 30), Buffer.from("30803080", "hex")])
      await expect(readPages("a.eml", mail(type, content))).rejects.toThrow("encrypted");
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

  test("and cut short is read as far as it goes", async () => {
    const pages = await readPages("a.eml", mail(type, packed(html).subarray(0, 120)));
    expect(pages[0]).toContain("# Order");
  });
});
