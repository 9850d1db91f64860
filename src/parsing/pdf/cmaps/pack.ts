/** A file by its name. */
interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const ZSTD_LEVEL = 19;
const LENGTH_BYTES = 4;

/** Many small files as one: the length of a list of names and sizes, that list as JSON, the files; zstd over all. */
export function packFiles(files: readonly NamedBytes[]): Uint8Array {
  const list = Buffer.from(JSON.stringify(files.map(({ name, bytes }) => [name, bytes.length])));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(list.length);
  const whole = Buffer.concat([length, list, ...files.map(({ bytes }) => bytes)]);
  return Bun.zstdCompressSync(whole, { level: ZSTD_LEVEL });
}

/** The files that `packFiles` made one of, by their names. */
export function unpackFiles(packed: Uint8Array): Map<string, Uint8Array> {
  const whole = Bun.zstdDecompressSync(packed);
  const start = LENGTH_BYTES + whole.readUInt32LE(0);
  const list = JSON.parse(whole.toString("utf8", LENGTH_BYTES, start)) as [string, number][];
  const files = new Map<string, Uint8Array>();
  let at = start;
  for (const [name, size] of list) {
    files.set(name, new Uint8Array(whole.subarray(at, at + size)));
    at += size;
  }
  return files;
}
