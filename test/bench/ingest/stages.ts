import type postgres from "postgres";
import { ms } from "../../support/table.ts";
import type { SetUp } from "../../support/set-up.ts";
import { childrenMs, familyMs, processorMs } from "../process.ts";

/** Processor time in milliseconds, by who used it. */
type Processors = Readonly<Record<string, number>>;

/** What every process of a set-up has used so far. */
export function processorsOf(setUp: SetUp): Processors {
  const used: Record<string, number> = { client: processorMs(process.pid) };
  for (const engine of setUp.engines()) {
    const role = engine.env["ROLE"] ?? "all";
    used[role] = processorMs(engine.pid);
    if (role === "parse" || role === "all") used["parsers"] = childrenMs(engine.pid);
  }
  const { postgres: database, redis } = setUp.network ?? {};
  if (database) used["postgres"] = familyMs(database.pid());
  if (redis) used["redis"] = processorMs(redis.pid());
  return used;
}

/** "api 1.2 ms, …": what each used for one document since then. */
export function usedSince(before: Processors, setUp: SetUp, documents: number): string {
  const now = processorsOf(setUp);
  const each = Object.entries(now).map(([who, used]) => {
    return { who, ms: (used - (before[who] ?? 0)) / documents };
  });
  const sum = each.reduce((total, used) => total + used.ms, 0);
  const parts = each.map((used) => `${used.who} ${used.ms.toFixed(1)}`);
  return `${ms(sum)} (${parts.join(", ")})`;
}

/** "parse 10 ms + 5 ms, …": how long the jobs of a workspace waited and ran, at the median. */
export async function timesOf(sql: postgres.Sql, workspaceId: string): Promise<string> {
  const rows = await sql<{ kind: string; waited: number; ran: number }[]>`
    select kind,
      percentile_cont(0.5) within group (order by extract(epoch from started_at - created_at)::float8) * 1000 as waited,
      percentile_cont(0.5) within group (order by extract(epoch from finished_at - started_at)::float8) * 1000 as ran
    from jobs where workspace_id = ${workspaceId} and finished_at is not null group by kind order by kind desc`;
  return rows.map(({ kind, waited, ran }) => `${kind} ${ms(waited)} + ${ms(ran)}`).join(", ");
}
