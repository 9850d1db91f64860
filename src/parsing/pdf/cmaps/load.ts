import packedMaps from "./cmaps.zst" with { type: "file" };
import { unpackFiles } from "./pack.ts";

const EXTENSION = /\.bcmap$/;

let maps: Promise<Map<string, Uint8Array>> | undefined;

/**
 * A character map of Chinese, Japanese and Korean fonts that a file names but does not bring; without it such a
 * text has no letters.
 *
 * @param filename with its extension
 */
export async function cMapOf(filename: string): Promise<Uint8Array | undefined> {
  const map = (await all()).get(filename.replace(EXTENSION, ""));
  // pdf.js may keep what it is given, and change it.
  return map?.slice();
}

function all(): Promise<Map<string, Uint8Array>> {
  return (maps ??= Bun.file(packedMaps).bytes().then(unpackFiles));
}
