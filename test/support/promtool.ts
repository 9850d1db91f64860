import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./child.ts";

const ROOT = join(import.meta.dir, "../..");

/** Runs promtool on files of `deploy`. @returns what it said if it found a fault, else nothing */
export async function promtool(...args: string[]): Promise<string | undefined> {
  const fetched = join(ROOT, ".tools/promtool");
  const program = existsSync(fetched) ? fetched : Bun.which("promtool");
  if (!program) throw new Error("No promtool: ./dev test fetches it.");
  const child = spawnChild({ cmd: [program, ...args], cwd: join(ROOT, "deploy") });
  const code = await child.exited;
  await child.drained;
  return code === 0 ? undefined : child.logs();
}
