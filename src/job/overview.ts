import type { Sql } from "../postgres/sql.ts";
import { type JobKind, QUEUE_TOPIC } from "./job.ts";

export const JOB_STATES = ["queued", "running", "success", "failed"] as const;
export type JobState = (typeof JOB_STATES)[number];
export const JOB_KINDS = Object.keys(QUEUE_TOPIC) as JobKind[];

/** A job as an operator sees it in a list. */
export interface JobLine {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly retryCount: number;
  /** Since it came into its state; for a queued one since it was first queued. */
  readonly ageSeconds: number;
  readonly documentTitle: string | null;
  readonly messageId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly errorMessage: string | null;
}

/** Everything that is known of a job. */
export interface JobPage extends JobLine {
  readonly workspaceId: string | null;
  readonly documentId: string | null;
  readonly documentStatus: string | null;
  readonly messageStatus: string | null;
  readonly parserType: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly nextRunAt: Date;
  readonly lockedUntil: Date | null;
}

export interface JobCount {
  readonly kind: JobKind;
  readonly state: JobState;
  readonly count: number;
}

/** Of one state, and of one kind if it is given: those first that came into it last. */
export async function listJobs(
  sql: Sql,
  { state, kind, limit }: { state: JobState; kind?: JobKind | undefined; limit: number },
): Promise<JobLine[]> {
  return await sql<JobLine[]>`
    select ${lineColumns(sql)} from jobs j left join documents d on d.id = j.document_id
    where j.status = ${state} ${kind ? sql`and j.kind = ${kind}` : sql``}
    order by ${since(sql)} desc, j.id desc limit ${limit}`;
}

export async function countJobs(sql: Sql): Promise<JobCount[]> {
  return await sql<JobCount[]>`
    select kind, status as state, count(*)::int as count from jobs group by 1, 2 order by 1, 2`;
}

export async function findJob(sql: Sql, id: string): Promise<JobPage | undefined> {
  const [row] = await sql<JobPage[]>`
    select ${lineColumns(sql)}, j.workspace_id as "workspaceId", j.document_id as "documentId",
      d.status as "documentStatus", m.status as "messageStatus", j.parser_type as "parserType",
      j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt",
      j.next_run_at as "nextRunAt", j.locked_until as "lockedUntil"
    from jobs j left join documents d on d.id = j.document_id left join messages m on m.id = j.message_id
    where j.id = ${id}`;
  return row;
}

function lineColumns(sql: Sql) {
  return sql`j.id, j.kind, j.status as state, j.retry_count as "retryCount",
    extract(epoch from now() - ${since(sql)})::float8 as "ageSeconds", d.title as "documentTitle",
    j.message_id as "messageId", j.payload, j.error_message as "errorMessage"`;
}

function since(sql: Sql) {
  return sql`case j.status when 'queued' then j.created_at when 'running' then j.started_at
    else coalesce(j.finished_at, j.created_at) end`;
}
