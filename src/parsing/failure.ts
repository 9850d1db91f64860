import { AppError, type ErrorCode, messageOf, PermanentError } from "../error.ts";

/** A failure on its way between a parser and its parent, as JSON. */
export interface ParseFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly permanent: boolean;
}

export function failureOf(error: unknown): ParseFailure {
  if (error instanceof AppError) {
    const permanent = error instanceof PermanentError;
    return { code: error.code, message: error.message, permanent };
  }
  return {
    code: "parse_failed",
    message: `The file cannot be read: ${messageOf(error)}`,
    permanent: false,
  };
}

export function errorOf({ code, message, permanent }: ParseFailure): AppError {
  return new (permanent ? PermanentError : AppError)(code, message);
}
