/** What lies in a storage: streams by name, and storages within. */
export interface OleFolder {
  readonly [name: string]: string | Uint8Array | OleFolder;
}

const SECTOR_BYTES = 512;
const SMALL_BYTES = 64;
const SMALL_STREAM_BELOW_BYTES = 4096;
const END = 0xfffffffe;
const FREE = 0xffffffff;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;

interface Node {
  readonly name: string;
  readonly kind: number;
  readonly content: Uint8Array;
  right: number;
  child: number;
}

/** An OLE container (MS-CFB, version 3), as Outlook and the Office before 2007 write it; up to some 7 MB. */
export function buildOle(folder: OleFolder): Uint8Array {
  const nodes = nodesOf(folder);
  const small: number[] = [];
  const smallContent: Uint8Array[] = [];
  const chains: Uint8Array[] = [];
  const table: number[] = [];
  const place = (content: Uint8Array): number => {
    if (content.length === 0) return END;
    const sectors = Math.ceil(content.length / SECTOR_BYTES);
    const start = link(table, sectors);
    chains.push(padded(content, SECTOR_BYTES));
    return start;
  };
  const placeSmall = (content: Uint8Array): number => {
    if (content.length === 0) return END;
    smallContent.push(padded(content, SMALL_BYTES));
    return link(small, Math.ceil(content.length / SMALL_BYTES));
  };
  const starts = nodes.map(({ content }) =>
    content.length < SMALL_STREAM_BELOW_BYTES ? placeSmall(content) : place(content),
  );
  const smallBytes = Buffer.concat(smallContent);
  starts[0] = place(smallBytes);
  const smallTableStart = place(numbers(small));
  const directory = nodes.map((node, at) =>
    entryOf(node, starts[at] ?? END, at === 0 ? smallBytes.length : node.content.length),
  );
  const directoryStart = place(padded(Buffer.concat(directory), SECTOR_BYTES));
  const tableSectors = Math.ceil(table.length / (SECTOR_BYTES / 4 - 1));
  const tableStart = table.length;
  table.push(...Array<number>(tableSectors).fill(0xfffffffd));
  const header = Buffer.alloc(SECTOR_BYTES, 0xff);
  header.fill(0, 0, 76);
  header.write("d0cf11e0a1b11ae1", "hex");
  header.writeUInt16LE(3, 26);
  header.writeUInt16LE(0xfffe, 28);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(tableSectors, 44);
  header.writeUInt32LE(directoryStart, 48);
  header.writeUInt32LE(SMALL_STREAM_BELOW_BYTES, 56);
  header.writeUInt32LE(smallTableStart, 60);
  header.writeUInt32LE(Math.ceil((small.length * 4) / SECTOR_BYTES), 64);
  header.writeUInt32LE(END, 68);
  for (let at = 0; at < tableSectors; at++) header.writeUInt32LE(tableStart + at, 76 + at * 4);
  return new Uint8Array(
    Buffer.concat([header, ...chains, padded(numbers(table), SECTOR_BYTES, 0xff)]),
  );
}

/** The root and all below it; the neighbours of one storage hang on each other's right. */
function nodesOf(folder: OleFolder): Node[] {
  const nodes: Node[] = [nodeOf("Root Entry", ROOT, new Uint8Array())];
  const add = (parent: Node, within: OleFolder) => {
    let last: Node | undefined;
    for (const [name, value] of Object.entries(within)) {
      const isFolder = typeof value === "object" && !(value instanceof Uint8Array);
      const content = isFolder ? new Uint8Array() : new Uint8Array(Buffer.from(value));
      const next = nodeOf(name, isFolder ? STORAGE : STREAM, content);
      const id = nodes.push(next) - 1;
      if (last) last.right = id;
      else parent.child = id;
      last = next;
      if (isFolder) add(next, value);
    }
  };
  const [root] = nodes;
  if (root) add(root, folder);
  return nodes;
}

function nodeOf(name: string, kind: number, content: Uint8Array): Node {
  return { name, kind, content, right: FREE, child: FREE };
}

function entryOf({ name, kind, right, child }: Node, start: number, sizeBytes: number): Uint8Array {
  const entry = Buffer.alloc(128);
  entry.write(name, 0, 62, "utf16le");
  entry.writeUInt16LE(name.length * 2 + 2, 64);
  entry[66] = kind;
  entry[67] = 1;
  entry.writeUInt32LE(FREE, 68);
  entry.writeUInt32LE(right, 72);
  entry.writeUInt32LE(child, 76);
  entry.writeUInt32LE(start, 116);
  entry.writeUInt32LE(sizeBytes, 120);
  return entry;
}

/** Adds a chain to a table of sectors. @returns its first sector */
function link(table: number[], sectors: number): number {
  const start = table.length;
  for (let at = 1; at < sectors; at++) table.push(start + at);
  table.push(END);
  return start;
}

function numbers(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
}

function padded(bytes: Uint8Array, unit: number, fill = 0): Uint8Array {
  const whole = Buffer.alloc(Math.ceil(bytes.length / unit) * unit, fill);
  whole.set(bytes);
  return whole;
}
