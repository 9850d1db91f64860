import packedMaps from "./cmaps.zst" with { type: "file" };
import { unpackFiles } from "./pack.ts";

const EXTENSION = /\.bcmap$/;

let maps: Promise<Map<string, Uint8Array>> | undefined;

/**
 * Gives pdf.js the character maps of Chinese, Japanese and Korean fonts that a file names but does not bring.
 * Without them such a text has no letters. Nothing else that pdf.js would fetch is needed for texts.
 */
export class EmbeddedCMaps {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const name = filename.replace(EXTENSION, "");
    const map = kind === "cMapUrl" ? (await all()).get(name) : undefined;
    if (!map) throw new Error(`There is no ${filename}.`);
    // pdf.js may keep what it is given, and change it.
    return map.slice();
  }
}

function all(): Promise<Map<string, Uint8Array>> {
  return (maps ??= Bun.file(packedMaps).bytes().then(unpackFiles));
}
