import { buildOle, type OleFolder } from "./ole.ts";

/** A property's value: text (UTF-16), bytes, a whole number, a moment, or a mail within. */
type Value = string | Uint8Array | number | boolean | Date | MsgContent;

export interface MsgContent {
  /** By the four digits of their ids. */
  readonly properties: Readonly<Record<string, Value>>;
  readonly recipients?: readonly Readonly<Record<string, Value>>[];
  readonly attachments?: readonly Readonly<Record<string, Value>>[];
}

/** A mail as Outlook saves it (MS-OXMSG). */
export function buildMsg(content: MsgContent): Uint8Array {
  return buildOle(messageOf(content, 32));
}

function messageOf(content: MsgContent, fixedFrom: number): OleFolder {
  const { properties, recipients = [], attachments = [] } = content;
  return {
    ...storageOf(properties, fixedFrom),
    ...numbered("__recip", recipients),
    ...numbered("__attach", attachments),
  };
}

function numbered(
  prefix: string,
  all: readonly Readonly<Record<string, Value>>[],
): Record<string, OleFolder> {
  const folders: Record<string, OleFolder> = {};
  all.forEach((each, at) => {
    folders[`${prefix}_version1.0_#${String(at).padStart(8, "0")}`] = storageOf(each, 8);
  });
  return folders;
}

function storageOf(properties: Readonly<Record<string, Value>>, fixedFrom: number): OleFolder {
  const fixed: Uint8Array[] = [Buffer.alloc(fixedFrom)];
  const storage: Record<string, OleFolder[string]> = {};
  for (const [id, value] of Object.entries(properties)) {
    const stream = `__substg1.0_${id.toUpperCase()}`;
    if (typeof value === "string")
      storage[`${stream}001F`] = new Uint8Array(Buffer.from(value, "utf16le"));
    else if (value instanceof Uint8Array) storage[`${stream}0102`] = value;
    else if (typeof value === "number") fixed.push(fixedOf(id, "0003", BigInt(value)));
    else if (typeof value === "boolean") fixed.push(fixedOf(id, "000b", value ? 1n : 0n));
    else if (value instanceof Date)
      fixed.push(fixedOf(id, "0040", (BigInt(value.getTime()) + 11_644_473_600_000n) * 10_000n));
    else storage[`${stream}000D`] = messageOf(value, 24);
  }
  return { "__properties_version1.0": new Uint8Array(Buffer.concat(fixed)), ...storage };
}

function fixedOf(id: string, type: string, value: bigint): Uint8Array {
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(Number.parseInt(id + type, 16));
  entry.writeBigUInt64LE(value, 8);
  return entry;
}
