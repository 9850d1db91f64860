import { AppError, PermanentError } from "../../error.ts";
import type { Death } from "./parser-process.ts";

/** Signals by which a process falls over its own fault. */
const CRASH_SIGNALS = new Set([
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGTRAP",
  "SIGFPE",
  "SIGSYS",
]);

/** The limits of a parser, for the sentences that speak of them. */
export interface ParserLimits {
  readonly memoryLimitMb: number;
  readonly deadlineSeconds: number;
}

/** What follows from a parser's death over a document: once more with a fresh parser, or this error. */
export type Verdict = "again" | AppError;

/**
 * Judges whose fault a parser's death was.
 *
 * The document's: it took too much memory or time, or crashed two parsers. Then no retry can mend it.
 * Anybody else's: the parser was killed from outside, or did not even start. Then the job is retried later.
 *
 * @param deaths how many parsers have died over this document, this one included
 */
export function verdictOn(death: Death, deaths: number, limits: ParserLimits): Verdict {
  switch (death.reason) {
    case "memory":
      return permanent(
        `Reading the file takes more than ${limits.memoryLimitMb} MB of memory; split it, and upload the parts.`,
      );
    case "deadline":
      return permanent(
        `Reading the file takes longer than ${limits.deadlineSeconds} seconds; split it, and upload the parts.`,
      );
    case "stopped":
      return new AppError("parse_failed", "Reading the file was interrupted.");
    case undefined:
      break;
  }
  if (death.ready && !death.delivered) return deaths < 2 ? "again" : notStarted();
  if (!death.ready) return notStarted();
  if (!isCrash(death))
    return new AppError("parse_failed", "Reading the file was stopped from outside.");
  return deaths < 2
    ? "again"
    : permanent("The file is damaged, or not what it seems: reading it crashes.");
}

function notStarted(): AppError {
  return new AppError("parse_failed", "The parser could not be started.");
}

/** Whether the process fell by itself rather than by somebody's kill. */
function isCrash({ signal }: Death): boolean {
  return signal === null || CRASH_SIGNALS.has(signal);
}

function permanent(sentence: string): PermanentError {
  return new PermanentError("parse_failed", sentence);
}
