import { AppError } from "../error.ts";
import type { Fragment, Json, Sql } from "../postgres/sql.ts";
import {
  type Failure,
  type Job,
  type JobKind,
  Lease,
  LIGHT_WEIGHT,
  QUEUE_TOPIC,
  type Verdict,
} from "./job.ts";
import type { Announcer } from "../event/announce.ts";
import type { Audience } from "../event/event.ts";
import { requestField } from "../trace.ts";

interface JobRow {
  readonly kind: JobKind;
  readonly id: string;
  readonly lease_token: string;
  readonly workspace_id: string | null;
  readonly document_id: string | null;
  readonly message_id: string | null;
  readonly user_id: string | null;
  readonly tenant_id: string | null;
  readonly payload: Record<string, unknown>;
  readonly retry_count: number;
  readonly weight?: number;
}

export interface NewJob {
  readonly kind: JobKind;
  readonly workspaceId?: string;
  readonly documentId?: string;
  readonly messageId?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Not before this many seconds from now (0). */
  readonly delaySeconds?: number;
  /** What it takes of a worker's place (1). */
  readonly weight?: number;
}

/**
 * Queues jobs of one transaction; their workers are woken after its commit. Each keeps the request that it is
 * queued for. @returns ids, in order
 */
export async function insertJobs(
  tx: Sql,
  announce: Pick<Announcer, "wake">,
  jobs: readonly NewJob[],
): Promise<string[]> {
  const rows = jobs.map((job) => ({ id: Bun.randomUUIDv7(), ...job }));
  await tx`
    insert into jobs (kind, id, workspace_id, document_id, message_id, payload, next_run_at, weight)
    select kind, id, workspace_id, document_id, message_id, payload,
      now() + make_interval(secs => delay_seconds), weight
    from jsonb_to_recordset(${tx.json(rows.map(toJson))}) as j (kind text, id uuid, workspace_id uuid,
      document_id uuid, message_id uuid, payload jsonb, delay_seconds float8, weight real)`;
  for (const { id, kind, documentId } of wakersOf(rows)) {
    const hint = { job_id: id, ...(documentId ? { document_id: documentId } : {}) };
    announce.wake({ topic: QUEUE_TOPIC[kind], hint });
  }
  return rows.map((row) => row.id);
}

/** Whoever is woken takes as many light jobs as share a place: the first of those wakes for all of them. */
function* wakersOf<Queued extends NewJob>(jobs: readonly Queued[]): Generator<Queued> {
  let free = 0;
  for (const job of jobs) {
    if (job.delaySeconds) continue;
    const { weight = 1 } = job;
    if (weight > free) {
      yield job;
      free = 1;
    }
    free -= weight;
  }
}

function toJson(job: NewJob & { readonly id: string }): Json {
  return {
    kind: job.kind,
    id: job.id,
    workspace_id: job.workspaceId ?? null,
    document_id: job.documentId ?? null,
    message_id: job.messageId ?? null,
    payload: { ...job.payload, ...requestField() } as Json,
    delay_seconds: job.delaySeconds ?? 0,
    weight: job.weight ?? 1,
  };
}

/** Takes up to `limit` due jobs, oldest first, and leases them. Time is the database's. */
export async function claimJobs(
  sql: Sql,
  kind: JobKind,
  limit: number,
  leaseSeconds: number,
): Promise<Job[]> {
  const askedAt = performance.now();
  const rows = await sql<JobRow[]>`
    select kind, id, lease_token, workspace_id, document_id, message_id, payload, retry_count, user_id, tenant_id
    from ${sql(`claim_${QUEUE_TOPIC[kind]}`)}(${limit}, ${leaseSeconds})`;
  return toJobs(rows, askedAt, leaseSeconds);
}

/**
 * The same of a kind whose jobs may be light, until those taken fill `places`. The last one may stand out, so
 * that none is passed over for ever by lighter ones.
 */
export async function claimByWeight(
  sql: Sql,
  kind: "parse" | "ingest",
  places: number,
  leaseSeconds: number,
): Promise<Job[]> {
  const askedAt = performance.now();
  const limit = Math.ceil(places / LIGHT_WEIGHT);
  const rows = await sql<JobRow[]>`
    select kind, id, lease_token, workspace_id, document_id, message_id, payload, retry_count, user_id, tenant_id,
      weight
    from ${sql(`claim_${QUEUE_TOPIC[kind]}`)}(${limit}, ${places}, ${leaseSeconds})`;
  return toJobs(rows, askedAt, leaseSeconds);
}

