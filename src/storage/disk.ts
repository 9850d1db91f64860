import { open } from "node:fs/promises";

/** Whatever has not been synced may be gone after a power cut, be it renamed, closed or read again. */
export interface Disk {
  /** Returns once the file's bytes are on the disk. */
  readonly syncFile: (path: string) => Promise<void>;
  /** Returns once the names in the folder are on the disk; one that is gone has none. */
  readonly syncFolder: (path: string) => Promise<void>;
}

export const DISK: Disk = {
  syncFile: async (path) => {
    await using file = await open(path, "r+");
    await file.datasync();
  },
  syncFolder: async (path) => {
    await using folder = await open(path, "r").catch(unlessGone);
    await folder?.sync();
  },
};

function unlessGone(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** Syncs folders. Those who ask while one is being synced share its next sync, as the first may have come too early. */
export class FolderSyncs {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(private readonly syncFolder: Disk["syncFolder"]) {}

  sync(path: string): Promise<void> {
    const running = this.#running.get(path);
    if (!running) return this.#start(path);
    const next = this.#next.get(path) ?? this.#startAfter(running, path);
    this.#next.set(path, next);
    return next;
  }

  #start(path: string): Promise<void> {
    const sync = this.syncFolder(path).finally(() => this.#running.delete(path));
    this.#running.set(path, sync);
    return sync;
  }

  async #startAfter(running: Promise<void>, path: string): Promise<void> {
    await running.catch(() => undefined);
    this.#next.delete(path);
    await this.#start(path);
  }
}
