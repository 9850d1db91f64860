import { join } from "node:path";

/** Loads a peer from the benchmarks' own packages, which a checkout may not have installed. */
export async function loadPeer(file: string): Promise<unknown> {
  return await import(join(import.meta.dir, "node_modules", file));
}
