import type { Sql } from "../postgres/sql.ts";
import { openedWorkspace, type OpenWorkspace } from "../workspace/workspace.ts";
import type { JobKind } from "./job.ts";
import type { JobState } from "./overview.ts";

/** Names a job. With its kind it is found by the index of one partition. */
export interface JobName {
  readonly kind: JobKind;
  readonly id: string;
}

/** What a job is about. */
export interface JobSubject extends JobName {
  readonly documentId: string | null;
  readonly messageId: string | null;
}

export interface DeadLetter extends JobSubject {
  readonly state: JobState;
  /** Another job of its document or message came after it, or is at it now. */
  readonly superseded: boolean;
  readonly workspace: OpenWorkspace | null;
}

/** A place in the list of failed jobs. The instant is text: it is finer than a `Date`. */
export interface DeadLetterCursor {
  readonly createdAt: string;
  readonly id: string;
}

export const FIRST_DEAD_LETTER: DeadLetterCursor = {
  createdAt: "-infinity",
  id: "00000000-0000-0000-0000-000000000000",
};

/** One page of the failed jobs that were created until `until`, oldest first. */
export async function listDeadLetters(
  sql: Sql,
  kind: JobKind | undefined,
  after: DeadLetterCursor,
  until: string,
  limit: number,
): Promise<(JobSubject & DeadLetterCursor)[]> {
  return await sql<(JobSubject & DeadLetterCursor)[]>`
    select kind, id, document_id as "documentId", message_id as "messageId", created_at::text as "createdAt"
    from jobs where status = 'failed' ${kind ? sql`and kind = ${kind}` : sql``}
      and (created_at, id) > (${after.createdAt}::text::timestamptz, ${after.id}::uuid)
      and created_at <= ${until}::text::timestamptz
    order by created_at, id limit ${limit}`;
}

/** The database's clock, as text. */
export async function readClock(sql: Sql): Promise<string> {
  const [row] = await sql<{ now: string }[]>`select now()::text as now`;
  return row?.now ?? "infinity";
}

export async function findSubjects(sql: Sql, ids: readonly string[]): Promise<JobSubject[]> {
  return await sql<JobSubject[]>`
    select kind, id, document_id as "documentId", message_id as "messageId"
    from jobs where id = any(${[...ids]}::uuid[])`;
}

/**
 * Locks jobs until the transaction ends. Whoever queues a job of a document or a message holds a lock on
 * that, so with those locks taken before, `superseded` stays true as well.
 */
export async function lockJobs(tx: Sql, jobs: readonly JobName[]): Promise<DeadLetter[]> {
  const rows = await tx<(Omit<DeadLetter, "workspace"> & WorkspaceColumns)[]>`
    select j.kind, j.id, j.status as state, j.document_id as "documentId", j.message_id as "messageId",
      exists (
        select from jobs o
        where (o.document_id = j.document_id or o.message_id = j.message_id) and o.id <> j.id
          -- Embedding takes nothing from what was before it.
          and (o.kind <> 'embed' or j.kind = 'embed')
          and (o.status in ('queued', 'running') or (o.created_at, o.id) > (j.created_at, j.id))
      ) as superseded, w.id as workspace_id, w.user_id, w.tenant_id
    from jobs j left join workspaces w on w.id = j.workspace_id
    where ${named(tx, jobs)} order by j.id for update of j`;
  return rows.map(({ workspace_id, user_id, tenant_id, ...job }) => ({
    ...job,
    workspace:
      workspace_id && user_id && tenant_id
        ? openedWorkspace(workspace_id, user_id, tenant_id)
        : null,
  }));
}

interface WorkspaceColumns {
  readonly workspace_id: string | null;
  readonly user_id: string | null;
  readonly tenant_id: string | null;
}

/** Queues failed jobs as if they had never run. */
export async function requeueDeadLetters(tx: Sql, jobs: readonly JobName[]): Promise<void> {
  await tx`
    update jobs j set status = 'queued', retry_count = 0, next_run_at = now(), error_message = null,
      finished_at = null, locked_until = null, lease_token = null
    where ${named(tx, jobs)} and j.status = 'failed'`;
}

function named(tx: Sql, jobs: readonly JobName[]) {
  const kinds = [...new Set(jobs.map(({ kind }) => kind))];
  return tx`j.kind = any(${kinds}::text[]) and j.id = any(${jobs.map(({ id }) => id)}::uuid[])`;
}
