import { join } from "node:path";
import { type Child, spawnChild } from "../../support/child.ts";
import { eventually } from "../../support/eventually.ts";

const TIMEOUT_MS = 120_000;

/** Starts a program of this folder, which takes its plan as JSON. */
export function startProgram(name: string, plan: unknown): Child {
  const cmd = [process.execPath, join(import.meta.dir, `${name}.ts`), JSON.stringify(plan)];
  return spawnChild({ cmd });
}

/** Waits until a program has written this word. */
export async function untilSaid(child: Child, word: string): Promise<void> {
  const said = () => child.hasEnded() || child.stdout().includes(word);
  await eventually(said, { timeoutMs: TIMEOUT_MS });
  if (!child.stdout().includes(word)) throw new Error(`A program ended:\n${child.logs()}`);
}

/** Runs a program to its end. @returns what it wrote, from JSON */
export async function runProgram<T>(name: string, plan: unknown): Promise<T> {
  const child = startProgram(name, plan);
  const code = await child.exited;
  await child.drained;
  if (code !== 0) throw new Error(`The program ${name} failed:\n${child.logs()}`);
  return JSON.parse(child.stdout()) as T;
}
