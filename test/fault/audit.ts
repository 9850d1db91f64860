import type postgres from "postgres";
import { partOf } from "../../src/storage/folder-storage.ts";
import type { LiveSocket } from "../support/live-socket.ts";
import type { Findings } from "./scenario.ts";

/** Everything that the database says of one document; each figure is one where all went well. */
interface DocumentAccount {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  /** What its jobs failed with, if they did. */
  readonly failure: string | null;
  readonly parse_jobs: number;
  readonly ingest_jobs: number;
  readonly finished_jobs: number;
  readonly index_entries: number;
  readonly parsed_events: number;
  readonly ingested_events: number;
  readonly success_events: number;
  readonly segments: number;
  readonly segments_counted: number;
  readonly storage_keys: readonly string[];
}

/**
 * Checks that each of these documents was ingested exactly once: its jobs, its segments, its objects and
 * its events, none missing, none twice, none left over.
 * @param objects the keys of all stored objects
 */
export async function auditDocuments(
  sql: postgres.Sql,
  documentIds: readonly string[],
  objects: readonly string[],
  findings: Findings,
): Promise<void> {
  const accounts = await accountsOf(sql, documentIds);
  const known = new Set(accounts.map(({ id }) => id));
  for (const id of documentIds) if (!known.has(id)) findings.lost.push(`document ${id}`);
  for (const account of accounts) auditDocument(account, findings);
  const kept = new Set(accounts.flatMap(({ storage_keys }) => storage_keys));
  for (const key of kept) if (!objects.includes(key)) findings.lost.push(`object ${key}`);
  for (const key of objects) if (!kept.has(key)) findings.broken.push(`orphaned object ${key}`);
}

function auditDocument(account: DocumentAccount, findings: Findings): void {
  const name = `${account.title} (${account.id})`;
  const because = account.failure === null ? "" : `: ${account.failure}`;
  if (account.status !== "ingested") findings.lost.push(`${name} is ${account.status}${because}`);
  const once = [
    ["parse job", account.parse_jobs, 1],
    ["ingest job", account.ingest_jobs, 1],
    ["finished job", account.finished_jobs, 2],
    ["entry in the index", account.index_entries, 1],
    ["event of being parsed", account.parsed_events, 1],
    ["event of being ingested", account.ingested_events, 1],
    ["event of a job's success", account.success_events, 2],
    ["stored segments", account.segments, account.segments_counted],
  ] as const;
  for (const [what, count, due] of once) {
    if (count < due) findings.lost.push(`${what} of ${name}: ${count}, not ${due}`);
    if (count > due) findings.doubled.push(`${what} of ${name}: ${count}, not ${due}`);
  }
  if (account.segments === 0) findings.lost.push(`every segment of ${name}`);
}

function accountsOf(sql: postgres.Sql, ids: readonly string[]): Promise<DocumentAccount[]> {
  return sql<DocumentAccount[]>`
    select d.id, d.title, d.status,
      (select string_agg(j.kind || ' ' || j.error_message, ', ') from jobs j where j.document_id = d.id) as failure,
      (select count(*)::int from parse_jobs j where j.document_id = d.id) as parse_jobs,
      (select count(*)::int from ingest_jobs j where j.document_id = d.id) as ingest_jobs,
      (select count(*)::int from jobs j where j.document_id = d.id and j.status = 'success') as finished_jobs,
      (select count(*)::int from rag_documents r where r.document_id = d.id) as index_entries,
      (select count(*)::int from events e where e.type = 'document.status_updated'
        and e.payload ->> 'document_id' = d.id::text and e.payload ->> 'status' = 'parsed') as parsed_events,
      (select count(*)::int from events e where e.type = 'document.status_updated'
        and e.payload ->> 'document_id' = d.id::text and e.payload ->> 'status' = 'ingested') as ingested_events,
      (select count(*)::int from events e where e.type = 'job.status_updated'
        and e.payload ->> 'document_id' = d.id::text and e.payload ->> 'status' = 'success') as success_events,
      (select count(*)::int from segments s where s.document_id = d.id) as segments,
      (select coalesce(sum(segment_count), 0)::int from segment_statistics s where s.document_id = d.id)
        as segments_counted,
      array(select storage_key from files f where f.document_id = d.id) as storage_keys
    from documents d where d.id = any(${[...ids]}::uuid[])`;
}

interface AnswerAccount {
  readonly id: string;
  readonly status: string;
  readonly role: string;
  readonly jobs: number;
  readonly done_events: number;
}

/** Checks that each of these AI messages was answered, exactly once. */
export async function auditAnswers(
  sql: postgres.Sql,
  messageIds: readonly string[],
  findings: Findings,
): Promise<void> {
  const accounts = await sql<AnswerAccount[]>`
    select m.id, m.status, m.role,
      (select count(*)::int from answer_jobs j where j.message_id = m.id and j.status = 'success') as jobs,
      (select count(*)::int from events e where e.type = 'message.status_updated'
        and e.payload ->> 'message_id' = m.id::text and e.payload ->> 'status' = 'done') as done_events
    from messages m where m.id = any(${[...messageIds]}::uuid[])`;
  const known = new Set(accounts.map(({ id }) => id));
  for (const id of messageIds) if (!known.has(id)) findings.lost.push(`message ${id}`);
  for (const { id, status, role, jobs, done_events } of accounts) {
    if (role !== "ai") findings.broken.push(`message ${id} is not the AI's`);
    if (status !== "done") findings.lost.push(`answer ${id} is ${status}`);
    if (jobs > 1 || done_events > 1) findings.doubled.push(`answer ${id}: ${jobs}, ${done_events}`);
  }
}

/**
 * The keys of objects that a planned cleanup will remove: what a failed upload left until then, also what
 * a process that was killed in the middle of writing left of them; or is removing now.
 */
export async function plannedForRemoval(sql: postgres.Sql): Promise<Set<string>> {
  const plans = await sql<{ payload: { keys: string[] } }[]>`
    select payload from cleanup_jobs where status in ('queued', 'running')`;
  return new Set(plans.flatMap(({ payload }) => payload.keys.flatMap((key) => [key, partOf(key)])));
}

/** Checks that a socket was sent every durable event of its user since `cursor`, the one it was welcomed with. */
export async function auditSocket(
  sql: postgres.Sql,
  userId: string,
  frames: LiveSocket["frames"],
  cursor: string,
  findings: Findings,
): Promise<void> {
  const due = await eventsOf(sql, userId, cursor);
  const seen = new Set(frames.map(({ id }) => id));
  for (const { id, type } of due)
    if (!seen.has(id)) findings.lost.push(`event ${id} (${type}) of user ${userId}`);
}

/** The durable events of a user after a cursor, in the log's order. */
export function eventsOf(
  sql: postgres.Sql,
  userId: string,
  cursor: string,
): Promise<{ id: string; type: string }[]> {
  const [xid = "0", id = "0"] = cursor.split("-");
  return sql<{ id: string; type: string }[]>`
    select xid::text || '-' || id::text as id, type from events
    where user_id = ${userId} and (xid, id) > (${xid}::xid8, ${id}::bigint) order by xid, id`;
}
