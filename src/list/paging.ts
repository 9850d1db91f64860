import { AppError } from "../error.ts";
import { parseCursor, type Position } from "../event/event.ts";
import { isUuid } from "../uuid.ts";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

/** A row's place in a list: when it was made, in microseconds since 1970, then its id. */
export interface Place {
  readonly micros: string;
  readonly id: string;
}

/** From where on something counts as changed: a place in the event log, or an instant. */
export type Since =
  | { readonly kind: "log"; readonly position: Position }
  | { readonly kind: "instant"; readonly at: Date };

/** Which part of a list is asked for. */
export interface Paging {
  /** Rows at most. */
  readonly limit: number;
  /** The last row of the page before. */
  readonly after?: Place;
  readonly since?: Since;
}

/**
 * Reads `limit`, `cursor` and `since` of a query.
 * @throws AppError `invalid_request` that says what is wrong with which
 */
export function readPaging(query: Readonly<Record<string, unknown>>): Paging {
  const { limit, cursor, since } = query;
  return {
    limit: limit === undefined ? LIMIT_DEFAULT : parseLimit(limit),
    ...(cursor === undefined ? {} : { after: parsePlace(cursor) }),
    ...(since === undefined ? {} : { since: parseSince(since) }),
  };
}

export type Order = "asc" | "desc";

/**
 * Reads `order` of a query.
 * @throws AppError `invalid_request`
 */
export function readOrder({ order }: Readonly<Record<string, unknown>>, otherwise: Order): Order {
  if (order === undefined) return otherwise;
  if (order === "asc" || order === "desc") return order;
  throw invalid("The parameter 'order' must be 'asc' or 'desc'.");
}

function parseLimit(text: unknown): number {
  const limit = typeof text === "string" && /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LIMIT_MAX)
    throw invalid(`The parameter 'limit' must be a number from 1 to ${LIMIT_MAX}.`);
  return limit;
}

/** A place as clients hold it: they send it back, and read nothing out of it. */
export function formatPlace({ micros, id }: Place): string {
  return Buffer.from(`${micros}.${id}`).toString("base64url");
}

function parsePlace(cursor: unknown): Place {
  const [micros = "", id, ...more] = decode(cursor).split(".");
  if (!/^-?\d{1,16}$/.test(micros) || !isUuid(id) || more.length > 0)
    throw invalid("The parameter 'cursor' must be the 'next_cursor' of an earlier page.");
  return { micros, id };
}

function decode(cursor: unknown): string {
  return typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString("latin1") : "";
}

/** Outside of these years JavaScript writes an instant in a way that the database does not read. */
const EARLIEST_MS = Date.parse("0001-01-01T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T23:59:59.999Z");
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function parseSince(since: unknown): Since {
  const text = typeof since === "string" ? since : "";
  const position = parseCursor(text);
  if (position) return { kind: "log", position };
  // The plus of a zone comes as a blank from clients that do not escape it.
  const instant = text.replace(/ (?=\d\d:\d\d$)/, "+");
  const at = new Date(instant);
  // No comparison holds for the NaN of what is no instant.
  const inRange = at.getTime() >= EARLIEST_MS && at.getTime() <= LATEST_MS;
  if (!INSTANT.test(instant) || !inRange)
    throw invalid("The parameter 'since' must be an event's id or an instant with its zone.");
  return { kind: "instant", at };
}

/** A page of rows, of which one more than asked for was read if there are more. */
export function cutPage<R>(rows: readonly R[], limit: number): { rows: R[]; last: R | undefined } {
  const page = rows.slice(0, limit);
  return { rows: page, last: rows.length > limit ? page.at(-1) : undefined };
}

function invalid(sentence: string): AppError {
  return new AppError("invalid_request", sentence);
}
