/** What postgres.js and the server say when the database is away, restarting, or full of connections. */
const OUTAGE_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "25P03",
  "53300",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "08003",
]);

/** Deadlock, serialization failure: the server undid the whole transaction, and the next attempt gets through. */
const CONFLICT_CODES = new Set(["40P01", "40001"]);

/** Whether a transaction lost against another one and may simply be run again. */
export function isConflict(error: unknown): boolean {
  return CONFLICT_CODES.has(codeOf(error));
}

/** Whether an error means that the database cannot be reached now, rather than that it said no. */
export function isOutage(error: unknown): boolean {
  return OUTAGE_CODES.has(codeOf(error));
}

/** Whether the database has none of the engine's tables. */
export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === "42P01";
}

function codeOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}
