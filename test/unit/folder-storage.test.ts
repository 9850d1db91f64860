import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Disk, FolderSyncs } from "../../src/storage/disk.ts";
import { FolderStorage } from "../../src/storage/folder-storage.ts";
import { temporaryFolder } from "../support/folder.ts";

/** Remembers what has been synced, by inode: all that a power cut leaves. */
class Survivors implements Disk {
  readonly #contents = new Map<number, string>();
  readonly #names = new Map<number, ReadonlyMap<string, number>>();

  syncFile = async (path: string): Promise<void> => {
    await breath();
    this.#contents.set(statSync(path).ino, readFileSync(path, "utf8"));
  };

  syncFolder = async (path: string): Promise<void> => {
    const names = readdirSync(path).map((name) => [name, statSync(join(path, name)).ino] as const);
    this.#names.set(statSync(path).ino, new Map(names));
    await breath();
  };

  /** A file's content, found from the folder that was there before. */
  read(from: string, path: string): string | undefined {
    let inode: number | undefined = statSync(from).ino;
    for (const name of path.split("/"))
      inode = inode === undefined ? undefined : this.#names.get(inode)?.get(name);
    return inode === undefined ? undefined : this.#contents.get(inode);
  }
}

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A storage whose folder does not exist yet. */
function open() {
  const survivors = new Survivors();
  const root = join(temporaryFolder("storage"), "files");
  const put = async (key: string) => {
    const received = join(dirname(root), crypto.randomUUID());
    writeFileSync(received, `The file ${key}.`);
    await storage.putFile(key, received);
  };
  const storage = new FolderStorage(root, survivors);
  const after = (key: string) => survivors.read(dirname(root), `files/${key}`);
  return { root, storage, put, afterPowerCut: after };
}

test("a file that has been put survives a power cut, with the folders on its way", async () => {
  const { put, storage, afterPowerCut } = open();
  await put("workspace/w/document/d/f.txt");
  expect(afterPowerCut("workspace/w/document/d/f.txt")).toBe(
    "The file workspace/w/document/d/f.txt.",
  );
  await storage.putText("workspace/w/document/d/f.json", "{}");
  expect(afterPowerCut("workspace/w/document/d/f.json")).toBe("{}");
});

test("so do files that are put at once, each from the moment that its own call returns", async () => {
  const { put, afterPowerCut } = open();
  const keys = Array.from({ length: 40 }, (_, at) => `workspace/${at % 3}/document/${at}/f`);
  const survived = await Promise.all(
    keys.map(async (key) => {
      await put(key);
      return afterPowerCut(key);
    }),
  );
  expect(survived).toEqual(keys.map((key) => `The file ${key}.`));
});

test("so does a file in folders that were removed and made anew", async () => {
  const { put, storage, afterPowerCut } = open();
  await put("workspace/w/document/1/f");
  await storage.removePrefix("workspace/w/");
  await put("workspace/w/document/2/f");
  expect(afterPowerCut("workspace/w/document/2/f")).toBe("The file workspace/w/document/2/f.");
});

test("a file that the disk did not take is not put, and goes with its key", async () => {
  const broken = () => Promise.reject(new Error("The disk is full."));
  const root = join(temporaryFolder("storage"), "files");
  const storage = new FolderStorage(root, { syncFile: broken, syncFolder: () => breath() });
  await expect(storage.putText("w/d/f", "text")).rejects.toThrow("The disk is full.");
  await expect(storage.read("w/d/f")).rejects.toThrow("does not exist");
  await storage.remove(["w/d/f"]);
  expect(readdirSync(root)).toEqual([]);
});

test("whoever asks while a folder is being synced shares the next sync, not the one under way", async () => {
  const started: PromiseWithResolvers<void>[] = [];
  const syncs = new FolderSyncs(() => {
    const sync = Promise.withResolvers<void>();
    started.push(sync);
    return sync.promise;
  });
  const first = syncs.sync("folder");
  const others = [syncs.sync("folder"), syncs.sync("folder")];
  expect(started).toHaveLength(1);
  started[0]?.reject(new Error("Not this time."));
  await expect(first).rejects.toThrow("Not this time.");
  await breath();
  expect(started).toHaveLength(2);
  started[1]?.resolve();
  await Promise.all(others);
  expect(started).toHaveLength(2);
});
