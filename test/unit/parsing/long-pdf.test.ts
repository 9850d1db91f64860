import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ParserProcess } from "../../../src/parsing/pool/parser-process.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { LIMITS } from "../../support/limits.ts";
import { buildPdf } from "../../support/pdf.ts";

const CHILD = fileURLToPath(import.meta.resolve("../../support/parser-child.ts"));

function peakMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

test("a PDF of 1,000 pages is read page by page, in less than 1 GB", async () => {
  const path = join(temporaryFolder("long-pdf"), "long.pdf");
  const line = "The rent is due on the third working day of each month, and not later.\n";
  writeFileSync(
    path,
    buildPdf(Array.from({ length: 1_000 }, (_, at) => `Page ${at}\n${line.repeat(8)}`)),
  );
  const parser = new ParserProcess([process.execPath, CHILD], 1_024);
  const told: number[] = [];
  try {
    const request = { path, name: "long.pdf", format: "pdf", limits: LIMITS } as const;
    const { pages } = await parser.run(request, {
      onProgress: (percent) => told.push(percent),
      onReport: () => undefined,
      recognise: () => Promise.resolve([]),
    });
    expect(pages).toHaveLength(1_000);
    // Each step of a hundredth is told while it is read, in order.
    expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
    expect(told.length).toBeGreaterThan(90);
    const peakMb = peakMbOf(parser.pid);
    expect(peakMb).toBeWithin(1, 1_024);
  } finally {
    parser.kill("stopped");
    await parser.gone();
  }
});
