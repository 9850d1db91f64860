import { copyFile, mkdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../error.ts";
import { type Disk, DISK, FolderSyncs } from "./disk.ts";
import type { ByteRange, Storage } from "./storage.ts";

/** Files in a folder of this machine. What has been put survives a power cut. */
export class FolderStorage implements Storage {
  readonly kind = "folder";
  readonly #folders: FolderSyncs;

  constructor(
    private readonly root: string,
    private readonly disk: Disk = DISK,
  ) {
    this.#folders = new FolderSyncs(disk.syncFolder);
  }

  async putFile(key: string, path: string): Promise<void> {
    await this.#put(key, (part) => moveFile(path, part));
  }

  async putText(key: string, body: string): Promise<void> {
    await this.#put(key, async (part) => void (await Bun.write(part, body)));
  }

  async read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const file = Bun.file(this.#path(key));
    if (!(await file.exists())) throw new AppError("not_found", "The file does not exist.");
    return (range ? file.slice(range.start, range.end + 1) : file).stream();
  }

  async localCopy(key: string): Promise<{ path: string; release(): Promise<void> }> {
    const path = this.#path(key);
    if (!(await Bun.file(path).exists()))
      throw new AppError("not_found", "The file does not exist.");
    return { path, release: () => Promise.resolve() };
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await rm(this.#path(key), { force: true });
      // What a process that died in the middle of writing left of it.
      await rm(partOf(this.#path(key)), { force: true });
      await this.#removeEmptyParents(key);
    }
  }

  async removePrefix(prefix: string): Promise<void> {
    await rm(this.#path(prefix), { recursive: true, force: true });
    await this.#removeEmptyParents(prefix.replace(/\/$/, ""));
  }

  async check(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await stat(this.root);
  }

  /** Under its own name a file is whole. */
  async #put(key: string, write: (part: string) => Promise<void>): Promise<void> {
    const target = this.#path(key);
    const part = partOf(target);
    await mkdir(dirname(target), { recursive: true });
    await write(part);
    await this.disk.syncFile(part);
    await rename(part, target);
    await this.#syncParents(key);
  }

  /** All of them, also those that were there before: another upload may have made them just now. */
  async #syncParents(key: string): Promise<void> {
    const folders = [dirname(this.root)];
    for (let parent = dirname(key); parent !== "."; parent = dirname(parent))
      folders.push(this.#path(parent));
    await Promise.all([this.root, ...folders].map((folder) => this.#folders.sync(folder)));
  }

  async #removeEmptyParents(key: string): Promise<void> {
    for (let parent = dirname(key); parent !== "."; parent = dirname(parent))
      if (
        !(await rmdir(this.#path(parent)).then(
          () => true,
          () => false,
        ))
      )
        return;
  }

  #path(key: string): string {
    if (key.split("/").includes("..")) throw new Error("A storage key must not contain '..'.");
    return join(this.root, key);
  }
}

/** Where a file is while it is written; what a process that dies leaves there goes when the key is removed. */
export function partOf(path: string): string {
  return `${path}.part`;
}

/** A rename is atomic and free, but only within one file system. */
async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV") throw error;
    await copyFile(from, to);
    await rm(from, { force: true });
  });
}
