/**
 * Reads one file with a peer, called as its documentation shows, each time that the parent process says so, and
 * tells it what that took. Its arguments: the peer, the file.
 */
import { readFileSync } from "node:fs";
import { loadPeer } from "../peer.ts";
import type { Round } from "./contenders.ts";

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

const [name = "", path = ""] = process.argv.slice(2);
const read = await PEERS[name]?.();
if (!read) throw new Error(`There is no peer ${name}.`);

process.on("message", () => {
  void readOnce(read).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

async function readOnce(peer: Peer): Promise<void> {
  const startedAt = performance.now();
  const pages = await peer(path);
  process.send?.({ tookMs: performance.now() - startedAt, pages } satisfies Round);
}
