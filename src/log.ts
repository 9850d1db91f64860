import {
  ansiColorFormatter,
  configureSync,
  getConsoleSink,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
} from "@logtape/logtape";
import type { LogLevel } from "./config.ts";
import { messageOf } from "./error.ts";

const ROOT = "rag-engine";

/** Lines of JSON for machines, readable ones for a terminal. Tokens and document text never go in. */
export function configureLog(level: LogLevel, { readable }: { readable: boolean }): void {
  const formatter = readable
    ? ansiColorFormatter
    : getJsonLinesFormatter({ categorySeparator: ".", message: "rendered" });
  configureSync({
    reset: true,
    sinks: { stdout: getConsoleSink({ formatter, levelMap: ALL_TO_STDOUT }) },
    loggers: [
      { category: ROOT, lowestLevel: level, sinks: ["stdout"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["stdout"] },
    ],
  });
}

const ALL_TO_STDOUT = {
  trace: "log",
  debug: "log",
  info: "log",
  warning: "log",
  error: "log",
  fatal: "log",
} as const;

export function logger(part: string): Logger {
  return getLogger([ROOT, part]);
}

/** Runs a callback whose failure must not end its caller's loop; what it throws is logged. */
export function guard(what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    logger("engine").error(`Could not handle ${what}: ${messageOf(error)}`);
  }
}
