import { AppError, type ErrorCode, PermanentError } from "../../error.ts";

/** A failure on its way between a parser and its parent, as JSON. */
export interface ParseFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly permanent: boolean;
  /** What it came of, for the log; nobody is shown it. */
  readonly origin?: string;
}

/** What of a file was left out, on its way to the log, as JSON. */
export interface Report {
  readonly what: string;
  /** What it came of. */
  readonly origin?: string;
}

const FRAMES_MAX = 6;
/** Their messages speak of the program; those of others may quote the document, which no log may. */
const OF_PROGRAM = [TypeError, RangeError, ReferenceError];

export function failureOf(error: unknown): ParseFailure {
  if (!(error instanceof AppError))
    return {
      code: "parse_failed",
      message: "Reading the file failed unexpectedly.",
      permanent: false,
      ...originOf(error),
    };
  const { code, message, cause } = error;
  const permanent = error instanceof PermanentError;
  return { code, message, permanent, ...(cause === undefined ? {} : originOf(cause)) };
}

/** @param what a sentence that quotes nothing of the document */
export function reportOf(what: string, cause: unknown): Report {
  return { what, ...(cause === undefined ? {} : originOf(cause)) };
}

export function errorOf({ code, message, permanent, origin }: ParseFailure): AppError {
  const options = origin === undefined ? {} : { cause: origin };
  return new (permanent ? PermanentError : AppError)(code, message, options);
}

function originOf(error: unknown): Pick<ParseFailure, "origin"> {
  if (!(error instanceof Error)) return { origin: typeof error };
  const isOfProgram = OF_PROGRAM.some((kind) => error instanceof kind);
  const what = isOfProgram ? `${error.name}: ${error.message}` : error.name;
  const frames = error.stack?.match(/^[ \t]+at .*$/gm) ?? [];
  return { origin: [what, ...frames.slice(0, FRAMES_MAX)].join("\n") };
}
