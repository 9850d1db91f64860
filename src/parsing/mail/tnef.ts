import { decodeText } from "../encoding/decode.ts";
import { decodeAs } from "../encoding/decode-as.ts";

const SIGNATURE = 0x223e9f78;
const HEADER_BYTES = 6;
/** Level, number, type and length before an attribute's value; a checksum after it. */
const BEFORE_VALUE_BYTES = 9;
const CHECKSUM_BYTES = 2;

/** Numbers of attributes (MS-OXTNEF 2.1.3) and of properties (MS-OXPROPS) that are read. */
const ATTRIBUTE = {
  body: 0x800c,
  properties: 0x9003,
  newAttachment: 0x9002,
  title: 0x8010,
  data: 0x800f,
  attachmentProperties: 0x9005,
} as const;
const PROPERTY = { body: 0x1000, rtf: 0x1009, html: 0x1013, longName: 0x3707 } as const;
const NAMED = 0x8000;
const SEVERAL = 0x1000;

/** What Outlook packs into one attachment, "winmail.dat" (MS-OXTNEF): a body with its attachments. */
export interface Packed {
  readonly text: string;
  readonly html: string;
  /** Compressed, as in a mail that Outlook saves. */
  readonly rtf: Uint8Array | undefined;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** @returns undefined if it is something else; of one that is cut short what is left */
export function unpackTnef(bytes: Uint8Array): Packed | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length < HEADER_BYTES || buffer.readUInt32LE(0) !== SIGNATURE) return undefined;
  const packed = { text: "", html: "", rtf: undefined as Uint8Array | undefined };
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const { id, value } of attributesOf(buffer)) {
    const file = files.at(-1);
    if (id === ATTRIBUTE.body) packed.text ||= clean(decodeText(value));
    else if (id === ATTRIBUTE.newAttachment) files.push({ name: "", bytes: Buffer.alloc(0) });
    else if (id === ATTRIBUTE.properties) {
      const properties = propertiesOf(value);
      packed.text ||= properties.get(PROPERTY.body)?.text() ?? "";
      packed.html ||= properties.get(PROPERTY.html)?.text() ?? "";
      packed.rtf ??= properties.get(PROPERTY.rtf)?.bytes;
    } else if (!file) continue;
    else if (id === ATTRIBUTE.title) file.name ||= clean(decodeText(value));
    else if (id === ATTRIBUTE.data) file.bytes = value;
    else if (id === ATTRIBUTE.attachmentProperties)
      file.name = propertiesOf(value).get(PROPERTY.longName)?.text() || file.name;
  }
  return { ...packed, files: files.filter((file) => file.bytes.length > 0) };
}

function* attributesOf(buffer: Buffer): Generator<{ id: number; value: Buffer }> {
  for (let at = HEADER_BYTES; at + BEFORE_VALUE_BYTES <= buffer.length;) {
    const start = at + BEFORE_VALUE_BYTES;
    const end = start + buffer.readUInt32LE(at + 5);
    yield { id: buffer.readUInt16LE(at + 1), value: buffer.subarray(start, end) };
    at = end + CHECKSUM_BYTES;
  }
}

interface Property {
  readonly bytes: Buffer;
  readonly text: () => string;
}

/** The properties of variable size by their numbers; those before a damaged one, if there is one. */
function propertiesOf(value: Buffer): Map<number, Property> {
  const found = new Map<number, Property>();
  try {
    readProperties(value, found);
  } catch (error) {
    // It ends within a property.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

function readProperties(value: Buffer, found: Map<number, Property>): void {
  let at = 4;
  for (let left = value.readUInt32LE(0); left > 0; left--) {
    const [type, id] = [value.readUInt16LE(at), value.readUInt16LE(at + 2)];
    at += 4;
    if (id >= NAMED) {
      const isText = value.readUInt32LE(at + 16) === 1;
      at += 24 + (isText ? padded(value.readUInt32LE(at + 20)) : 0);
    }
    const size = sizeOf(type & ~SEVERAL);
    let count = 1;
    if (size === undefined || type & SEVERAL) {
      count = value.readUInt32LE(at);
      at += 4;
    }
    if (size !== undefined) at += size * count;
    else
      for (; count > 0; count--) {
        const length = value.readUInt32LE(at);
        const bytes = value.subarray(at + 4, at + 4 + length);
        found.set(id, { bytes, text: () => textOf(type, bytes) });
        at += 4 + padded(length);
      }
  }
}

/** In bytes; undefined of texts and of what is like them (MS-OXCDATA 2.11.1). */
function sizeOf(type: number): number | undefined {
  if ([0x1e, 0x1f, 0x0d, 0x102].includes(type)) return undefined;
  if (type === 0x48) return 16;
  return [0x05, 0x06, 0x07, 0x14, 0x40].includes(type) ? 8 : 4;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function textOf(type: number, bytes: Buffer): string {
  return clean(type === 0x1f ? decodeAs("utf-16le", bytes) : decodeText(bytes));
}

function clean(text: string): string {
  return text.replaceAll("\0", "");
}
