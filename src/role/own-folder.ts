import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Running } from "./running.ts";

/**
 * An empty folder of this process's own within `parent`. What dead processes left beside it belongs to no
 * work any more and is removed, also from one of the same pid: in a container every start has the same.
 */
export async function ownFolder(parent: string, running: Running): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const pid of await readdir(parent))
    if (Number(pid) === process.pid || !isAlive(Number(pid)))
      await rm(join(parent, pid), { recursive: true, force: true });
  const own = join(parent, String(process.pid));
  await mkdir(own, { recursive: true });
  running.keep(own, () => rm(own, { recursive: true, force: true }));
  return own;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
