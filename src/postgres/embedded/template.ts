import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A file with its size in bytes, or a folder. Folders come before what is in them. */
type Entry = { readonly path: string; readonly bytes?: number };

/** 19 is the densest level that needs no more memory to read. */
const ZSTD_LEVEL = 19;
/** Enough to keep the disk busy, few enough for any limit on open files. */
const FILES_AT_ONCE = 64;

/**
 * Packs a folder into one compressed block: the length of the list, the list as JSON, the contents in
 * the order of the list. Postgres insists on its empty folders, which Bun's own archives leave out.
 */
export function packFolder(folder: string): Uint8Array {
  const entries: Entry[] = [];
  const contents: Uint8Array[] = [];
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(found.parentPath, found.name);
    const name = path.slice(folder.length + 1);
    if (found.isDirectory()) {
      entries.push({ path: name });
    } else {
      const content = readFileSync(path);
      entries.push({ path: name, bytes: content.length });
      contents.push(content);
    }
  }
  const list = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(list.length);
  return Bun.zstdCompressSync(Buffer.concat([length, list, ...contents]), { level: ZSTD_LEVEL });
}

/**
 * Unpacks what `packFolder` made. The folder appears whole or not at all, and what is in it has
 * reached the disk by then, so neither a killed process nor a power cut leaves half a database.
 */
export async function unpackFolder(packed: Uint8Array, folder: string): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  await writeEntries(Bun.zstdDecompressSync(packed), unfinished);
  await rename(unfinished, folder);
  await syncFolder(dirname(folder));
}

async function writeEntries(data: Buffer, folder: string): Promise<void> {
  let offset = 4 + data.readUInt32LE(0);
  const entries = JSON.parse(data.toString("utf8", 4, offset)) as Entry[];
  const folders = entries.filter((entry) => entry.bytes === undefined);
  for (const { path } of folders) mkdirSync(join(folder, path), { mode: 0o700 });

  const files = entries.flatMap(({ path, bytes }) => {
    if (bytes === undefined) return [];
    offset += bytes;
    return [{ path: join(folder, path), content: data.subarray(offset - bytes, offset) }];
  });
  for (let first = 0; first < files.length; first += FILES_AT_ONCE) {
    const batch = files.slice(first, first + FILES_AT_ONCE);
    await Promise.all(batch.map(({ path, content }) => writeDurably(path, content)));
  }
  for (const { path } of [{ path: "" }, ...folders]) await syncFolder(join(folder, path));
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
