import { isConflict } from "./outage.ts";
import type { Database, Sql } from "./sql.ts";

/**
 * A client that falls silent in the middle of a transaction holds its row locks, which hide its jobs from
 * the rescue, and holds up the event log for everybody. The server cuts it off after this time: shorter
 * than any lease, longer than a living process computes between two statements.
 */
const SILENCE_MAX_MS = 10_000;

/** A delete takes a document and then its jobs, a job its own row and then the document: one of two yields. */
const ATTEMPTS_MAX = 4;

/**
 * Runs a transaction, or a statement that is one by itself, and again if it lost against another.
 * @param work touches nothing but the database
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isConflict(error)) throw error;
    }
  }
}

/** Runs `work` in one transaction. @throws what `work` throws, or what cut the connection */
export async function inTransaction<T>(sql: Database, work: (tx: Sql) => Promise<T>): Promise<T> {
  return await begin(sql, "", work);
}

/** Reads with several statements what was true at one moment. @throws as above */
export async function inSnapshot<T>(sql: Database, read: (tx: Sql) => Promise<T>): Promise<T> {
  return await begin(sql, "isolation level repeatable read read only", read);
}

async function begin<T>(sql: Database, options: string, work: (tx: Sql) => Promise<T>): Promise<T> {
  const link: Link = { cut: false };
  try {
    const result = await sql.begin(options, (tx) => {
      // Goes out with the first statement of the work. The embedded database has no client but this process,
      // and would not survive such a timeout.
      if (!sql.options.path)
        void tx
          .unsafe(`set local idle_in_transaction_session_timeout = ${SILENCE_MAX_MS}`)
          .execute();
      return whileLinked(work(linked(tx, link)), link);
    });
    return result as T;
  } catch (error) {
    link.cut = true;
    throw error;
  }
}

/** Whether the transaction's connection still is its own; the client gives it to the next one soon. */
interface Link {
  cut: boolean;
}

/** The same transaction, but once its connection is gone no statement is sent any more. */
function linked(tx: Sql, link: Link): Sql {
  return new Proxy(tx, {
    apply: (statement, _this, given: Parameters<Sql>) => {
      if (link.cut) throw new Error("The transaction's connection is gone.");
      return statement(...given);
    },
  });
}

/** What comes of the work; nothing at all once the connection is gone, or the client would roll back on it. */
async function whileLinked<T>(work: Promise<T>, link: Link): Promise<T> {
  const never = new Promise<never>(() => undefined);
  try {
    const result = await work;
    return link.cut ? await never : result;
  } catch (error) {
    // A statement fails a moment before its connection's end is told.
    await new Promise((resolve) => setImmediate(resolve));
    if (link.cut) return await never;
    throw error;
  }
}
