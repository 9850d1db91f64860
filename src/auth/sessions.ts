import { messageOf } from "../error.ts";
import { logger } from "../log.ts";
import { isOutage } from "../postgres/outage.ts";
import type { Sql } from "../postgres/sql.ts";
import { sleep } from "../service.ts";
import { isUuid } from "../uuid.ts";

/** How long an answer is taken for true. */
const KNOWN_MS = 10_000;
const KNOWN_MAX = 10_000;
/** A database that takes longer is as good as away. */
const ASK_MS = 2_000;

interface Known {
  readonly ended: Promise<boolean>;
  readonly askedAt: number;
}

interface Batch {
  readonly ids: Set<string>;
  readonly ended: Promise<ReadonlySet<string>>;
}

/** Tells which sessions of the identity provider were ended before their tokens expire. */
export class Sessions {
  readonly #known = new Map<string, Known>();
  readonly #log = logger("auth");
  #next: Batch | undefined;
  #asking: Promise<unknown> = Promise.resolve();
  #failing = false;

  constructor(private readonly sql: Sql) {}

  /** As of a few seconds ago. While the database is away no session counts as ended. */
  async isEnded(id: string): Promise<boolean> {
    const known = this.#known.get(id);
    if (known && performance.now() - known.askedAt < KNOWN_MS) return await known.ended;
    const ended = this.#askWithOthers(id);
    this.#remember(id, { ended, askedAt: performance.now() });
    return await ended;
  }

  /**
   * Those of `ids` that have ended, as of now; none while the database is away.
   * @param ids as many as there may be sockets of one process
   */
  async ended(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const answered = new AbortController();
    try {
      const tooLate = sleep(ASK_MS, answered.signal).then(() => {
        throw new Error(`no answer within ${ASK_MS} ms`);
      });
      const ended = await Promise.race([endedSessions(this.sql, ids), tooLate]);
      if (this.#failing) this.#log.info("Ended sessions can be seen again.");
      this.#failing = false;
      return ended;
    } catch (error) {
      if (!isOutage(error)) this.#failed(error);
      return new Set();
    } finally {
      answered.abort();
    }
  }

  /** Told once; of an outage the process tells already. */
  #failed(error: unknown): void {
    if (!this.#failing) this.#log.warn(`Ended sessions cannot be seen: ${messageOf(error)}`);
    this.#failing = true;
  }

  /** One query at a time; whoever comes while it runs goes with the next one. */
  async #askWithOthers(id: string): Promise<boolean> {
    this.#next ??= this.#newBatch();
    this.#next.ids.add(id);
    return (await this.#next.ended).has(id);
  }

  #newBatch(): Batch {
    const ids = new Set<string>();
    const ended = this.#asking.then(() => {
      this.#next = undefined;
      return this.ended([...ids]);
    });
    this.#asking = ended;
    return { ids, ended };
  }

  #remember(id: string, known: Known): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    if (this.#known.size <= KNOWN_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Refuses a session from now on: its tokens, and its open sockets within seconds. */
export async function revokeSession(sql: Sql, id: string): Promise<void> {
  await sql`insert into revoked_sessions (session_id) values (${id}) on conflict do nothing`;
}

async function endedSessions(sql: Sql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const revoked = await sql<{ id: string }[]>`
    select session_id as id from revoked_sessions where session_id = any(${ids}::text[])`;
  const ended = new Set(revoked.map(({ id }) => id));
  if (!(await hasProviderSessions(sql))) return ended;
  const alive = await sql<{ id: string }[]>`
    select id::text as id from auth.sessions where id = any(${ids.filter(isUuid)}::uuid[])`;
  const living = new Set(alive.map(({ id }) => id));
  for (const id of ids) if (!living.has(id.toLowerCase())) ended.add(id);
  return ended;
}

/**
 * Whether this is the database of Supabase itself, whose sign-out deletes the row of a session. A role that
 * may not read it, or from which row security hides the rows, cannot tell by it.
 */
async function hasProviderSessions(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'auth' and c.relname = 'sessions' and c.relkind = 'r'
      and a.attname = 'id' and a.atttypid = 'uuid'::regtype
      and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')
      and not row_security_active(c.oid)`;
  return rows.length > 0;
}
