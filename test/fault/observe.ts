import { readFileSync } from "node:fs";

const PAGE_BYTES = 4_096;
const ESTABLISHED = "01";

/** What a process holds in memory now, as the kernel counts it. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

/**
 * The connections that a process which listens on this port of the loopback still holds, by the ports of the
 * other ends. What it has let go of may linger in the kernel, and then belongs to nobody.
 */
export function heldConnections(port: number): ReadonlySet<number> {
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  const held = new Set<number>();
  for (const row of rows) {
    const [, local, remote, state, , , , , , inode] = row.trim().split(/\s+/);
    if (portOf(local) === port && (state === ESTABLISHED || Number(inode) > 0))
      held.add(portOf(remote));
  }
  return held;
}

/** `0100007F:1F90`: the address and the port, in hexadecimal digits. */
function portOf(end = ""): number {
  return Number.parseInt(end.split(":")[1] ?? "", 16);
}
