import { isOle } from "../ole.ts";
import { type OleKind, oleKindOf } from "./ole-kind.ts";
import { type Source, sourceOfBytes, sourceOfFile } from "../source.ts";
import { isZip, type ZipKind, zipKindOf } from "./zip-kind.ts";

/** What of a file tells its type. */
export interface Sample {
  /** Its first bytes. */
  readonly head: Uint8Array;
  /** Its last bytes; the same as the first in a small file. */
  readonly tail: Uint8Array;
  /** If it is a container of files (ZIP, OLE): what it is by what lies in it. */
  readonly container?: ZipKind | OleKind;
}

const HEAD_BYTES = 4_096;

/** Of a file on disk: some kilobytes of it are read. */
export async function sampleOfFile(path: string): Promise<Sample> {
  return await sampleOf(sourceOfFile(path));
}

/** Of a file in memory. */
export async function sampleOfBytes(bytes: Uint8Array): Promise<Sample> {
  return await sampleOf(sourceOfBytes(bytes));
}

async function sampleOf(source: Source): Promise<Sample> {
  const { sizeBytes, read } = source;
  const head = await read(0, HEAD_BYTES);
  const tail = sizeBytes <= HEAD_BYTES ? head : await read(sizeBytes - HEAD_BYTES, sizeBytes);
  if (isZip(head)) return { head, tail, container: await zipKindOf(source, head) };
  if (isOle(head)) return { head, tail, container: await oleKindOf(source) };
  return { head, tail };
}
