/**
 * Reads one file over and over with a peer, called as its documentation shows, alone in this process, and prints
 * what that took as one line of JSON. Its arguments: the peer, the file, the rounds.
 */
import { readFileSync } from "node:fs";
import { loadPeer } from "../peer.ts";
import type { Reading } from "./measure.ts";

interface PdfJs {
  readonly getDocument: (source: { data: Uint8Array; verbosity: number }) => {
    readonly promise: Promise<PdfDocument>;
    destroy(): Promise<void>;
  };
}

interface PdfDocument {
  readonly numPages: number;
  getPage(number: number): Promise<{
    getTextContent(): Promise<{ readonly items: readonly { readonly str?: string }[] }>;
  }>;
}

interface OfficeParser {
  readonly OfficeParser: {
    parseOffice(path: string): Promise<{ to(kind: "text"): Promise<unknown> }>;
  };
}

/** @returns how many pages it has told apart */
type Peer = (path: string) => Promise<number>;

const PEERS: Readonly<Record<string, () => Promise<Peer>>> = { pdfjs, officeparser };

async function pdfjs(): Promise<Peer> {
  const { getDocument } = (await loadPeer("pdfjs-dist/legacy/build/pdf.mjs")) as PdfJs;
  return async (path) => {
    const task = getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 });
    const document = await task.promise;
    for (let number = 1; number <= document.numPages; number++) {
      const { items } = await (await document.getPage(number)).getTextContent();
      items.map(({ str }) => str ?? "").join(" ");
    }
    const { numPages } = document;
    await task.destroy();
    return numPages;
  };
}

async function officeparser(): Promise<Peer> {
  const library = (await loadPeer("officeparser/dist/index.js")) as OfficeParser;
  return async (path) => {
    await (await library.OfficeParser.parseOffice(path)).to("text");
    return 1;
  };
}

function peakMb(): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

const [name = "", path = "", rounds = "1"] = process.argv.slice(2);
const read = await PEERS[name]?.();
if (!read) throw new Error(`There is no peer ${name}.`);
const samplesMs: number[] = [];
let pages = 0;
for (let round = 0; round < Number(rounds); round++) {
  const startedAt = performance.now();
  pages = await read(path);
  samplesMs.push(performance.now() - startedAt);
}
process.stdout.write(
  `${JSON.stringify({ samplesMs, pages, peakMb: peakMb() } satisfies Reading)}\n`,
);
process.exit(0);
