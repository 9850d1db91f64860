import { inflateRawSync } from "node:zlib";
import { latin1 } from "./magic.ts";
import type { Source } from "../source.ts";

/** What a ZIP archive is; `zip` if nothing that is known, `broken` if too little is left of it to tell. */
export type ZipKind =
  | "docx"
  | "xlsx"
  | "xlsb"
  | "pptx"
  | "odt"
  | "ods"
  | "odp"
  | "odg"
  | "epub"
  | "iwork"
  | "zip"
  | "broken";

/** The record that ends an archive, and the longest comment after it. */
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
/** The names of more than 10,000 files. */
const DIRECTORY_BYTES_MAX = 2 * 1024 * 1024;
/** Of a part that says what the archive is. */
const PART_BYTES_MAX = 256 * 1024;
const LOCAL_HEADER_BYTES = 30;

const STORED = 0;
const DEFLATED = 8;

interface Entry {
  /** In lower case, with slashes. */
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  /** Where its local header lies. */
  readonly offset: number;
}

/** By what OpenDocument and EPUB say of themselves; templates and the like begin alike. */
const KINDS_BY_MIME_TYPE: readonly (readonly [string, ZipKind])[] = [
  ["application/vnd.oasis.opendocument.text", "odt"],
  ["application/vnd.oasis.opendocument.spreadsheet", "ods"],
  ["application/vnd.oasis.opendocument.presentation", "odp"],
  ["application/vnd.oasis.opendocument.graphics", "odg"],
  ["application/epub+zip", "epub"],
];

/** By what an Office package calls its main part, macros and templates among them. */
const KINDS_BY_CONTENT_TYPE: readonly (readonly [RegExp, ZipKind])[] = [
  [/wordprocessingml\.(document|template)\.main|ms-word\.\w+\.macroenabled/i, "docx"],
  [/presentationml\.\w+\.main|ms-powerpoint\.\w+\.macroenabled/i, "pptx"],
  [/ms-excel\.sheet\.binary/i, "xlsb"],
  [/spreadsheetml\.(sheet|template)\.main|ms-excel\.\w+\.macroenabled/i, "xlsx"],
];

const KINDS_BY_FOLDER: readonly (readonly [string, ZipKind])[] = [
  ["word/", "docx"],
  ["ppt/", "pptx"],
  ["xl/", "xlsx"],
];

/** Whether the bytes begin as a ZIP archive does. */
export function isZip(head: Uint8Array): boolean {
  return /^PK(\x03\x04|\x05\x06)/.test(latin1(head, 0, 4));
}

/** Tells a ZIP archive by what lies in it: its directory, and the one small part that says what it is. */
export async function zipKindOf(source: Source, head: Uint8Array): Promise<ZipKind> {
  const directory = await directoryOf(source);
  const entries = directory ?? firstEntries(head);
  return (await kindOf(source, entries)) ?? (directory ? "zip" : "broken");
}

async function kindOf(source: Source, entries: readonly Entry[]): Promise<ZipKind | undefined> {
  const part = async (name: string) =>
    await partOf(
      source,
      entries.find((entry) => entry.name === name),
    );
  const has = (start: string) => entries.some(({ name }) => name.startsWith(start));
  const mimeType = (await part("mimetype"))?.trim();
  const said = KINDS_BY_MIME_TYPE.find(([type]) => mimeType?.startsWith(type));
  if (said) return said[1];
  if (has("[content_types].xml")) {
    const types = (await part("[content_types].xml")) ?? "";
    const main = KINDS_BY_CONTENT_TYPE.find(([type]) => type.test(types));
    return (main ?? KINDS_BY_FOLDER.find(([folder]) => has(folder)))?.[1];
  }
  if (has("meta-inf/container.xml")) return "epub";
  if (has("index/document.iwa")) return "iwork";
  const manifest = await part("meta-inf/manifest.xml");
  return KINDS_BY_MIME_TYPE.find(([type]) => manifest?.includes(`"${type}`))?.[1];
}

/** What the directory at the archive's end lists; undefined if there is none. */
async function directoryOf(source: Source): Promise<Entry[] | undefined> {
  const tailStart = Math.max(0, source.sizeBytes - END_BYTES - COMMENT_BYTES_MAX);
  const tail = Buffer.from(await source.read(tailStart, source.sizeBytes));
  const end = tail.lastIndexOf("PK\x05\x06", -1, "latin1");
  if (end < 0 || end + END_BYTES > tail.length) return undefined;
  const size = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  const directory = await source.read(start, start + Math.min(size, DIRECTORY_BYTES_MAX));
  const entries = entriesOf(Buffer.from(directory), "PK\x01\x02", 46, (at, bytes) => ({
    method: bytes.readUInt16LE(at + 10),
    packedBytes: bytes.readUInt32LE(at + 20),
    nameBytes: bytes.readUInt16LE(at + 28),
    restBytes: bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32),
    offset: bytes.readUInt32LE(at + 42),
  }));
  return entries.length > 0 ? entries : undefined;
}

/** The files at an archive's beginning, as far as their sizes stand before them: all that is left of a cut one. */
function firstEntries(head: Uint8Array): Entry[] {
  return entriesOf(Buffer.from(head), "PK\x03\x04", LOCAL_HEADER_BYTES, (at, bytes) => ({
    method: bytes.readUInt16LE(at + 8),
    packedBytes: bytes.readUInt32LE(at + 18),
    nameBytes: bytes.readUInt16LE(at + 26),
    restBytes: bytes.readUInt16LE(at + 28) + bytes.readUInt32LE(at + 18),
    offset: at,
  }));
}

interface Header extends Omit<Entry, "name"> {
  readonly nameBytes: number;
  /** What follows the name, before the next header. */
  readonly restBytes: number;
}

function entriesOf(
  bytes: Buffer,
  magic: string,
  headerBytes: number,
  headerAt: (at: number, bytes: Buffer) => Header,
): Entry[] {
  const entries: Entry[] = [];
  let at = 0;
  while (at + headerBytes <= bytes.length && bytes.toString("latin1", at, at + 4) === magic) {
    const { nameBytes, restBytes, ...entry } = headerAt(at, bytes);
    const name = bytes.toString("utf8", at + headerBytes, at + headerBytes + nameBytes);
    entries.push({ ...entry, name: name.replaceAll("\\", "/").toLowerCase() });
    at += headerBytes + nameBytes + restBytes;
  }
  return entries;
}

/** A small part's text; undefined if it is not there, or damaged. */
async function partOf(source: Source, entry: Entry | undefined): Promise<string | undefined> {
  if (!entry) return undefined;
  const local = Buffer.from(await source.read(entry.offset, entry.offset + LOCAL_HEADER_BYTES));
  if (local.length < LOCAL_HEADER_BYTES) return undefined;
  const start = entry.offset + LOCAL_HEADER_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = await source.read(start, start + Math.min(entry.packedBytes, PART_BYTES_MAX));
  return unpack(packed, entry.method);
}

function unpack(packed: Uint8Array, method: number): string | undefined {
  try {
    if (method === STORED) return Buffer.from(packed).toString();
    if (method !== DEFLATED) return undefined;
    return inflateRawSync(packed, { maxOutputLength: PART_BYTES_MAX }).toString();
  } catch {
    return undefined;
  }
}
