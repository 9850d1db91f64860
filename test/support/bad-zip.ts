import { buildZip } from "./zip.ts";

const END_BYTES = 22;

/** A ZIP archive whose headers are changed after it was made: what they say is then not what lies in it. */
export function buildBadZip(
  files: Readonly<Record<string, string | Uint8Array>>,
  change: (entry: ZipHeaders, index: number) => void,
): Uint8Array {
  const bytes = Buffer.from(buildZip(files));
  let at = bytes.readUInt32LE(bytes.length - END_BYTES + 16);
  for (let index = 0; index < Object.keys(files).length; index++) {
    change(new ZipHeaders(bytes, at), index);
    at += 46 + bytes.readUInt16LE(at + 28);
  }
  return new Uint8Array(bytes);
}

/** What an archive says of one of its files, in its directory and before the file. */
class ZipHeaders {
  constructor(
    private readonly bytes: Buffer,
    private readonly at: number,
  ) {}

  encrypt(): void {
    this.bytes.writeUInt16LE(this.bytes.readUInt16LE(this.at + 8) | 1, this.at + 8);
    const local = this.offset;
    this.bytes.writeUInt16LE(this.bytes.readUInt16LE(local + 6) | 1, local + 6);
  }

  set unpackedBytes(value: number) {
    this.bytes.writeUInt32LE(value, this.at + 24);
    this.bytes.writeUInt32LE(value, this.offset + 22);
  }

  /** A symbolic link, as Unix marks it. */
  makeLink(): void {
    this.bytes.writeUInt16LE(0x031e, this.at + 4);
    this.bytes.writeUInt32LE((0o120777 << 16) >>> 0, this.at + 38);
  }

  get offset(): number {
    return this.bytes.readUInt32LE(this.at + 42);
  }

  set offset(value: number) {
    this.bytes.writeUInt32LE(value, this.at + 42);
  }
}
