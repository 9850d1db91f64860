/** Pictures, read by the real program; `./dev test` sees to it that it is there. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PermanentError } from "../../../src/error.ts";
import { pngOf } from "../../../src/parsing/ocr/png.ts";
import { eventually } from "../../support/eventually.ts";
import { failureOf } from "../../support/failure.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { bmpOf, sample, sampleGrey, tiffOf } from "../../support/picture.ts";
import { fileReader } from "../../support/reader-pool.ts";
import { LAUNCHER, tesseract } from "../../support/tesseract.ts";

const readFile = fileReader();
const FIRST = [
  "Hợp đồng thuê nhà",
  "The lease begins on 1 March 2024.",
  "Bên thuê trả tiền hàng tháng.",
];
const SECOND = ["Second sheet", "Signed in Hanoi by both parties.", "Ngày ký: 15 tháng 5."];

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** A program in the place of tesseract: it knows its languages, and does this to a picture. */
function program(does: string, languages = "eng\nvie") {
  const path = temporaryFolder("program");
  const says = `#!/bin/sh\nif [ "$1" = --list-langs ]; then printf 'Languages:\\n%s\\n' '${languages}'; exit; fi\n`;
  writeFileSync(join(path, "tesseract"), `${says}${does}\n`);
  chmodSync(join(path, "tesseract"), 0o755);
  return { path, environment: { PATH: `${path}:/usr/bin:/bin` } };
}

describe("a picture is read", () => {
  const confined = tesseract({ launcher: LAUNCHER });

  test.each(["png", "jpg", "gif", "webp"])("%s", async (kind) => {
    const bytes = sample(`lease-1.${kind}`);
    const { document } = await readFile(`a.${kind}`, bytes, { recogniser: confined });
    expect(document.parserType).toBe("tesseract");
    expect(linesOf(document.text)).toEqual(FIRST);
  });

  test("BMP, and one drawn by the engine", async () => {
    const grey = sampleGrey("lease-1.png");
    for (const [name, bytes] of [
      ["a.bmp", bmpOf(grey)],
      ["a.png", pngOf(grey)],
    ] as const) {
      const { document } = await readFile(name, bytes, { recogniser: confined });
      expect(linesOf(document.text)).toEqual(FIRST);
    }
  });

  test("each page of a TIFF is a page", async () => {
    const tiff = tiffOf([sampleGrey("lease-1.png"), sampleGrey("lease-2.png")]);
    const { document } = await readFile("a.tiff", tiff, { recogniser: confined });
    const pages = document.pages.map(({ start, end }) => linesOf(document.text.slice(start, end)));
    expect(pages).toEqual([FIRST, SECOND]);
  });

  test("with the languages that are there", async () => {
    const recogniser = tesseract({ languages: ["tlh", "eng"] });
    const { document } = await readFile("a.png", sample("lease-2.png"), { recogniser });
    expect(linesOf(document.text)[1]).toBe("Signed in Hanoi by both parties.");
  });

  test("a single dot holds no writing", async () => {
    const dot = pngOf({ width: 1, height: 1, pixels: new Uint8Array(1) });
    const { document } = await readFile("a.png", dot, { recogniser: confined });
    expect(document.text).toBe("");
  });
});

test.each([
  ["eng\nvie", ["eng", "vie"], "-l vie+eng --psm 3"],
  ["chi_sim\neng\nosd", ["chi_sim", "eng"], "-l eng+chi_sim --psm 1"],
])(
  "having %j, tesseract is told what reads best of what is asked for",
  async (installed, languages, told) => {
    const recogniser = tesseract({
      ...program('cat > /dev/null; echo "$@"', installed),
      languages,
    });
    const { pages } = await recogniser.recognise(
      { bytes: sample("lease-2.png"), mimeType: "image/png" },
      new AbortController().signal,
    );
    expect(pages).toEqual([`stdin stdout ${told}`]);
  },
);

