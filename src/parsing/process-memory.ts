import { readFileSync, writeFileSync } from "node:fs";

/** The kernel, short of memory, kills what has this score first. */
const OOM_SCORE_ADJ_MAX = "1000";
const MEMORY_POLL_MS = 100;

/** Memory a process has resident, in MiB; undefined where /proc does not tell, or when it has ended. */
export function residentMb(pid: number): number | undefined {
  try {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}

/**
 * Looks again and again at how much memory a process has.
 * @param resident in MiB; undefined where nothing tells
 * @returns what ends the watch
 */
export function watchMemory(
  resident: () => number | undefined,
  limitMb: number,
  onExceeded: () => void,
): () => void {
  const poll = setInterval(() => {
    if ((resident() ?? 0) > limitMb) onExceeded();
  }, MEMORY_POLL_MS);
  return () => clearInterval(poll);
}

/** Makes a process the first that the kernel kills when memory runs out, instead of its parent. */
export function volunteerForOom(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, OOM_SCORE_ADJ_MAX);
  } catch {
    // Not Linux, or already gone.
  }
}
