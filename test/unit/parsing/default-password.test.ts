/** Documents that Excel opens without asking, though they are encrypted (test/data/default-password). */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rc4 } from "../../../src/parsing/default-password/rc4.ts";
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