test("a picture in a mail is read with it", async () => {
  const png = Buffer.from(sample("lease-2.png")).toString("base64");
  const mail = [
    "From: a@example.com\r\nTo: b@example.com\r\nSubject: The lease\r\nMIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="x"\r\n',
    "--x\r\nContent-Type: text/plain\r\n\r\nSee the sheet.",
    "--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=sheet.png",
    `Content-Transfer-Encoding: base64\r\n\r\n${png}\r\n--x--\r\n`,
  ].join("\r\n");
  const bytes = new Uint8Array(Buffer.from(mail));
  const { document } = await readFile("a.eml", bytes, { recogniser: tesseract() });
  expect(document.parserType).toBe("eml+tesseract");
  expect(document.text).toContain("See the sheet.");
  expect(document.text).toContain("Signed in Hanoi by both parties.");
});

describe("a picture fails for good, with one sentence", () => {
  const cases: [string, string, () => Uint8Array, string][] = [
    [
      "a JPEG cut short in its header",
      "a.jpg",
      () => sample("lease-1.jpg").subarray(0, 300),
      "damaged",
    ],
    [
      "a PNG that is nothing but its name",
      "a.png",
      () => sample("lease-1.png").subarray(0, 8),
      "damaged",
    ],
    ["one that claims 50,000 x 50,000 dots", "a.png", hugePng, "150 million pixels"],
  ];
  test.each(cases)("%s", async (_, name, bytes, sentence) => {
    const error = await failureOf(readFile(name, bytes(), { recogniser: tesseract() }));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain(sentence);
  });

  test("where there is no tesseract, and it says how to get it", async () => {
    const recogniser = tesseract({ environment: { PATH: temporaryFolder("nothing") } });
    const error = await failureOf(readFile("a.png", sample("lease-1.png"), { recogniser }));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      "The file is a picture; it can be read by OCR once tesseract is installed or Google Document AI is configured.",
    );
  });

  test("where it has none of the languages", async () => {
    const recogniser = tesseract({ languages: ["tlh"] });
    const error = await failureOf(readFile("a.png", sample("lease-1.png"), { recogniser }));
    expect(error.message).toContain("OCR_LANGUAGES names (tlh)");
  });

  test("over which tesseract crashes", async () => {
    const recogniser = tesseract(program("kill -ABRT $$"));
    const error = await failureOf(readFile("a.png", sample("lease-1.png"), { recogniser }));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain("crashes");
  });

  test("over which it hangs: it is killed with all that it started", async () => {
    const { path, environment } = program(`sleep 600 & echo $! > "$0.pid"; wait`);
    const recogniser = tesseract({ environment, deadlineSeconds: 3 });
    const reading = readFile("a.png", sample("lease-1.png"), { recogniser });
    const error = await failureOf(reading);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toBe(
      "Recognising the writing on a page takes longer than 3 seconds; save its picture smaller, and upload that.",
    );
    // On a machine that is very busy it had started nothing yet.
    const started = join(path, "tesseract.pid");
    const pid = existsSync(started) ? Number(readFileSync(started, "utf8")) : 0;
    await eventually(() => pid === 0 || !isAlive(pid));
  });
});

test("an abort kills tesseract, and the document may be tried again", async () => {
  const { path, environment } = program(`echo $$ > "$0.pid"; exec sleep 600`);
  const abort = new AbortController();
  const reading = failureOf(
    readFile("a.png", sample("lease-1.png"), {
      recogniser: tesseract({ environment }),
      signal: abort.signal,
    }),
  );
  const started = join(path, "tesseract.pid");
  const pid = await eventually(() => existsSync(started) && Number(readFileSync(started, "utf8")));
  abort.abort();
  expect(await reading).not.toBeInstanceOf(PermanentError);
  await eventually(() => !isAlive(pid));
});

test("tesseract sees nothing of the environment", async () => {
  process.env["OCR_TEST_SECRET"] = "secret";
  const recogniser = tesseract(program("cat > /dev/null; env"));
  const { document } = await readFile("a.png", sample("lease-1.png"), { recogniser });
  delete process.env["OCR_TEST_SECRET"];
  expect(document.text).toContain("OMP_THREAD_LIMIT=1");
  expect(document.text).not.toContain("OCR_TEST_SECRET");
});

/** A header, and nothing to go with it. */
function hugePng(): Uint8Array {
  const png = pngOf({ width: 1, height: 1, pixels: new Uint8Array(1) });
  new DataView(png.buffer, png.byteOffset).setUint32(16, 50_000);
  new DataView(png.buffer, png.byteOffset).setUint32(20, 50_000);
  return png;
}

/** Zombies do not live. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
