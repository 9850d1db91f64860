import {
  type ContextLocalStorage,
  configureSync,
  getAnsiColorFormatter,
  getConsoleSink,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
  type LogRecord,
} from "@logtape/logtape";
import type { LogLevel } from "./config.ts";
import { messageOf } from "./error.ts";
import { currentTrace, within } from "./trace.ts";

const ROOT = "rag-engine";

const toJson = getJsonLinesFormatter({ message: "rendered", properties: "flatten" });
const toColours = getAnsiColorFormatter();
/** LogTape adds to each line what is being worked at. */
const TRACE: ContextLocalStorage<Record<string, unknown>> = {
  run: within,
  getStore: () => currentTrace() as Record<string, unknown> | undefined,
};

/** Lines of JSON for machines, readable ones for a terminal. Tokens and document text never go in. */
export function configureLog(level: LogLevel, { readable }: { readable: boolean }): void {
  const formatter = readable ? readableLine : (record: LogRecord) => toJson(discreet(record));
  configureSync({
    reset: true,
    contextLocalStorage: TRACE,
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

function readableLine(record: LogRecord): string {
  const { request_id } = record.properties;
  const line = toColours(record);
  return typeof request_id === "string" ? line.replace(/\n$/, ` [${request_id}]\n`) : line;
}

/** An error brings along what it was about: a row of the database, a body that was sent. */
function discreet(record: LogRecord): LogRecord {
  const { error } = record.properties;
  if (!(error instanceof Error)) return record;
  return { ...record, properties: { ...record.properties, error: outlineOf(error) } };
}

interface Outline {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: Outline;
}

function outlineOf(error: Error): Outline {
  const { name, message, stack, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const deeper = cause instanceof Error ? { cause: outlineOf(cause) } : {};
  return { name, ...code, message, stack, ...deeper };
}

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
