import { deflateSync, inflateSync } from "node:zlib";
import { Archive } from "../../../src/parsing/archive.ts";
import { isOle, Ole, type OleEntry } from "../../../src/parsing/ole.ts";
import { sourceOfBytes } from "../../../src/parsing/source.ts";
import { isZip } from "../../../src/parsing/telling/zip-kind.ts";
import { LIMITS } from "../../support/limits.ts";
import { buildOle, type OleFolder } from "../../support/ole.ts";
import type { Random } from "../../support/random.ts";
import { buildZip } from "../../support/zip.ts";

/** Makes a bad one of some bytes. */
type Break = (bytes: Uint8Array) => Uint8Array;

/** Breaks what lies packed in a file, and packs it again; undefined if nothing does. */
type BreakInside = (
  bytes: Uint8Array,
  random: Random,
  broken: Break,
) => Promise<Uint8Array | undefined>;

const BROKEN_AT_ONCE_MAX = 3;

/** Of a file in which others lie, be they packed, encoded or a file system of their own; undefined for all others. */
export function insideOf(bytes: Uint8Array): BreakInside | undefined {
  if (isZip(bytes)) return breakParts;
  if (isOle(bytes)) return breakOleStreams;
  if (Buffer.from(bytes.subarray(0, 1024)).includes("%PDF-")) return breakPdfStreams;
  return BASE64.test(latin1(bytes)) ? breakBase64 : undefined;
}

/** Of an archive, where checksums would catch most of what is done to its bytes. */
const breakParts: BreakInside = async (bytes, random, broken) => {
  const archive = await Archive.open(bytes, "archive", { ...LIMITS, unpackedRatioMax: 100_000 });
  const parts: Record<string, Uint8Array> = {};
  for (const name of archive.names()) parts[name] = (await archive.bytes(name)) ?? new Uint8Array();
  const names = Object.keys(parts);
  for (let left = random.between(1, BROKEN_AT_ONCE_MAX); left > 0; left--) {
    const name = random.pick(names);
    const part = parts[name] ?? new Uint8Array();
    const chance = random.next();
    if (chance < 0.05) delete parts[name];
    else if (chance < 0.1) parts[name] = parts[random.pick(names)] ?? part;
    else parts[name] = broken(part);
  }
  return buildZip(parts);
};

const PDF_STREAM = /\/FlateDecode[^]{0,300}?stream\r?\n([^]*?)\r?\nendstream/g;

/** One is packed again into the place that it had, if it fits: else all that follows lies elsewhere than it says. */
const breakPdfStreams: BreakInside = async (bytes, random, broken) => {
  let pdf = latin1(bytes);
  for (let left = random.between(1, BROKEN_AT_ONCE_MAX); left > 0; left--) {
    const streams = [...pdf.matchAll(PDF_STREAM)];
    if (streams.length === 0) return undefined;
    const { 0: whole, 1: packed = "", index } = random.pick(streams);
    const unpacked = inflated(Buffer.from(packed, "latin1"));
    if (!unpacked) continue;
    const again = latin1(deflateSync(broken(unpacked), { level: 9 })).padEnd(packed.length, "\0");
    const start = index + whole.lastIndexOf(packed);
    pdf = pdf.slice(0, start) + again + pdf.slice(start + packed.length);
  }
  return bytesOf(pdf);
};

function inflated(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateSync(packed);
  } catch {
    return undefined;
  }
}

/** All that can be read of a container, in one that is whole but for its content. */
const breakOleStreams: BreakInside = async (bytes, random, broken) => {
  const ole = await Ole.open(sourceOfBytes(bytes));
  const streams: { folder: Record<string, OleFolder[string]>; name: string }[] = [];
  const folderOf = async (storage?: OleEntry): Promise<OleFolder> => {
    const folder: Record<string, OleFolder[string]> = {};
    for (const entry of await ole.entriesOf(storage)) {
      folder[entry.name] = entry.isStorage ? await folderOf(entry) : await ole.bytesOf(entry);
      if (!entry.isStorage) streams.push({ folder, name: entry.name });
    }
    return folder;
  };
  const root = await folderOf();
  for (let left = random.between(1, BROKEN_AT_ONCE_MAX); left > 0; left--) {
    const { folder, name } = random.pick(streams);
    const content = folder[name];
    if (content instanceof Uint8Array) folder[name] = broken(content);
  }
  return buildOle(root);
};

const BASE64 = /(?<=[\r\n "])(?:[A-Za-z0-9+/]{40,}\r?\n)*[A-Za-z0-9+/]{40,}={0,2}(?=[\r\n"])/;

/** A file that travels in a mail or a notebook. */
const breakBase64: BreakInside = async (bytes, random, broken) => {
  const text = latin1(bytes);
  const { 0: encoded, index } = random.pick([...text.matchAll(new RegExp(BASE64, "g"))]);
  const again = Buffer.from(broken(Buffer.from(encoded, "base64"))).toString("base64");
  const lines = encoded.includes("\n") ? again.replace(/.{76}/g, "$&\r\n") : again;
  return bytesOf(text.slice(0, index) + lines + text.slice(index + encoded.length));
};

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
