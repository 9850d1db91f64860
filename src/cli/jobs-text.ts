import type { JobCount, JobLine, JobPage } from "../job/overview.ts";
import { JOB_KINDS, JOB_STATES } from "../job/overview.ts";
import { fitWidth, oneLine, widthOf } from "./ask-text.ts";

const ABOUT_COLUMNS_MAX = 40;
const HEAD = ["ID", "KIND", "STATE", "RETRIES", "AGE", "ABOUT", "ERROR"] as const;

/** An aligned table; the last column may be as long as it likes. */
export function jobsTable(jobs: readonly JobLine[]): string {
  const rows = [[...HEAD], ...jobs.map(cellsOf)];
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => fitWidth(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cellsOf(job: JobLine): string[] {
  const about = aboutOf(job);
  return [
    job.id,
    job.kind,
    job.state,
    String(job.retryCount),
    ageText(job.ageSeconds),
    widthOf(about) > ABOUT_COLUMNS_MAX ? fitWidth(about, ABOUT_COLUMNS_MAX) : about,
    oneLine(job.errorMessage ?? ""),
  ];
}

/** What a job is about, in a few words: a document's title, a message's id, the objects to remove. */
function aboutOf({ documentTitle, messageId, payload }: JobLine): string {
  if (documentTitle !== null) return oneLine(documentTitle);
  if (messageId !== null) return `message ${messageId}`;
  const { message_id, prefix, keys } = payload;
  if (typeof message_id === "string") return oneLine(`message ${message_id}`);
  if (typeof prefix === "string") return oneLine(prefix);
  if (Array.isArray(keys)) return `${keys.length} object${keys.length === 1 ? "" : "s"}`;
  return "";
}

/** In its largest unit: `45s`, `12m`, `3h`, `30d`. */
function ageText(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** One line: how many jobs there are, by kind and state. */
export function countsLine(counts: readonly JobCount[]): string {
  const kinds = JOB_KINDS.flatMap((kind) => {
    const states = JOB_STATES.flatMap((state) => {
      const found = counts.find((each) => each.kind === kind && each.state === state);
      return found ? [`${found.count} ${state}`] : [];
    });
    return states.length > 0 ? [`${kind} ${states.join(", ")}`] : [];
  });
  return kinds.length > 0 ? `In all: ${kinds.join("; ")}.` : "There are no jobs.";
}

/** Everything about a job, one fact a line. */
export function jobText(job: JobPage): string {
  const facts: [string, string | null][] = [
    ["job", job.id],
    ["kind", job.kind],
    ["state", `${job.state}, for ${ageText(job.ageSeconds)}`],
    ["retries", String(job.retryCount)],
    ["error", job.errorMessage],
    ["document", withStatus(job.documentId, job.documentTitle, job.documentStatus)],
    ["message", withStatus(job.messageId, null, job.messageStatus)],
    ["workspace", job.workspaceId],
    ["parser", job.parserType],
    ["created", instant(job.createdAt)],
    ["started", instant(job.startedAt)],
    ["finished", instant(job.finishedAt)],
    ["next run", job.state === "queued" ? instant(job.nextRunAt) : null],
    ["leased until", job.state === "running" ? instant(job.lockedUntil) : null],
    ["payload", Object.keys(job.payload).length > 0 ? JSON.stringify(job.payload) : null],
  ];
  const known = facts.flatMap(([name, fact]) => (fact === null ? [] : [{ name, fact }]));
  const width = Math.max(...known.map(({ name }) => name.length));
  return known.map(({ name, fact }) => `${name.padEnd(width)}  ${oneLine(fact)}`).join("\n");
}

function withStatus(id: string | null, title: string | null, status: string | null): string | null {
  if (id === null) return null;
  return `${id}${title === null ? "" : ` "${title}"`}${status === null ? "" : `, ${status}`}`;
}

function instant(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
