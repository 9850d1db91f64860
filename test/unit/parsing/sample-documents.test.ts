/**
 * Reads the shared sample documents where they are checked out beside the project, and compares with what
 * is expected of each. The same behaviour is tested on own data in the other files of this folder.
 */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { LIMITS } from "../../support/limits.ts";
import { tesseract } from "../../support/tesseract.ts";
import { parseFile } from "../../../src/parsing/child/parse-file.ts";
import type { Recognise } from "../../../src/parsing/reader.ts";
import { sampleOfFile } from "../../../src/parsing/telling/sample.ts";

const SAMPLES = join(import.meta.dir, "../../../../shared/documents");

interface Expectation {
  readonly has?: readonly string[];
  readonly hasNot?: readonly string[];
  readonly like?: string;
  readonly ocr?: boolean;
  readonly fails?: string;
}

/** A textbook full of formulas and drawings has no one right order of words; plain documents have. */
const ALIKE_MIN: Readonly<Record<string, number>> = { "GeoTopo.pdf": 0.95 };

async function read(name: string): Promise<string> {
  const path = join(SAMPLES, name);
  const format = formatOf(name, await sampleOfFile(path)).name;
  const ocr = { name: "tesseract", wholePdfPagesMax: 0 };
  const request = { path, name, format, limits: LIMITS, ocr };
  return (await parseFile(request, () => undefined, recognise)).text;
}

const recognise: Recognise = async (picture) => {
  const { pages } = await tesseract().recognise(picture, new AbortController().signal);
  return pages;
};

/** What the scans show, where `expected.json` says no more than that they are. */
const SCANNED: Readonly<Record<string, readonly string[]>> = {
  "MEDRPT-2024-PAT-3847_medical_report_scan.pdf": [
    "COMPREHENSIVE MEDICAL REPORT",
    "Report ID: MEDRPT-2024-PAT-3847",
    "Blood Pressure 142/88 mmHg",
    "Normal gray-white matter differentiation.",
  ],
  "test_llm.jpg": ["5bda1dd6"],
};

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/[|#]/g, " ")
    .split(/\s+/)
    .filter((word) => word !== "" && !/^-{2,}$/.test(word));
}

/** Twice the longest common subsequence of words, over both lengths. */
function likeness(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    b.forEach((other, index) => {
      next[index + 1] =
        word === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0);
    });
    row = next;
  }
  return (2 * (row.at(-1) ?? 0)) / (a.length + b.length);
}

if (existsSync(SAMPLES)) {
  const table = JSON.parse(readFileSync(join(SAMPLES, "expected.json"), "utf8")) as Record<
    string,
    Expectation
  >;
  const readable = Object.entries(table).filter(([name]) =>
    /\.(pdf|csv|json|docx|pptx|rtf|html|epub|ipynb|xml|msg|xlsx?)$/.test(name),
  );

  describe("sample documents", () => {
    for (const [name, { has = [], hasNot = [], like, ocr, fails }] of readable) {
      if (fails) {
        test(`${name} fails: ${fails}`, async () => {
          await expect(read(name)).rejects.toThrow(fails);
        });
      } else if (ocr) {
        continue; // See SCANNED.
      } else {
        test(`${name} reads as expected`, async () => {
          const text = await read(name);
          for (const piece of has) expect(text).toContain(piece);
          for (const piece of hasNot) expect(text).not.toContain(piece);
          if (!like) return;
          const expected = wordsOf(readFileSync(join(SAMPLES, like), "utf8"));
          // The first two thousand words are enough to tell the order by, and quick to compare.
          const [a, b] = [expected.slice(0, 2000), wordsOf(text).slice(0, 2000)];
          expect(likeness(a, b)).toBeGreaterThanOrEqual(ALIKE_MIN[name] ?? 0.99);
        });
      }
    }

    test.each(Object.entries(SCANNED))("%s is recognised", async (name, words) => {
      const text = await read(name);
      for (const piece of words) expect(text).toContain(piece);
    });

    test("columns are read one after the other", async () => {
      const text = await read("multicolumn.pdf");
      const order = ["Lorem ipsum dolor", "Nam dui ligula", "Quisque ullamcorper", "Fusce mauris"];
      const places = order.map((words) => text.indexOf(words));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places).not.toContain(-1);
    });

    test("a form shows what was filled in", async () => {
      const text = await read("libreoffice-form.pdf");
      expect(text).toContain("First Name Alice Last Name");
      expect(text).toContain("[ ] Agree to privacy policy");
      expect(text).toContain("Bob");
    });

    test("the outline's titles are headings, and page numbers are dropped", async () => {
      const text = await read("pdflatex-outline.pdf");
      expect([...(text.match(/^# \d \w+$/gm) ?? [])]).toEqual(
        ["Foo", "Bar", "Baz", "Foo", "Bar", "Baz", "Foo", "Bar", "Baz"].map(
          (title, n) => `# ${n + 1} ${title}`,
        ),
      );
      expect(text).not.toMatch(/^\d$/m);
    });

    test("tables without rules keep their empty cells", async () => {
      const text = await read("SPARSE-2024-INV-1234_borderless_table.pdf");
      expect(text).toContain("| Product Code | Location | Expected | Actual | Variance | Status |");
      expect(text).toContain("|  | B-07 |  | 289 | -23 |  |");
      expect(text).toContain("| SKU-2234 | Electronics | $125.00 | $35,000.00 |  |  |");
    });

    test("Arabic and Latin in one line", async () => {
      const text = await read("habibi.pdf");
      expect(text).toContain("habibi");
      expect(text).toContain("حَبيبي");
      expect(text).not.toMatch(/\p{Script=Greek}/u);
    });
  });
}