/** Takes this very job, if it is queued and due. */
export async function claimJob(
  sql: Sql,
  { kind, id }: Pick<Job, "kind" | "id">,
  leaseSeconds: number,
): Promise<Job | undefined> {
  const due = sql`kind = ${kind} and id = ${id} and status = 'queued' and next_run_at <= now()`;
  const changes = sql`status = 'running', started_at = now(), finished_at = null, error_message = null`;
  const [job] = await takeJobs(sql, kind, due, changes, 1, leaseSeconds);
  return job;
}

/**
 * Takes over jobs whose lease has run out: their holders died or were cut off. The rescuer then settles
 * each as a failed attempt.
 * @param alsoRetried also those that have been tried again before
 */
export async function takeExpiredJobs(
  sql: Sql,
  kind: JobKind,
  limit: number,
  leaseSeconds: number,
  alsoRetried = true,
): Promise<Job[]> {
  const expired = sql`status = 'running' and locked_until < now() and (${alsoRetried} or retry_count = 0)
    order by locked_until`;
  return await takeJobs(sql, kind, expired, sql`status = 'running'`, limit, leaseSeconds);
}

/**
 * Leases the jobs that `which` finds, in its order, passing over those that others are just taking or have
 * changed since the statement began. The fresh token makes every later write of an earlier holder touch no
 * row. By their place (`ctid`) the locked rows are found at once, however the planner reckons.
 */
async function takeJobs(
  sql: Sql,
  kind: JobKind,
  which: Fragment,
  changes: Fragment,
  limit: number,
  leaseSeconds: number,
): Promise<Job[]> {
  const table = tableOf(sql, kind);
  const askedAt = performance.now();
  const rows = await sql<JobRow[]>`
    update ${table} j set ${changes}, lease_token = gen_random_uuid(),
      locked_until = now() + make_interval(secs => ${leaseSeconds})
    where j.ctid = any (array(
      select ctid from ${table} where ${which} limit ${limit} for update skip locked))
    returning j.kind, j.id, j.lease_token, j.workspace_id, j.document_id, j.message_id, j.payload, j.retry_count,
      j.weight,
      (select user_id from workspaces w where w.id = j.workspace_id),
      (select tenant_id from workspaces w where w.id = j.workspace_id),
      -- As with a claim, what goes down with the database's machine is done again.
      set_config('synchronous_commit', 'off', true) as committing`;
  return toJobs(rows, askedAt, leaseSeconds);
}

/** Lets go of every lease: only for a database that no other process can have a worker on. */
export async function expireLeases(sql: Sql): Promise<void> {
  await sql`update jobs set locked_until = now() - interval '1 second' where locked_until is not null`;
}

/** @returns false if the lease is somebody else's by now */
export async function extendLease(sql: Sql, job: Job, leaseSeconds: number): Promise<boolean> {
  const askedAt = performance.now();
  const until = sql`locked_until = now() + make_interval(secs => ${leaseSeconds})`;
  const held = await writeFenced(sql, job, until);
  if (held) job.lease.extend(askedAt, leaseSeconds);
  else job.lease.lose();
  return held;
}

/** @throws AppError `lease_lost`, which rolls the caller's transaction back */
export async function finishJob(tx: Sql, job: Job): Promise<void> {
  const changes = tx`status = 'success', finished_at = now(), locked_until = null, lease_token = null`;
  if (!(await writeFenced(tx, job, changes))) throw leaseLost();
}

/**
 * Finishes jobs of one kind, each only if its lease is still held. A token is nobody else's, so that it need
 * not be told with which job it goes.
 * @param parserType what has read their documents, if they are parse jobs
 * @returns the ids of those that are finished now
 */
export async function finishJobs(
  sql: Sql,
  jobs: readonly Job[],
  parserType?: string,
): Promise<ReadonlySet<string>> {
  const [first] = jobs;
  if (!first) return new Set();
  const rows = await sql<{ id: string }[]>`
    update ${tableOf(sql, first.kind)} set status = 'success', finished_at = now(), locked_until = null,
      lease_token = null ${parserType ? sql`, parser_type = ${parserType}` : sql``}
    where kind = ${first.kind} and id = any(${jobs.map(({ id }) => id)}::uuid[])
      and lease_token = any(${jobs.map(({ leaseToken }) => leaseToken)}::uuid[]) and status = 'running'
    returning id`;
  return new Set(rows.map(({ id }) => id));
}

