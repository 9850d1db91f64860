import faxAndJbig2 from "pdfjs-dist/wasm/jbig2.wasm" with { type: "file" };
import jpeg2000 from "pdfjs-dist/wasm/openjpeg.wasm" with { type: "file" };
import { cMapOf } from "./cmaps/load.ts";

/** What decodes pictures, by the names under which pdf.js asks for it; it decodes the others by itself. */
const DECODERS = new Map([
  ["jbig2.wasm", faxAndJbig2],
  ["openjpeg.wasm", jpeg2000],
]);

/** Gives pdf.js what it would fetch, as far as texts and scans need it. */
export class EmbeddedFiles {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const bytes = await (FETCH.get(kind) ?? nothing)(filename);
    if (!bytes) throw new Error(`There is no ${filename}.`);
    return bytes;
  }
}

const FETCH = new Map([
  ["cMapUrl", cMapOf],
  ["wasmUrl", decoder],
]);

async function decoder(filename: string): Promise<Uint8Array | undefined> {
  const path = DECODERS.get(filename);
  return path === undefined ? undefined : await Bun.file(path).bytes();
}

async function nothing(): Promise<undefined> {}
