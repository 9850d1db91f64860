import { attributeOf, childOf, childrenOf } from "../../markup.ts";
import { type OfficePackage, relationIdOf } from "../ooxml/package.ts";

/** A sheet, as the main part of a workbook of Excel lists it. */
interface ListedSheet {
  readonly name: string;
  /** The id of the relation that leads to its part. */
  readonly relation: string;
}

/** What tells of a sheet in a binary workbook (MS-XLSB 2.4.304): its state and number, its relation, its name. */
const SHEET = 156;
const SHEET_HEAD_BYTES = 8;

/**
 * The sheets of a workbook. @param path of its main part
 * @throws PermanentError `parse_failed` if that is damaged
 */
export async function sheetsListedIn(
  office: OfficePackage,
  path: string,
): Promise<readonly ListedSheet[]> {
  if (/\.bin$/i.test(path)) return binarySheets((await office.bytes(path)) ?? new Uint8Array());
  const list = childOf(childOf(await office.xml(path), "workbook"), "sheets");
  return childrenOf(list, "sheet").map((sheet) => ({
    name: attributeOf(sheet, "name") ?? "",
    relation: relationIdOf(sheet),
  }));
}

function binarySheets(bytes: Uint8Array): ListedSheet[] {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return [...recordsOf(content)]
    .filter(({ kind }) => kind === SHEET)
    .map(({ record }) => {
      const relation = textAt(record, SHEET_HEAD_BYTES);
      const name = textAt(record, SHEET_HEAD_BYTES + 4 + relation.length * 2);
      return { name, relation };
    });
}

function* recordsOf(content: Buffer): Generator<{ kind: number; record: Buffer }> {
  for (let at = 0; at < content.length;) {
    const kind = numberAt(content, at, 2);
    const size = numberAt(content, at + kind.bytes, 4);
    const start = at + kind.bytes + size.bytes;
    yield { kind: kind.value, record: content.subarray(start, start + size.value) };
    at = start + size.value;
  }
}

/** A number in bytes of seven bits each, lowest first; the eighth says that another follows. */
function numberAt(content: Buffer, at: number, bytesMax: number): { value: number; bytes: number } {
  let value = 0;
  for (let bytes = 1; ; bytes++) {
    const byte = content[at + bytes - 1] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (bytes - 1));
    if (byte < 0x80 || bytes === bytesMax) return { value, bytes };
  }
}

/** A text after its length in letters. */
function textAt(record: Buffer, at: number): string {
  if (at + 4 > record.length) return "";
  return record.toString("utf16le", at + 4, at + 4 + record.readUInt32LE(at) * 2);
}
