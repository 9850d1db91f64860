import { AppError, DeferredError, type ErrorCode, messageOf } from "../error.ts";
import { logger } from "../log.ts";
import { isConflict, isOutage } from "../postgres/outage.ts";

/** The one place where a code becomes a status. */
const STATUS = {
  invalid_request: 422,
  invalid_json: 400,
  no_file: 400,
  empty_file: 400,
  invalid_file_name: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  workspace_not_found: 404,
  document_not_found: 404,
  conversation_not_found: 404,
  message_not_found: 404,
  member_not_found: 404,
  participant_not_found: 404,
  not_a_member: 422,
  last_owner: 409,
  device_not_found: 404,
  job_not_found: 404,
  job_not_failed: 409,
  not_parsed_yet: 409,
  document_busy: 409,
  file_too_large: 413,
  request_too_large: 413,
  unsupported_type: 415,
  range_not_satisfiable: 416,
  too_many_requests: 429,
  unavailable: 503,
  lease_lost: 409,
  parse_failed: 422,
  answer_failed: 503,
  embedding_failed: 503,
  push_failed: 503,
  internal_error: 500,
} as const satisfies Record<ErrorCode, number>;

const RETRY_AFTER_SECONDS = 2;

/** @param thrown whatever a handler or Elysia threw; `code` is Elysia's name for it */
export function errorResponse(thrown: unknown, code: string | number): Response {
  const error = toAppError(thrown, code);
  const status = STATUS[error.code];
  return Response.json(
    { detail: error.message, code: error.code },
    {
      status,
      headers: {
        ...(status === 503 || status === 429 ? { "retry-after": retryAfter(error) } : {}),
        ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      },
    },
  );
}

/** In whole seconds: whoever waits so long has waited long enough. */
function retryAfter(error: AppError): string {
  const seconds =
    error instanceof DeferredError ? Math.ceil(error.retryAfterMs / 1000) : RETRY_AFTER_SECONDS;
  return String(seconds);
}

function toAppError(thrown: unknown, code: string | number): AppError {
  if (thrown instanceof AppError) return thrown;
  if (code === "NOT_FOUND") return new AppError("not_found", "There is nothing at this address.");
  if (code === "VALIDATION") return new AppError("invalid_request", validationSentence(thrown));
  if (code === "PARSE") return parseError(thrown);
  if (isOutage(thrown))
    return new AppError("unavailable", "The database cannot be reached; please try again.");
  if (isConflict(thrown))
    return new AppError("unavailable", "Somebody else is changing this; please try again.");
  logger("http").error(`A request failed: ${messageOf(thrown)}`, { error: thrown });
  if (isDiskFull(thrown))
    return new AppError("unavailable", "There is no room left for files; please try again later.");
  return new AppError("internal_error", "Something went wrong on our side.");
}

function isDiskFull(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    "code" in thrown &&
    ["ENOSPC", "EDQUOT"].includes(String(thrown.code))
  );
}

/** Elysia wraps what its parsers throw. */
function parseError(thrown: unknown): AppError {
  if (thrown instanceof Error && thrown.cause instanceof AppError) return thrown.cause;
  return new AppError("invalid_json", "The body is not valid JSON.");
}

interface FaultySchema {
  readonly anyOf?: readonly (FaultySchema & { readonly const?: unknown })[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly type?: string;
  readonly maxItems?: number;
  readonly format?: string;
}

interface Fault {
  readonly path?: string;
  readonly message?: string;
  readonly schema?: FaultySchema;
}

/** Names the first field at fault and what it should be. */
function validationSentence(thrown: unknown): string {
  const fault = firstFault(thrown);
  const field = fault?.path?.replace(/^\//, "").replaceAll("/", ".") ?? "";
  const expected = expectationIn(fault?.schema ?? {});
  const message = fault?.message ?? "";
  if (message === "Unexpected property") return `The field '${field}' is not known.`;
  const isMissing = message === "Expected required property";
  const wrong =
    field === ""
      ? "The request is not as documented"
      : `The field '${field}' is ${isMissing ? "missing" : "not valid"}`;
  const told = expected ?? (isMissing ? "" : message.replace(/^Expected/, "expected"));
  return told ? `${wrong}: ${told}.` : `${wrong}.`;
}

function expectationIn(schema: FaultySchema): string | undefined {
  if (schema.format === "uuid") return "expected a UUID";
  const own = choice(schema) ?? range(schema) ?? length(schema) ?? kind(schema);
  // What may also be null is a union.
  return own ?? schema.anyOf?.map(expectationIn).find((each) => each !== undefined);
}

/** What may be written, where only some words may. */
function choice({ anyOf = [] }: FaultySchema): string | undefined {
  const words = anyOf.map((each) => each.const);
  if (words.length === 0 || !words.every((word) => typeof word === "string")) return undefined;
  return `expected one of ${words.map((word) => `'${word}'`).join(", ")}`;
}

/** A number may be written as text, which makes a union of it. */
function range({ minimum, maximum }: FaultySchema): string | undefined {
  if (minimum === undefined || maximum === undefined) return undefined;
  return `expected a whole number from ${minimum} to ${maximum}`;
}

function length({ minLength = 0, maxLength }: FaultySchema): string | undefined {
  if (maxLength === undefined) return undefined;
  return `expected a text of ${minLength} to ${maxLength} characters`;
}

function kind({ type, maxItems }: FaultySchema): string | undefined {
  if (type === "object") return "expected an object";
  if (type === "boolean") return "expected true or false";
  if (type !== "array") return undefined;
  return maxItems === undefined ? "expected a list" : `expected a list of at most ${maxItems}`;
}

function firstFault(thrown: unknown): Fault | undefined {
  if (typeof thrown !== "object" || thrown === null || !("all" in thrown)) return undefined;
  const faults = thrown.all;
  return Array.isArray(faults) ? (faults[0] as Fault | undefined) : undefined;
}
