import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PermanentError } from "../../../src/error.ts";
import { isZip } from "../../../src/parsing/telling/zip-kind.ts";
import { buildBadZip } from "../../support/bad-zip.ts";
import { failureOf } from "../../support/failure.ts";
import { SMALL_FILES } from "../../support/good-files.ts";
import { buildOle } from "../../support/ole.ts";
import { readPages } from "../../support/read-pages.ts";
import { buildZip, zipParts } from "../../support/zip.ts";

const MB = 1024 * 1024;
const ARCHIVES = SMALL_FILES.filter(({ bytes }) => isZip(bytes));
const CASES = ARCHIVES.map(({ name, bytes }) => [name, bytes] as const);

/** Fails for good, with a sentence that names no part of the program. */
async function sentenceFor(name: string, bytes: Uint8Array, limits = {}): Promise<string> {
  const error = await failureOf(readPages(name, bytes, limits));
  expect(error).toBeInstanceOf(PermanentError);
  expect(error.message).toMatch(/^[A-Z][^\n]+\.$/);
  return error.message;
}

describe.each(CASES)("%s", (name, bytes) => {
  test("with a file in it that is a bomb by its ratio", async () => {
    const bomb = buildZip({ ...(await zipParts(bytes)), "bomb.xml": Buffer.alloc(4 * MB) });
    expect(await sentenceFor(name, bomb)).toContain("grow beyond all measure");
  });

  test("with more in it than may come out", async () => {
    const noise = crypto.getRandomValues(new Uint8Array(40_000));
    const files = Array.from({ length: 30 }, (_, at) => [`noise-${at}`, noise] as const);
    const large = buildZip({ ...(await zipParts(bytes)), ...Object.fromEntries(files) });
    expect(await sentenceFor(name, large, { unpackedMbMax: 1 })).toContain("grow beyond");
  });

  test("with more files than an archive may have", async () => {
    const files = Array.from({ length: 101 }, (_, at) => [`file-${at}`, ""] as const);
    const full = buildZip({ ...(await zipParts(bytes)), ...Object.fromEntries(files) });
    expect(await sentenceFor(name, full, { entriesMax: 100 })).toContain("more than 100 files");
  });

  test("with bytes behind its end, as downloads and old disks leave them", async () => {
    const read = await readPages(name, bytes);
    for (const tail of ["\r\n", "\0".repeat(5_000)])
      expect(await readPages(name, Buffer.concat([bytes, Buffer.from(tail)]))).toEqual(read);
  });

  test("that lies about how much comes out", async () => {
    const parts = await zipParts(bytes);
    const lying = buildBadZip(parts, (entry, at) => {
      if (at > 0) entry.unpackedBytes = 3;
    });
    const [first] = await Promise.allSettled([readPages(name, lying)]);
    if (first?.status === "rejected") expect(first.reason).toBeInstanceOf(PermanentError);
  });

  test("whose files are all one and the same place", async () => {
    const parts = await zipParts(bytes);
    let place = 0;
    const overlapping = buildBadZip(parts, (entry, at) => {
      if (at === 1) place = entry.offset;
      if (at > 1) entry.offset = place;
    });
    const [first] = await Promise.allSettled([readPages(name, overlapping)]);
    if (first?.status === "rejected") expect(first.reason).toBeInstanceOf(PermanentError);
  });

  test("with a password", async () => {
    const locked = buildBadZip(await zipParts(bytes), (entry, at) => {
      if (at > 0) entry.encrypt();
    });
    expect(await sentenceFor(name, locked)).toContain("password-protected");
  });

  test("with names that lead elsewhere, and links, is read without them, and nothing is written", async () => {
    const evil = `evil-${crypto.randomUUID()}.txt`;
    const places = [
      join(tmpdir(), evil),
      join(process.cwd(), evil),
      join(process.cwd(), "..", evil),
    ];
    const parts = {
      ...(await zipParts(bytes)),
      [`../${evil}`]: "evil",
      [evil]: "evil",
      [join(tmpdir(), evil)]: "evil",
      link: "/etc/passwd",
    };
    const bad = buildBadZip(parts, (entry, at) => {
      if (at === Object.keys(parts).length - 1) entry.makeLink();
    });
    const read = await readPages(name, bad).catch((error: unknown) => error);
    if (read instanceof Error) expect(read).toBeInstanceOf(PermanentError);
    expect(places.filter((place) => existsSync(place))).toEqual([]);
    expect(String(read)).not.toContain("root:");
  });
});

test("an Office document that Office has encrypted", async () => {
  const encrypted = buildOle({ EncryptedPackage: "secret", EncryptionInfo: "how" });
  for (const extension of ["docx", "xlsx", "pptx"]) {
    const error = await failureOf(readPages(`a.${extension}`, encrypted));
    expect(error.message).toContain("password-protected");
  }
});

test("an OpenDocument file with a password of its own kind", async () => {
  const manifest =
    "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
  for (const { name, bytes } of ARCHIVES.filter((file) => /\.od.$/.test(file.name))) {
    const locked = buildZip({ ...(await zipParts(bytes)), "META-INF/manifest.xml": manifest });
    expect(await sentenceFor(name, locked)).toContain("password-protected");
  }
});

test("empty files within another are named as such", async () => {
  const parts = SMALL_FILES.map(
    ({ name }) => `--b\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n`,
  );
  const mail = `From: a@example.com\r\nSubject: Nothing\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("")}--b--\r\n`;
  const [first = ""] = await readPages("a.eml", mail);
  for (const { name } of SMALL_FILES)
    expect(first).toContain(`Attachment that was not read: ${name}. It is empty.`);
});

test("a program that bears a document's name is refused at the door", async () => {
  const program = Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0", "latin1"), Buffer.alloc(4_000)]);
  for (const { name } of SMALL_FILES) {
    const error = await failureOf(readPages(name, program));
    expect(error.code).toBe("unsupported_type");
    expect(error.message).toStartWith(`"${name}" is a program, not a document;`);
  }
});
