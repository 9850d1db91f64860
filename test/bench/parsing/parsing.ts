import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { temporaryFolder } from "../../support/folder.ts";
import { buildPdf } from "../../support/pdf.ts";
import { ms } from "../../support/table.ts";
import type { Row } from "../table.ts";
import { ourselves, plainly } from "./contenders.ts";
import { medianMs, type Reading, readInTurn } from "./measure.ts";

const ROOT = join(import.meta.dir, "../../..");
const COMMAND = [join(ROOT, "dist/rag-engine"), "__parse"];
/** Documents of other people's tools, where they are checked out beside the project, and the project's own. */
const FOLDERS = [join(ROOT, "../shared/documents"), join(ROOT, "test/data")];
/** They cannot be read, or only by an OCR service. */
const LEFT_OUT = /password|scan|\/ocr\/|\.(jpe?g|png|gif|bmp|webp|tiff?|md)$/i;

/** Of each kind: the largest take longest, and say most. */
const FILES_OF_A_KIND = 2;
const LONG_PAGES = 1_000;
const PDFJS_SHARE_MIN = 0.8;
const CHILD_MS_MAX = 40;
const DOCX_MS_MAX = 150;

/** Pages a second and peak memory of each format, beside peers that read the same files. */
export async function benchParsing(): Promise<Row[]> {
  const folder = temporaryFolder("bench-parsing");
  const rows = [await ofChild(folder)];
  for (const path of [...documents(), longPdf(folder)]) rows.push(await ofFile(path));
  return rows;
}

/** What the process of its own costs: reading next to nothing. */
async function ofChild(folder: string): Promise<Row> {
  const path = join(folder, "line.txt");
  writeFileSync(path, "One line.\n");
  const [reading] = await readInTurn([await ourselves(COMMAND, path)]);
  const measured = reading ? `${ms(medianMs(reading))}, ${reading.peakMb.toFixed(0)} MB` : "failed";
  return { what: "a line of text through a warm parser", measured, reach: `≤ ${CHILD_MS_MAX} ms` };
}

async function ofFile(path: string): Promise<Row> {
  const names = path.endsWith(".pdf") ? ["pdfjs", "officeparser"] : ["officeparser"];
  const [own, ...peers] = await readInTurn([
    await ourselves(COMMAND, path),
    ...names.map((name) => plainly(name, path)),
  ]);
  return {
    what: basename(path),
    measured: own ? told(own) : "cannot be read",
    reach: reachOf(path),
    peer: names.map((name, index) => beside(name, peers[index], own)).join("; "),
  };
}

function beside(name: string, peer: Reading | undefined, own: Reading | undefined): string {
  if (!peer) return `${name} cannot read it`;
  const figures = `${name} ${told(peer)}`;
  if (!own) return figures;
  const share = (medianMs(peer) / medianMs(own)).toFixed(2);
  const ofProcessor = (processorMsOf(peer) / processorMsOf(own)).toFixed(2);
  return `${figures}, ours ${share} ×, ${ofProcessor} × by processor time`;
}

function processorMsOf({ processorMs, samplesMs }: Reading): number {
  return processorMs / samplesMs.length;
}

function told(reading: Reading): string {
  const took = medianMs(reading);
  const { pages, peakMb } = reading;
  return `${ms(took)}, ${pages} p., ${((1_000 * pages) / took).toFixed(0)} p./s, ${peakMb.toFixed(0)} MB`;
}

function reachOf(path: string): string {
  if (path.endsWith(".pdf")) return `≥ ${PDFJS_SHARE_MIN} × pdf.js`;
  return path.endsWith(".docx") ? `10 pages ≤ ${DOCX_MS_MAX} ms` : "—";
}

/** The largest of each kind, by kind. */
function documents(): string[] {
  const found = FOLDERS.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name))
      .filter((path) => !LEFT_OUT.test(path)),
  );
  return [...Map.groupBy(found, extname).entries()]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([, paths]) => paths.toSorted(largestFirst).slice(0, FILES_OF_A_KIND));
}

function largestFirst(a: string, b: string): number {
  return statSync(b).size - statSync(a).size;
}

function longPdf(folder: string): string {
  const path = join(folder, `${LONG_PAGES}-pages.pdf`);
  const line = "The committee met on the third of May and agreed on the plan for the year.";
  const pages = Array.from(
    { length: LONG_PAGES },
    (_, at) => `${at + 1}\n\n${`${line}\n`.repeat(40)}`,
  );
  writeFileSync(path, buildPdf(pages));
  return path;
}
