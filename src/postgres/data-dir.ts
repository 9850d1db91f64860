import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../error.ts";

/** A hold on DATA_DIR. The kernel lets go of it when the process dies, however it dies. */
export interface DataDirLock {
  release(): void;
}

/** A lock that nobody refers to could be collected, and so let go of. */
const held = new Set<Database>();

/**
 * Takes DATA_DIR (made if it is missing, closed to other users) for this process.
 * @throws AppError `unavailable` naming the process that has it
 */
export function lockDataDir(dataDir: string): DataDirLock {
  ownDataDir(dataDir);
  // SQLite's exclusive lock is a lock of the kernel's: neither a killed process nor one that happens
  // to get its number later can seem to hold it, as with a file that only contains a pid.
  const lock = new Database(join(dataDir, "lock"));
  const pidFile = join(dataDir, "pid");
  try {
    lock.run("PRAGMA locking_mode = EXCLUSIVE");
    lock.run("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!(error instanceof SQLiteError) || error.code !== "SQLITE_BUSY") throw error;
    throw new AppError(
      "unavailable",
      `DATA_DIR ${dataDir} is in use by ${holder(pidFile)}; stop it, or set another DATA_DIR.`,
      { cause: error },
    );
  }
  held.add(lock);
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
      held.delete(lock);
    },
  };
}

/** Makes DATA_DIR if it is missing, and closes it to other users: secrets and documents lie in it. */
export function ownDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
}

function holder(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, "utf8").trim()}`;
  } catch {
    return "another process"; // It has the lock and is about to write its pid.
  }
}
