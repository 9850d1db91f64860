/**
 * Every failure the engine speaks of, by name. The names are stable: clients switch on them.
 * `http/error.ts` alone maps a code to an HTTP status.
 */
export type ErrorCode =
  | "invalid_request"
  | "invalid_json"
  | "no_file"
  | "empty_file"
  | "invalid_file_name"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "workspace_not_found"
  | "document_not_found"
  | "conversation_not_found"
  | "message_not_found"
  | "member_not_found"
  | "participant_not_found"
  | "not_a_member"
  | "last_owner"
  | "device_not_found"
  | "job_not_found"
  | "job_not_failed"
  | "not_parsed_yet"
  | "document_busy"
  | "file_too_large"
  | "request_too_large"
  | "unsupported_type"
  | "range_not_satisfiable"
  | "too_many_requests"
  | "unavailable"
  | "lease_lost"
  | "parse_failed"
  | "answer_failed"
  | "embedding_failed"
  | "push_failed"
  | "internal_error";

/** A failure with a stable code and one sentence that a person can act on. */
export class AppError extends Error {
  override readonly name = "AppError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A failure that no retry can mend: its job stops at once. */
export class PermanentError extends AppError {
  readonly permanent = true;
}

/** A failure after which a call, or a job, is not to be tried again before `retryAfterMs`. */
export class DeferredError extends AppError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(code, message);
  }
}

/** Nothing that a job could help: it is queued again at no cost to it, but not before `retryAfterMs`. */
export class PostponedError extends DeferredError {
  readonly postponed = true;
}

/** One sentence for an unknown thrown value; used in logs and in a job's `error_message`. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Marks a switch as total: a new case that is not handled fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
