import { type Entry, fromBuffer, type ZipFile } from "yauzl";
import { PermanentError } from "../error.ts";
import { uncontained } from "./default-password/uncontained.ts";
import { encodingOfMark } from "./encoding/unicode-bytes.ts";
import { damaged, locked, MB, type ReadLimits, SPLIT, unreadable } from "./limits.ts";

/** Bit 0 of an entry's general purpose flags. */
const ENCRYPTED = 1;
/** The record that ends an archive: its signature, and its size without the comment that may follow. */
const END_RECORD = Buffer.from("PK\x05\x06");
const END_RECORD_BYTES = 22;

/** The files of a ZIP archive, in memory, each unpacked when it is asked for, and none of them beyond the limits. */
export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly what: string,
  ) {}

  /**
   * @param what how a sentence names the file: "Word document"
   * @throws PermanentError `parse_failed` for what is no archive, is encrypted, or would be larger than the limits
   */
  static async open(file: Uint8Array, what: string, limits: ReadLimits): Promise<Archive> {
    // Office wraps what it encrypts in a container of the older kind.
    const bytes = await uncontained(file, what);
    const entries = new Map<string, Entry>();
    const zip = await listed(bytes, (entry) => {
      if (entries.size >= limits.entriesMax)
        throw unreadable(`The ${what} holds more than ${limits.entriesMax} files; ${SPLIT}.`);
      if (entry.generalPurposeBitFlag & ENCRYPTED) throw locked(what);
      entries.set(entry.fileName, entry);
    }).catch((error: unknown) => {
      if (error instanceof PermanentError) throw error;
      throw damaged(what, error);
    });
    checkSize(sizeOf(entries.values()), bytes.length, what, limits);
    return new Archive(zip, entries, what);
  }

  /** The names of its files, as they lie in it. */
  names(): string[] {
    return [...this.entries.keys()];
  }

  /** Of all its files together. */
  get unpackedBytes(): number {
    return sizeOf(this.entries.values());
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /**
   * A file's bytes; undefined if it is not there.
   * @throws PermanentError `parse_failed` if it is damaged
   */
  async bytes(name: string): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    try {
      const stream = await new Promise<AsyncIterable<Uint8Array>>((resolve, reject) => {
        this.zip.openReadStream(entry, (error, opened) =>
          error ? reject(error) : resolve(opened),
        );
      });
      // No more than the archive says comes out: whatever is longer fails.
      const bytes = Buffer.allocUnsafeSlow(entry.uncompressedSize);
      let end = 0;
      for await (const chunk of stream) {
        bytes.set(chunk, end);
        end += chunk.length;
      }
      return bytes.subarray(0, end);
    } catch (error) {
      throw unreadable(`The ${this.what} is damaged: a part of it cannot be unpacked.`, error);
    }
  }

  /** A file that is XML, or other UTF-8 or UTF-16 with a mark, as text; undefined if it is not there. */
  async text(name: string): Promise<string | undefined> {
    const bytes = await this.bytes(name);
    if (!bytes) return undefined;
    const mark = encodingOfMark(bytes);
    const encoding = mark === "utf-16le" || mark === "utf-16be" ? mark : "utf-8";
    return new TextDecoder(encoding).decode(bytes);
  }
}

/**
 * How many bytes will come out of a file if it is an archive; none if it is not, or is one that no reader opens.
 */
export async function unpackedSize(bytes: Uint8Array, limits: ReadLimits): Promise<number> {
  const archive = await Archive.open(bytes, "archive", limits).catch(() => undefined);
  return archive?.unpackedBytes ?? 0;
}

function listed(bytes: Uint8Array, onEntry: (entry: Entry) => void): Promise<ZipFile> {
  const content = withoutTail(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  return new Promise((resolve, reject) => {
    fromBuffer(content, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on("error", reject);
      zip.on("end", () => resolve(zip));
      zip.on("entry", (entry: Entry) => {
        try {
          onEntry(entry);
          zip.readEntry();
        } catch (refusal) {
          reject(refusal instanceof Error ? refusal : new Error(String(refusal)));
        }
      });
      zip.readEntry();
    });
  });
}

/** Without what downloads and old disks add behind an archive's end, which every other program passes over. */
function withoutTail(archive: Buffer): Buffer {
  const record = archive.lastIndexOf(END_RECORD);
  if (record < 0 || record + END_RECORD_BYTES > archive.length) return archive;
  const commentBytes = archive.readUInt16LE(record + END_RECORD_BYTES - 2);
  return archive.subarray(0, record + END_RECORD_BYTES + commentBytes);
}

function sizeOf(entries: Iterable<Entry>): number {
  let bytes = 0;
  for (const { uncompressedSize } of entries) bytes += uncompressedSize;
  return bytes;
}

/** By what the archive says of its files, which is held to it as they are unpacked. */
function checkSize(
  unpacked: number,
  packed: number,
  what: string,
  { unpackedMbMax, unpackedRatioMax }: ReadLimits,
): void {
  // A form of a few lines may well be packed a hundredfold.
  if (unpacked > Math.max(unpackedRatioMax * packed, MB) || unpacked > unpackedMbMax * MB)
    throw unreadable(`The ${what} would grow beyond all measure when it is unpacked.`);
}
