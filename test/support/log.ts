import type { Engine } from "./engine.ts";

/** A line of the log, as a machine reads it. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string };

/** The lines that a process has logged so far. */
export function logOf(engine: Engine): LogLine[] {
  return engine
    .stdout()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine);
}
