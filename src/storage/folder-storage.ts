import { mkdir, rename, rm, rmdir, stat, copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../error.ts";
import type { ByteRange, Storage } from "./storage.ts";

/** Files in a folder of this machine. */
export class FolderStorage implements Storage {
  readonly kind = "folder";

  constructor(private readonly root: string) {}

  async putFile(key: string, path: string): Promise<void> {
    const target = await this.#prepare(key);
    // A rename is atomic and free, but only within one file system.
    await rename(path, target).catch(async () => {
      await copyFile(path, target);
      await rm(path, { force: true });
    });
  }

  async putText(key: string, body: string): Promise<void> {
    const target = await this.#prepare(key);
    await Bun.write(`${target}.part`, body);
    await rename(`${target}.part`, target);
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
      await rm(`${this.#path(key)}.part`, { force: true });
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

  async #prepare(key: string): Promise<string> {
    const target = this.#path(key);
    await mkdir(dirname(target), { recursive: true });
    return target;
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