/**
 * Writes the verdict on a failed attempt.
 * @throws AppError `lease_lost`, which rolls the caller's transaction back
 */
export async function settleFailure(
  tx: Sql,
  job: Job,
  failure: Failure,
  verdict: Verdict,
): Promise<void> {
  const failed = verdict.action === "fail";
  const delaySeconds = verdict.action === "retry" ? verdict.delayMs / 1000 : 0;
  const settled = await writeFenced(
    tx,
    job,
    tx`status = ${failed ? "failed" : "queued"}, retry_count = ${verdict.retryCount},
      next_run_at = now() + make_interval(secs => ${delaySeconds}), error_message = ${failure.message},
      finished_at = case when ${failed} then now() end, locked_until = null, lease_token = null`,
  );
  if (!settled) throw leaseLost();
}

/**
 * Keeps how far a job has come, for whoever goes on with it.
 * @throws AppError `lease_lost`, which rolls the caller's transaction back
 */
export async function setPayload(tx: Sql, job: Job, payload: Job["payload"]): Promise<void> {
  if (!(await writeFenced(tx, job, tx`payload = ${tx.json(payload as Json)}`))) throw leaseLost();
}

/**
 * Hands a job back unfinished, at no cost to it: another worker may start at once, or, if something has to
 * pass first, after that.
 */
export async function releaseJob(
  tx: Sql,
  job: Job,
  {
    delayMs = 0,
    reason = null,
  }: { readonly delayMs?: number; readonly reason?: string | null } = {},
): Promise<boolean> {
  return await writeFenced(
    tx,
    job,
    tx`status = 'queued', next_run_at = now() + make_interval(secs => ${delayMs / 1000}), error_message = ${reason},
      locked_until = null, lease_token = null`,
  );
}

/**
 * Removes jobs that succeeded more than this long ago, oldest first.
 * @param limit rows at most
 * @returns how many were removed
 */
export async function purgeSucceededJobs(
  sql: Sql,
  kind: JobKind,
  ageSeconds: number,
  limit: number,
): Promise<number> {
  const table = tableOf(sql, kind);
  const { count } = await sql`
    delete from ${table} where ctid = any(array(
      select ctid from ${table}
      where status = 'success' and finished_at < now() - make_interval(secs => ${ageSeconds})
      order by finished_at limit ${limit} for update skip locked))`;
  return count;
}

/** The fence: whoever no longer holds the lease touches no row. @returns whether it is still held */
async function writeFenced(sql: Sql, job: Job, changes: Fragment): Promise<boolean> {
  const rows = await sql`
    update ${tableOf(sql, job.kind)} set ${changes}
    where kind = ${job.kind} and id = ${job.id} and lease_token = ${job.leaseToken} and status = 'running' returning id`;
  return rows.length === 1;
}

/** A kind's own partition: planned without the others, a claim takes a third of the time. */
function tableOf(sql: Sql, kind: JobKind) {
  return sql(QUEUE_TOPIC[kind]);
}

export function leaseLost(): AppError {
  return new AppError("lease_lost", "Another worker has taken this job over.");
}

function toJobs(rows: readonly JobRow[], askedAt: number, leaseSeconds: number): Job[] {
  const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return inOrder.map((row) => toJob(row, new Lease(askedAt, leaseSeconds)));
}

function audienceOf({ workspace_id, user_id, tenant_id }: JobRow): Audience | null {
  if (!workspace_id || !user_id || !tenant_id) return null;
  return { userId: user_id, tenantId: tenant_id, topic: `workspace:${workspace_id}` };
}

function toJob(row: JobRow, lease: Lease): Job {
  return {
    kind: row.kind,
    id: row.id,
    leaseToken: row.lease_token,
    lease,
    workspaceId: row.workspace_id,
    documentId: row.document_id,
    messageId: row.message_id,
    audience: audienceOf(row),
    payload: row.payload,
    retryCount: row.retry_count,
    weight: row.weight ?? 1,
  };
}
