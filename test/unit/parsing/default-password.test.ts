/** Documents that Excel opens without asking, though they are encrypted (test/data/default-password). */
import { describe, expect, test } from "bun:test";
import { utils, write } from "@e965/xlsx";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rc4 } from "../../../src/parsing/default-password/rc4.ts";
import { uncontained } from "../../../src/parsing/default-password/uncontained.ts";
import { buildOle } from "../../support/ole.ts";
import { readPages } from "../../support/read-pages.ts";

const LOCKED = "The spreadsheet is password-protected; remove the password and upload it again.";

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(import.meta.dir, "../../data/default-password", name)));
}

/** Changes a file where it has these bytes. */
function changed(name: string, from: Uint8Array | string, to: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(bytesOf(name));
  Buffer.from(to).copy(bytes, bytes.indexOf(from));
  return bytes;
}

const SHEET = 0x85;
/** The header of a record, and what there is of it before what is encrypted. */
const CLEAR: ReadonlyMap<number, number> = new Map([
  [0x809, Infinity],
  [0xe1, Infinity],
  [SHEET, 8],
]);

/** A workbook's stream as Excel encrypts it by RC4 with 128 bits (MS-OFFCRYPTO 2.3.5). */
function withLongKey(clear: Buffer): Buffer {
  const sha1 = (...parts: Uint8Array[]) => createHash("sha1").update(Buffer.concat(parts)).digest();
  const salt = Buffer.alloc(16, 7);
  const secret = sha1(salt, Buffer.from("VelvetSweatshop", "utf16le"));
  const rc4Of = (block: number) => new Rc4(sha1(secret, numbers(block)).subarray(0, 16));
  const first = rc4Of(0);
  const verifier = [numbers(16), salt, first.decrypt(salt), numbers(20), first.decrypt(sha1(salt))];
  const header = numbers(4, 0, 0x6801, 0x8004, 128, 1, 0, 0);
  const versions = Buffer.from("010002000200", "hex");
  const pass = Buffer.concat([versions, numbers(4, header.length), header, ...verifier]);
  const begun = 4 + clear.readUInt16LE(2);
  const passRecord = Buffer.concat([Buffer.from([0x2f, 0, pass.length, 0]), pass]);
  const whole = Buffer.concat([clear.subarray(0, begun), passRecord, clear.subarray(begun)]);
  const keys = Array.from({ length: Math.ceil(whole.length / 1024) }, (_, block) =>
    rc4Of(block).decrypt(new Uint8Array(1024)),
  );
  const key = Buffer.concat(keys);
  for (let at = begun + passRecord.length; at < whole.length;) {
    const kind = whole.readUInt16LE(at);
    const end = at + 4 + whole.readUInt16LE(at + 2);
    if (kind === SHEET) whole.writeUInt32LE(whole.readUInt32LE(at + 4) + passRecord.length, at + 4);
    for (let place = at + (CLEAR.get(kind) ?? 4); place < end; place++)
      whole[place] = (whole[place] ?? 0) ^ (key[place] ?? 0);
    at = end;
  }
  return whole;
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
}

describe("a password that Excel tries by itself opens", () => {
  for (const name of ["rc4.xls", "standard.xlsx", "agile.xlsx"])
    test(name, async () => {
      const page = "# Kho\n\n| Hàng | Tồn |\n| --- | --- |\n| Gạo nếp | 950 |";
      expect(await readPages(name, bytesOf(name))).toEqual([page]);
    });

  test("what is encrypted in the oldest way", async () => {
    const note = "Comment by Robert Lawrence on A1: Robert Lawrence: test comment";
    expect((await readPages("a.xls", bytesOf("xor.xls")))[0]).toBe(
      `# Sheet1\n\ntest cell value\n\n${note}`,
    );
  });

  test("what is encrypted with a long key", async () => {
    const sheet = utils.aoa_to_sheet([["Gạo nếp"]]);
    const book = { SheetNames: ["Kho"], Sheets: { Kho: sheet } };
    const file = write(book, { type: "buffer", bookType: "biff8" }) as Buffer;
    const stream = await uncontained(new Uint8Array(file), "spreadsheet");
    const bytes = buildOle({ Workbook: withLongKey(Buffer.from(stream)) });
    expect(await readPages("a.xls", bytes)).toEqual(["# Kho\n\nGạo nếp"]);
  });

  test("a workbook whatever its name says of its kind", async () => {
    expect(await readPages("a.xls", bytesOf("agile.xlsx"))).toHaveLength(1);
  });
});

describe("any other password is asked for in one sentence", () => {
  test("of an old workbook", async () => {
    await expect(readPages("a.xls", bytesOf("other-password.xls"))).rejects.toThrow(LOCKED);
  });

  test("of a new one", async () => {
    const other = changed(
      "agile.xlsx",
      "encryptedVerifierHashInput=",
      "encryptedVerifierHashInputs",
    );
    await expect(readPages("a.xlsx", other)).rejects.toThrow(LOCKED);
    const unknown = changed("agile.xlsx", 'cipherAlgorithm="AES"', 'cipherAlgorithm="DES"');
    await expect(readPages("a.xlsx", unknown)).rejects.toThrow(LOCKED);
  });
});

describe("hostile ways to encrypt", () => {
  test("a password that is to be hashed for ever is not tried", async () => {
    const bytes = changed("agile.xlsx", 'spinCount="100000"', 'spinCount="9e9999"');
    await expect(readPages("a.xlsx", bytes)).rejects.toThrow(LOCKED);
  });

  test("an encrypted document that does not say how, or is cut short", async () => {
    const short = buildOle({ EncryptedPackage: "12345678", EncryptionInfo: "" });
    await expect(readPages("a.xlsx", short)).rejects.toThrow(LOCKED);
    const old = buildOle({ Workbook: Buffer.from("09080400000605002f00020001000000", "hex") });
    await expect(readPages("a.xls", old)).rejects.toThrow(
      "The spreadsheet is damaged and cannot be read.",
    );
  });
});

test("RC4 makes of a key what its first description says", () => {
  const clear = new Rc4(Buffer.from("Key")).decrypt(Buffer.from("bbf316e8d940af0ad3", "hex"));
  expect(Buffer.from(clear).toString()).toBe("Plaintext");
});
