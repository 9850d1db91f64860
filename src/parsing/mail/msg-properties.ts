import { encodingOfPage } from "../encoding/code-pages.ts";
import { decodeAs } from "../encoding/decode-as.ts";
import { decodeText } from "../encoding/decode.ts";
import type { Ole, OleEntry } from "../ole.ts";

/** Types of properties (MS-OXCDATA 2.11.1). */
const UNICODE = "001f";
const BYTE_STRING = "001e";
const BINARY = "0102";
const STORAGE = "000d";

const FIXED_ENTRY_BYTES = 16;
/** FILETIME counts 100 ns from 1601. */
const FILETIME_PER_MS = 10_000n;
const EPOCH_OF_FILETIME_MS = 11_644_473_600_000n;

/** The properties of a message, a recipient or an attachment (MS-OXMSG): streams of a storage, named by their numbers. */
export class MsgProperties {
  private constructor(
    private readonly ole: Ole,
    /** By name, in lower case. */
    private readonly entries: ReadonlyMap<string, OleEntry>,
    private readonly fixed: Buffer,
    private readonly fixedFrom: number,
  ) {}

  /** @param fixedFrom where the values of fixed size begin: after 32 bytes in a mail, 24 in one within it, else 8 */
  static async of(
    ole: Ole,
    storage: OleEntry | undefined,
    fixedFrom: number,
  ): Promise<MsgProperties> {
    const list = await ole.entriesOf(storage);
    const entries = new Map(list.map((entry) => [entry.name.toLowerCase(), entry]));
    const stream = entries.get("__properties_version1.0");
    const fixed = stream ? Buffer.from(await ole.bytesOf(stream)) : Buffer.alloc(0);
    return new MsgProperties(ole, entries, fixed, fixedFrom);
  }

  /** Whether there are any. */
  get isThere(): boolean {
    return this.fixed.length > 0;
  }

  /** The storages whose names begin so, in their order. */
  storages(prefix: string): OleEntry[] {
    return [...this.entries]
      .filter(([name, { isStorage }]) => isStorage && name.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, entry]) => entry);
  }

  /** The storage that is a property's value, such as a mail within a mail. */
  storage(id: string): OleEntry | undefined {
    return this.entries.get(`__substg1.0_${id}${STORAGE}`);
  }

  /** A property of text, or of bytes that are text; "" if it is not there. @param id four hexadecimal digits */
  async text(id: string): Promise<string> {
    const unicode = await this.#stream(id, UNICODE);
    if (unicode) return clean(decodeAs("utf-16le", unicode));
    const bytes = (await this.#stream(id, BYTE_STRING)) ?? (await this.#stream(id, BINARY));
    return bytes ? clean(this.#decode(bytes)) : "";
  }

  async bytes(id: string): Promise<Uint8Array | undefined> {
    return await this.#stream(id, BINARY);
  }

  /** A whole number; undefined if it is not there. */
  number(id: string): number | undefined {
    const at = this.#placeOf(id, "0003");
    return at === undefined ? undefined : this.fixed.readUInt32LE(at);
  }

  flag(id: string): boolean {
    const at = this.#placeOf(id, "000b");
    return at !== undefined && this.fixed[at] !== 0;
  }

  time(id: string): Date | undefined {
    const at = this.#placeOf(id, "0040");
    if (at === undefined) return undefined;
    const ms = this.fixed.readBigUInt64LE(at) / FILETIME_PER_MS - EPOCH_OF_FILETIME_MS;
    const date = new Date(Number(ms));
    return Number.isNaN(date.getTime()) ? undefined : date;
  }

  #decode(bytes: Uint8Array): string {
    const encoding = encodingOfPage(this.number("3fde") ?? this.number("3ffd") ?? 0);
    const text = encoding ? decodeAs(encoding, bytes) : "\ufffd";
    return text.includes("\ufffd") ? decodeText(bytes) : text;
  }

  async #stream(id: string, type: string): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(`__substg1.0_${id}${type}`);
    return entry && !entry.isStorage ? await this.ole.bytesOf(entry) : undefined;
  }

  /** Where the value of a property of fixed size stands. */
  #placeOf(id: string, type: string): number | undefined {
    const tag = Number.parseInt(id + type, 16);
    for (
      let at = this.fixedFrom;
      at + FIXED_ENTRY_BYTES <= this.fixed.length;
      at += FIXED_ENTRY_BYTES
    )
      if (this.fixed.readUInt32LE(at) === tag) return at + 8;
    return undefined;
  }
}

function clean(text: string): string {
  return text.replaceAll("\0", "");
}
