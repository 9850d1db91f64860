import { readFileSync } from "node:fs";
import { childrenOf } from "../support/process-tree.ts";

/**
 * Resident memory of a process and all its children, in bytes: the sum of their proportional shares, so
 * that pages which they share count once.
 */
export function memoryOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  return childrenOf(pid).reduce((sum, child) => sum + memoryOf(child), own);
}

/** The kernel counts processor time in hundredths of a second. */
const TICK_MS = 10;

/** Processor time that a process has used, in milliseconds. */
export function processorMs(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Processor time that its children and theirs have used, in milliseconds, those that have ended included. */
export function childrenMs(pid: number): number {
  const fields = statOf(pid);
  const ended = (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  return childrenOf(pid).reduce((sum, child) => sum + familyMs(child), ended);
}

/** Processor time of a process and all its children, in milliseconds. */
export function familyMs(pid: number): number {
  try {
    return processorMs(pid) + childrenMs(pid);
  } catch {
    return 0; // A child that ended just now counts with its parent's.
  }
}

function statOf(pid: number): string[] {
  // The name, in parentheses, may contain anything.
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}
