import type { Source } from "./source.ts";

/** A stream or a storage of an OLE container. */
export interface OleEntry {
  readonly name: string;
  readonly isStorage: boolean;
  readonly sizeBytes: number;
  /** Its first sector. */
  readonly start: number;
  /** The ids of its neighbours and of the first entry within it, in the tree of the directory. */
  readonly left: number;
  readonly right: number;
  readonly child: number;
}

const OLE_MAGIC = "d0cf11e0a1b11ae1";
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
/** The sectors of the table of sectors that the header itself names. */
const TABLE_SECTORS_IN_HEADER = 109;
/** Sector numbers from here on mean an end, or nothing. */
const SPECIAL_SECTOR = 0xfffffffa;
const STREAM = 2;
const ROOT = 5;
const STORAGE = 1;
/** More entries than any file needs; each costs a look, and storages may share theirs. */
const ENTRIES_MAX = 200_000;
/** Streams may share their sectors too: so many times what the file holds may be read of it. */
const READ_FACTOR = 4;
const READ_BYTES_MIN = 16 * 1024 * 1024;

/** Whether the bytes begin as an OLE container does: what Office wrote before 2007, and Outlook still writes. */
export function isOle(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 8)).toString("hex") === OLE_MAGIC;
}

/**
 * The files of an OLE container (MS-CFB): a small file system of sectors in one file. Only what is asked for is
 * read; loops and sectors beyond the end are errors.
 */
export class Ole {
  readonly #sectors = new Map<number, Uint8Array>();
  /** Sectors of the table that says of each sector which follows it. */
  readonly #table: number[] = [];
  #directory: number[] = [];
  #entriesSeen = 0;
  #bytesRead = 0;
  #small: { readonly table: Uint8Array; readonly content: Uint8Array } | undefined;

  private constructor(
    private readonly source: Source,
    private readonly header: Buffer,
  ) {}

  /** @throws Error if it is none, or damaged */
  static async open(source: Source): Promise<Ole> {
    const header = Buffer.from(await source.read(0, HEADER_BYTES));
    if (header.length < HEADER_BYTES || !isOle(header))
      throw new Error("This is no OLE container.");
    if (![9, 12].includes(header.readUInt16LE(30)))
      throw new Error("Its sectors have no known size.");
    const ole = new Ole(source, header);
    await ole.#readTable();
    ole.#directory = await ole.#chain(header.readUInt32LE(48));
    return ole;
  }

