import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { PermanentError } from "../../../src/error.ts";
import type { Report } from "../../../src/parsing/pipe/failure.ts";
import type { ParserPool, ParserPoolOptions } from "../../../src/parsing/pool/parser-pool.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { LIMITS } from "../../support/limits.ts";
import { assemblePdf, buildPdf, streamObject } from "../../support/pdf.ts";
import { sample } from "../../support/picture.ts";
import { buildScanPdf, imageObject } from "../../support/scan.ts";
import { PARSER, readerPool, readIn } from "../../support/reader-pool.ts";

const PARENT = fileURLToPath(import.meta.resolve("../../support/parser-parent.ts"));
const BAD_CHILD = fileURLToPath(import.meta.resolve("../../support/bad-parser.ts"));
const BAD_PARSER = [process.execPath, BAD_CHILD];
const folder = temporaryFolder("parser-pool");

const pools: ParserPool[] = [];

function newPool(options: Partial<ParserPoolOptions> = {}): ParserPool {
  const pool = readerPool(options);
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

/** This process's children that are parsers, by pid. */
function parserPids(): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => parentOf(pid) === process.pid && isParser(pid));
}

function parentOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields[0] === "Z" ? undefined : Number(fields[1]);
}

function isParser(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("parser");
}

/** The fields of /proc/PID/stat after the name: state, parent and so on; none if it is gone. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  } catch {
    return [];
  }
}

describe("a pool of parsers", () => {
  test("reads a text and a PDF, with offsets for each page", async () => {
    const pool = newPool();
    const text = await readIn(pool, "a.txt", "Xin chào 😀");
    expect(text.document).toEqual({
      parserType: "text",
      text: "Xin chào 😀",
      pages: [{ pageIdx: 0, start: 0, end: 11 }],
    });
    const { document } = await readIn(pool, "b.pdf", buildPdf(["First page", "", "Third page"]));
    expect(document.parserType).toBe("pdf");
    expect(document.pages.map(({ start, end }) => document.text.slice(start, end))).toEqual([
      "First page",
      "",
      "Third page",
    ]);
  });

  test("reports progress up to 100", async () => {
    const seen: number[] = [];
    const pages = Array.from({ length: 20 }, (_, i) => `Page ${i}`);
    await readIn(newPool(), "a.pdf", buildPdf(pages), {
      onProgress: (percent) => seen.push(percent),
    });
    expect(seen.at(-1)).toBe(100);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("a text of 20 MB comes through as it is", async () => {
    // A pair of surrogates lies across the ends of the parts in which it travels.
    const pairs = `x${"😀".repeat(300_000)}\n`;
    const text = pairs + "Đây là một dòng dài. 😀\n".repeat(700_000);
    const { document } = await readIn(newPool(), "big.txt", text);
    expect(document.text === text).toBe(true);
  });

  test("one parser reads one document after the other", async () => {
    const pool = newPool();
    await readIn(pool, "a.txt", "one");
    const [first] = parserPids();
    await readIn(pool, "b.txt", "two");
    expect(parserPids()).toEqual([first ?? 0]);
  });

  test("what it writes to its stderr is told, as far as a log has room for it", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "talking"] });
    const told: Report[] = [];
    const onReport = (report: Report) => told.push(report);
    expect((await failureOf(readIn(pool, "a.txt", "x", { onReport }))).message).toContain("crash");
    const ends = () => told.filter(({ what }) => what.startsWith("More was told"));
    // Two parsers fall over it.
    await eventually(() => ends().length === 2);
    expect(told).toHaveLength(42);
    expect(told[0]).toEqual({ what: "The parser says: Line {0}  [2J" });
  });

  test("no more parsers than allowed, and every document is read", async () => {
    const pool = newPool({ concurrency: 2 });
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => readIn(pool, "a.txt", `text ${i}`)),
    );
    expect(results.map(({ document }) => document.text)).toEqual(
      Array.from({ length: 8 }, (_, i) => `text ${i}`),
    );
    await eventually(() => parserPids().length === 1);
  });

  test("a parser is started before the first document, and none is left after the stop", async () => {
    const pool = newPool();
    await pool.start();
    await eventually(() => parserPids().length === 1);
    await pool.stop();
    await pool.stop();
    expect(parserPids()).toEqual([]);
    expect((await failureOf(readIn(pool, "a.txt", "late"))).code).toBe("unavailable");
  });

  test("a parser sees nothing of the environment", async () => {
    process.env["PARSER_TEST_SECRET"] = "secret";
    await readIn(newPool(), "a.txt", "x");
    const environment = readFileSync(`/proc/${parserPids()[0]}/environ`, "utf8");
    delete process.env["PARSER_TEST_SECRET"];
    expect(environment).not.toContain("PARSER_TEST_SECRET");
  });
});

describe("files at fault fail for good, with one sentence", () => {
  const pool = readerPool();
  afterAll(() => pool.stop());

  test("a password-protected PDF", async () => {
    const error = await failureOf(readIn(pool, "a.pdf", encryptedPdf()));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("password-protected");
  });

  test("a truncated PDF", async () => {
    const whole = buildPdf(["Some text"]);
    const error = await failureOf(readIn(pool, "a.pdf", whole.subarray(0, 40)));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe("The PDF is damaged and cannot be read.");
  });

  test("a PDF without pages", async () => {
    const error = await failureOf(readIn(pool, "a.pdf", buildPdf([])));
    expect(error).toBeInstanceOf(PermanentError);
  });

  test("a scan and an image, without OCR", async () => {
    const scan = await failureOf(readIn(pool, "a.pdf", buildPdf(["", ""])));
    expect(scan).toBeInstanceOf(PermanentError);
    expect(scan.message).toContain("Document AI");
    const png = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
    const image = await failureOf(readIn(pool, "a.png", png));
    expect(image).toBeInstanceOf(PermanentError);
  });

  test("JSON nested 100,000 deep is text like any other", async () => {
    const deep = "[".repeat(100_000);
    expect((await readIn(pool, "a.json", deep)).document.text).toBe(deep);
  });
});

describe("files that cost too much fail for good, with one sentence", () => {
  test("a PDF that unpacks to more than the memory limit", async () => {
    const error = await failureOf(readIn(newPool({ memoryLimitMb: 200 }), "a.pdf", bombPdf()));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("200 MB of memory");
  });

  test("one that takes more than the deadline", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "stuck"], deadlineSeconds: 0.5 });
    const error = await failureOf(readIn(pool, "a.txt", "x"));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("0.5 seconds");
    expect(parserPids()).toEqual([]);
  });

  test("one that takes more than the memory limit", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "greedy"], memoryLimitMb: 256 });
    const error = await failureOf(readIn(pool, "a.txt", "x"));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("256 MB");
  });

  test("one over which a parser sends text without end", async () => {
    const limits = { ...LIMITS, textMbMax: 1 };
    const pool = newPool({ command: [...BAD_PARSER, "endless"], limits });
    const error = await failureOf(readIn(pool, "a.txt", "x"));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("of memory");
  });

  test("one over which two parsers crash", async () => {
    const error = await failureOf(
      readIn(newPool({ command: [...BAD_PARSER, "crash"] }), "a.txt", "x"),
    );
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("crashes");
  });
});

describe("what is not the file's fault may be tried again", () => {
  test("a parser killed from outside in the middle of a document", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "stuck"] });
    const pending = failureOf(readIn(pool, "a.txt", "x"));
    const pid = await eventually(() => parserPids().find(isBusy));
    process.kill(pid, "SIGKILL");
    const error = await pending;
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(error.message).toContain("from outside");
  });

  test("a parser that does not start", async () => {
    const error = await failureOf(
      readIn(newPool({ command: [...BAD_PARSER, "unknown"] }), "a.txt", "x"),
    );
    expect(error).not.toBeInstanceOf(PermanentError);
    const missing = await failureOf(
      readIn(newPool({ command: ["/nowhere/parser"] }), "a.txt", "x"),
    );
    expect(missing).not.toBeInstanceOf(PermanentError);
  });

  test("an abort stops the parser at once, and the pool goes on", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "stuck"], concurrency: 1 });
    const abort = new AbortController();
    const pending = failureOf(readIn(pool, "a.txt", "x", { signal: abort.signal }));
    const waiting = failureOf(readIn(pool, "b.txt", "x", { signal: abort.signal }));
    await eventually(() => parserPids().find(isBusy));
    abort.abort();
    expect(await pending).not.toBeInstanceOf(PermanentError);
    expect(await waiting).not.toBeInstanceOf(PermanentError);
    await eventually(() => !parserPids().some(isBusy));
  });

  test("a parser that dies while idle is replaced", async () => {
    const pool = newPool();
    await readIn(pool, "a.txt", "one");
    const [pid] = parserPids();
    process.kill(pid ?? 0, "SIGKILL");
    await eventually(() => !parserPids().includes(pid ?? 0));
    expect((await readIn(pool, "b.txt", "two")).document.text).toBe("two");
  });

  test("the pool stops in the middle of a document", async () => {
    const pool = newPool({ command: [...BAD_PARSER, "stuck"] });
    const pending = failureOf(readIn(pool, "a.txt", "x"));
    await eventually(() => parserPids().find(isBusy));
    await pool.stop();
    expect(await pending).not.toBeInstanceOf(PermanentError);
  });
});

test.each([
  ["busy", [...BAD_PARSER, "stuck"]],
  ["idle", PARSER],
])("a %s parser does not outlive a parent that was killed", async (_, command) => {
  const parent = Bun.spawn([process.execPath, PARENT, ...command], {
    stdout: "pipe",
  });
  const { value } = await parent.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  await eventually(() => command === PARSER || isBusy(pid));
  parent.kill("SIGKILL");
  await parent.exited;
  await eventually(() => ["Z", undefined].includes(statOf(pid)[0]));
});

test("the same holds for an executable", async () => {
  const executable = join(folder, "parser");
  const compile = [
    process.execPath,
    "build",
    "--compile",
    PARSER.at(-1) ?? "",
    "--outfile",
    executable,
  ];
  const build = Bun.spawnSync(compile);
  expect(build.exitCode).toBe(0);
  const recogniser: Recogniser = {
    name: "tesseract",
    wholePdfPagesMax: 0,
    present: () => true,
    recognise: () => Promise.resolve({ pages: ["Unpacked."] }),
  };
  const pool = newPool({ command: [executable], recogniser });
  const { document } = await readIn(pool, "a.pdf", buildPdf(["In an executable", "page two"]));
  expect(document.text).toBe("In an executable\n\npage two");
  expect((await readIn(pool, "a.txt", "text")).document.text).toBe("text");
  const scans = await readIn(pool, "scans.pdf", packedScans());
  expect(scans.document.text).toBe("Unpacked.\n\nUnpacked.");
}, 60_000);

/** A page as fax, and one as JPEG 2000. */
function packedScans(): Uint8Array {
  const fax =
    "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 820 >>";
  return buildScanPdf(
    [
      imageObject(820, 220, fax, sample("lease-1.g4")),
      imageObject(820, 220, "/Filter /JPXDecode", sample("lease-1.jp2")),
    ].map((picture) => ({
      width: 820,
      height: 220,
      draws: "820 0 0 220 0 0 cm /I0 Do",
      pictures: [picture],
    })),
  );
}

/** It is in an endless loop, by the processor time it has used. */
function isBusy(pid: number): boolean {
  const fields = statOf(pid);
  return Number(fields[11]) + Number(fields[12]) > 25;
}

/** A page whose content is 256 MB of nothing, packed into little more than 1 MB. */
function bombPdf(): Uint8Array {
  const packed = deflateSync(Buffer.alloc(256 * 1024 * 1024, " "), { level: 1 });
  return assemblePdf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << >> /Contents 4 0 R >>",
    streamObject("/Filter /FlateDecode", packed.toString("latin1")),
  ]);
}

/** Its standard security handler holds a user password that nobody knows. */
function encryptedPdf(): Uint8Array {
  const plain = Buffer.from(buildPdf(["Secret"])).toString("latin1");
  const key = (byte: string) => `<${byte.repeat(32)}>`;
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /O ${key("a1")} /U ${key("b2")} /P -4 >>`;
  const id = `/ID [<${"c3".repeat(16)}> <${"c3".repeat(16)}>]`;
  return new Uint8Array(
    Buffer.from(plain.replace("/Root 1 0 R", `/Root 1 0 R /Encrypt ${encrypt} ${id}`), "latin1"),
  );
}
