import { crc32, deflateRawSync } from "node:zlib";
import { Archive } from "../../src/parsing/archive.ts";
import { LIMITS } from "./limits.ts";

/** A ZIP archive of files by their paths, in the order given; those of `stored` are not compressed. */
export function buildZip(
  files: Readonly<Record<string, string | Uint8Array>>,
  stored: readonly string[] = ["mimetype"],
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const isStored = stored.includes(path);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2); // names are UTF-8
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), common, place, name]));
    const entry = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, packed]);
    parts.push(entry);
    offset += entry.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

/** What lies in an archive, by its name. */
export async function zipParts(bytes: Uint8Array): Promise<Record<string, Uint8Array>> {
  const archive = await Archive.open(bytes, "archive", LIMITS);
  const parts: Record<string, Uint8Array> = {};
  for (const name of archive.names()) parts[name] = (await archive.bytes(name)) ?? new Uint8Array();
  return parts;
}