  /** What lies in a storage, or at the top. */
  async entriesOf(storage?: OleEntry): Promise<OleEntry[]> {
    const top = storage ?? (await this.#entry(0));
    const entries: OleEntry[] = [];
    const waiting = [top?.child ?? SPECIAL_SECTOR];
    const seen = new Set<number>();
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const entry = await this.#entry(id);
      if (!entry) continue;
      if (++this.#entriesSeen > ENTRIES_MAX) throw new Error("It has too many entries.");
      entries.push(entry);
      waiting.push(entry.left, entry.right);
    }
    return entries;
  }

  /** @throws Error if its sectors are damaged */
  async bytesOf({ start, sizeBytes }: OleEntry): Promise<Uint8Array> {
    if (sizeBytes === 0) return new Uint8Array();
    if (sizeBytes > this.source.sizeBytes) throw new Error("A stream is longer than its file.");
    this.#bytesRead += sizeBytes;
    if (this.#bytesRead > Math.max(READ_BYTES_MIN, READ_FACTOR * this.source.sizeBytes))
      throw new Error("Its streams share what they hold.");
    if (sizeBytes >= this.header.readUInt32LE(56))
      return (await this.#read(await this.#chain(start))).subarray(0, sizeBytes);
    return await this.#readSmall(start, sizeBytes);
  }

  get #sectorBytes(): number {
    return 1 << this.header.readUInt16LE(30);
  }

  get #sectorsMax(): number {
    return Math.ceil(this.source.sizeBytes / this.#sectorBytes);
  }

  async #readTable(): Promise<void> {
    const count = Math.min(this.header.readUInt32LE(44), this.#sectorsMax);
    for (let at = 0; at < Math.min(count, TABLE_SECTORS_IN_HEADER); at++)
      this.#table.push(this.header.readUInt32LE(76 + at * 4));
    let next = this.header.readUInt32LE(68);
    for (let hops = 0; this.#table.length < count && next < SPECIAL_SECTOR; hops++) {
      if (hops > this.#sectorsMax) throw new Error("A chain of sectors has no end.");
      const sector = viewOf(await this.#sector(next));
      const last = sector.length - 4;
      for (let at = 0; at < last && this.#table.length < count; at += 4)
        this.#table.push(sector.readUInt32LE(at));
      next = sector.readUInt32LE(last);
    }
  }

  /** The sectors of a stream, from its first. */
  async #chain(start: number): Promise<number[]> {
    const chain: number[] = [];
    for (let sector = start; sector < SPECIAL_SECTOR; sector = await this.#after(sector)) {
      if (chain.length > this.#sectorsMax) throw new Error("A chain of sectors has no end.");
      chain.push(sector);
    }
    return chain;
  }

  async #after(sector: number): Promise<number> {
    const perSector = this.#sectorBytes / 4;
    const part = this.#table[Math.floor(sector / perSector)];
    if (part === undefined) throw new Error("A sector lies beyond the end.");
    return viewOf(await this.#cached(part)).readUInt32LE((sector % perSector) * 4);
  }

  async #entry(id: number): Promise<OleEntry | undefined> {
    const perSector = this.#sectorBytes / ENTRY_BYTES;
    const sector = this.#directory[Math.floor(id / perSector)];
    if (sector === undefined) return undefined;
    const at = (id % perSector) * ENTRY_BYTES;
    const entry = viewOf(await this.#cached(sector)).subarray(at, at + ENTRY_BYTES);
    const kind = entry[66];
    if (kind !== STREAM && kind !== STORAGE && kind !== ROOT) return undefined;
    return {
      name: entry.toString("utf16le", 0, Math.min(64, Math.max(0, entry.readUInt16LE(64) - 2))),
      isStorage: kind !== STREAM,
      sizeBytes: entry.readUInt32LE(120),
      start: entry.readUInt32LE(116),
      left: entry.readUInt32LE(68),
      right: entry.readUInt32LE(72),
      child: entry.readUInt32LE(76),
    };
  }

  /** Streams below 4 KiB lie in sectors of 64 bytes, which lie in a stream of the root's. */
  async #readSmall(start: number, sizeBytes: number): Promise<Uint8Array> {
    this.#small ??= await this.#openSmall();
    const { table, content } = this.#small;
    const view = viewOf(table);
    const parts: Uint8Array[] = [];
    let sector = start;
    for (let left = sizeBytes; left > 0; left -= 64) {
      const part = content.subarray(sector * 64, sector * 64 + Math.min(64, left));
      if (part.length === 0 || sector * 4 + 4 > view.length)
        throw new Error("A sector lies beyond the end.");
      parts.push(part);
      sector = view.readUInt32LE(sector * 4);
    }
    return joined(parts);
  }

  async #openSmall(): Promise<{ table: Uint8Array; content: Uint8Array }> {
    const root = await this.#entry(0);
    return {
      table: await this.#read(await this.#chain(this.header.readUInt32LE(60))),
      content: await this.#read(await this.#chain(root?.start ?? SPECIAL_SECTOR)),
    };
  }

  async #read(chain: readonly number[]): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (const sector of chain) parts.push(await this.#sector(sector));
    return joined(parts);
  }

  async #cached(sector: number): Promise<Uint8Array> {
    const bytes = this.#sectors.get(sector) ?? (await this.#sector(sector));
    this.#sectors.set(sector, bytes);
    return bytes;
  }

  async #sector(sector: number): Promise<Uint8Array> {
    const start = (sector + 1) * this.#sectorBytes;
    const bytes = await this.source.read(start, start + this.#sectorBytes);
    if (bytes.length === 0) throw new Error("A sector lies beyond the end.");
    if (bytes.length === this.#sectorBytes) return bytes;
    // The last one may be cut where its content ends.
    const whole = new Uint8Array(this.#sectorBytes);
    whole.set(bytes);
    return whole;
  }
}

/** The same bytes, with the means to read numbers of them. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** No Buffer, which some readers of files do not take. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
