import { describe, expect, test } from "bun:test";
import { unpackRtf } from "../../../src/parsing/mail/compressed-rtf.ts";
import { buildMsg, type MsgContent } from "../../support/msg.ts";
import { buildPdf } from "../../support/pdf.ts";
import { readPages } from "../../support/read-pages.ts";

const BASE = {
  "0037": "Báo cáo quý 3",
  "0c1a": "Ada Lovelace",
  "5d01": "ada@example.com",
  "0039": new Date("2025-11-21T02:55:06Z"),
  "1000": "Xin chào,\r\n\r\n> Khi nào xong?\r\n",
};
const RECIPIENTS = [
  { "3001": "Charles Babbage", "39fe": "charles@example.com", "0c15": 1 },
  { "3001": "Team", "3003": "/o=Example/cn=team", "0c15": 1 },
  { "3001": "anh@example.com", "39fe": "anh@example.com", "0c15": 2 },
];

/** Of an entry of a container's folder: where it says which entry lies in it. */
const FIRST_WITHIN_AT = 76;

function msg(content: Partial<MsgContent> = {}): Uint8Array {
  return buildMsg({
    recipients: RECIPIENTS,
    ...content,
    properties: { ...BASE, ...content.properties },
  });
}

describe("a mail of Outlook", () => {
  test("begins with the headers that matter, and is told by its content", async () => {
    for (const name of ["a.msg", "a", "a.xls", "a.txt"])
      expect(await readPages(name, msg())).toEqual([
        [
          "# Báo cáo quý 3",
          "From: Ada Lovelace <ada@example.com>\nTo: Charles Babbage <charles@example.com>, Team\n" +
            "Cc: anh@example.com\nDate: Fri, 21 Nov 2025 02:55:06 GMT",
          "Xin chào,",
          "> Khi nào xong?",
        ].join("\n\n"),
      ]);
  });

  test("that is a meeting or a contact tells when, or how to reach whom", async () => {
    const start = new Date("2025-12-01T09:00:00Z");
    const meeting = { "001a": "IPM.Schedule.Meeting.Request", "0060": start, "0061": start };
    const [page] = await readPages("a.msg", msg({ properties: meeting }));
    expect(page).toContain("\nStart: Mon, 01 Dec 2025 09:00:00 GMT\nEnd: Mon, 01 Dec 2025");
    const contact = { "001a": "IPM.Contact", "3a16": "Engines Ltd", "3a1c": "+44 20" };
    const [card] = await readPages("a.msg", msg({ properties: contact }));
    expect(card).toContain("\nCompany: Engines Ltd\nMobile: +44 20\n");
  });

  test("of HTML alone, in the code page that it names", async () => {
    const html = new Uint8Array(Buffer.from("3c703ecff0e8e2e5f22c20ece8f03c2f703e", "hex"));
    const [page] = await readPages(
      "a.msg",
      msg({ properties: { "1000": "", "1013": html, "3fde": 1251 } }),
    );
    expect(page).toEndWith("Привет, мир");
    const [misnamed] = await readPages(
      "a.msg",
      msg({ properties: { "1000": "", "1013": html, "3fde": 65_001 } }),
    );
    expect(misnamed).toEndWith("Привет, мир");
  });

  test("has its attachments, and the mails within it, as pages of their own", async () => {
    const within: MsgContent = {
      properties: { ...BASE, "0037": "Inner" },
      attachments: [{ "3707": "deep.txt", "3701": new Uint8Array(Buffer.from("Deep down.")) }],
    };
    const attachments = [
      { "3707": "report.pdf", "3701": buildPdf(["Page one", "Page two"]) },
      { "3707": "logo.png", "3712": "logo", "3714": 4, "3701": new Uint8Array(5000) },
      { "3707": "hidden.txt", "7ffe": true, "3701": new Uint8Array(Buffer.from("Hidden.")) },
      { "3704": "setup.exe", "3701": new Uint8Array(Buffer.from("MZ\x90\0\x03\0")) },
      { "3001": "Inner mail", "3701": within },
    ];
    const [first = "", ...others] = await readPages("a.msg", msg({ attachments }));
    expect(first).toEndWith(
      "Attachment that was not read: setup.exe. It is a program, not a document.",
    );
    expect(first).not.toContain("logo");
    expect(others.map((page) => page.slice(0, 32))).toEqual([
      "# report.pdf\n\nPage one",
      "Page two",
      "# Inner mail\n\n# Inner\n\nFrom: Ada",
      "# deep.txt\n\nDeep down.",
    ]);
  });

  test("within mails without end stops at the limit", async () => {
    let content: MsgContent = { properties: BASE };
    for (let depth = 0; depth < 12; depth++)
      content = { properties: BASE, attachments: [{ "3001": "Next", "3701": content }] };
    const pages = await readPages("a.msg", buildMsg(content));
    expect(pages).toHaveLength(11);
    expect(pages.at(-1)).toContain("more than 10 deep");
  });

  test("that lies in itself, five times over, ends", async () => {
    const itself = { "3001": "Itself", "3701": { properties: BASE } };
    const bytes = Buffer.from(
      buildMsg({ properties: BASE, attachments: [itself, itself, itself, itself, itself] }),
    );
    const rest = bytes.readUInt32LE(bytes.indexOf("Root Entry", 0, "utf16le") + FIRST_WITHIN_AT);
    const within = Buffer.from("__substg1.0_3701000D", "utf16le");
    for (let at = 0; (at = bytes.indexOf(within, at + 1)) > 0;)
      bytes.writeUInt32LE(rest, at + FIRST_WITHIN_AT);
    const [first] = await readPages("a.msg", bytes, { entriesMax: 100 });
    expect(first).toContain("Itself. The document holds more than 100 files; save what matters");
  });

  test("that is encrypted, or damaged, says so", async () => {
    await expect(
      readPages("a.msg", msg({ properties: { "001a": "IPM.Note.SMIME" } })),
    ).rejects.toThrow("The mail is encrypted");
    const damaged = msg().slice(0, 700);
    await expect(readPages("a.msg", damaged)).rejects.toThrow(
      "The mail is damaged and cannot be read.",
    );
  });
});

describe("a compressed body", () => {
  // The examples of MS-OXRTFCP 3.1 and 3.2.
  test("is unpacked", () => {
    const simple =
      "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0";
    expect(Buffer.from(unpackRtf(Buffer.from(simple, "hex"))).toString()).toBe(
      "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
    );
    const crossing = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0";
    expect(Buffer.from(unpackRtf(Buffer.from(crossing, "hex"))).toString()).toBe(
      "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
    );
  });

  test("that is not compressed is taken as it is", () => {
    const plain = Buffer.from("1a0000000a0000004d454c41000000007b5c727466317d", "hex");
    expect(Buffer.from(unpackRtf(plain)).toString()).toBe("{\\rtf1}");
  });

  test("that is none is refused", () =>
    expect(() => unpackRtf(new Uint8Array(40))).toThrow("It is damaged."));
});
