import type { Config } from "../config.ts";
import { AppError, unreachable } from "../error.ts";
import { countJobs, findJob, listJobs } from "../job/overview.ts";
import { openWorkbench, type Workbench } from "../role/operator.ts";
import { Running } from "../role/running.ts";
import { retryAllJobs, retryJobs } from "../task/retry-failed.ts";
import { type JobsCommand, parseJobsArguments } from "./jobs-arguments.ts";
import { countsLine, jobsTable, jobText } from "./jobs-text.ts";

const STOP_MS = 10_000;

/**
 * `jobs`: shows an operator the queue, and puts failed jobs back into it.
 * @returns what to print
 * @throws AppError `invalid_request` for wrong use; `job_not_found`, `job_not_failed`, `unavailable`
 */
export async function jobsVerb(args: readonly string[], config: Config): Promise<string> {
  const command = parseJobsArguments(args);
  const running = new Running();
  try {
    return await obey(command, await openWorkbench(config, running));
  } finally {
    await running.stop(STOP_MS);
  }
}

async function obey(command: JobsCommand, { sql, bus }: Workbench): Promise<string> {
  switch (command.action) {
    case "list": {
      const jobs = await listJobs(sql, command);
      const counts = await countJobs(sql);
      if (command.json) return JSON.stringify({ jobs, counts }, null, 2);
      const none = `There are no ${command.state}${command.kind ? ` ${command.kind}` : ""} jobs.`;
      return [jobs.length > 0 ? jobsTable(jobs) : none, "", countsLine(counts)].join("\n");
    }
    case "show": {
      const job = await findJob(sql, command.id);
      if (!job) throw new AppError("job_not_found", `There is no job ${command.id}.`);
      return command.json ? JSON.stringify(job, null, 2) : jobText(job);
    }
    case "retry": {
      await retryJobs(sql, bus, command.ids);
      const retried = command.ids.length;
      return command.json ? JSON.stringify({ retried }) : `${jobCount(retried)} queued again.`;
    }
    case "retry all": {
      const { retried, skipped } = await retryAllJobs(sql, bus, command.kind);
      if (command.json) return JSON.stringify({ retried, skipped });
      const left = `${jobCount(skipped)} left, because their document or message has got on without them.`;
      return `${jobCount(retried)} queued again.${skipped > 0 ? ` ${left}` : ""}`;
    }
    default:
      return unreachable(command);
  }
}

function jobCount(count: number): string {
  return `${count} job${count === 1 ? "" : "s"}`;
}
