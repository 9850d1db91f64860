import type postgres from "postgres";

/** Besides what the client knows by itself, a parameter may be an array of these. */
type ArrayTypes = Record<string, readonly (string | number)[]>;

/** A pool or a transaction: what a query needs. Stores take this, so that a verb decides the scope. */
export type Sql = postgres.ISql<ArrayTypes>;

/** The pool itself: only it can open a transaction. */
export type Database = postgres.Sql<ArrayTypes>;

/** Anything that JSON can carry, for `jsonb` columns. */
export type Json = postgres.JSONValue;

/** A part of a statement, made with the same tag, to be put into another. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;
