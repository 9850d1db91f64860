import postgres from "postgres";
import type { Engine } from "../../support/engine.ts";
import { breakableNetworkOf, networked, type SetUp } from "../../support/set-up.ts";
import { slownessOf, untilQuick } from "../quick.ts";
import { Findings, type Plan, type Scenario } from "../scenario.ts";
import { auditTraffic, listenThrough, type Refusal, Traffic } from "../traffic.ts";

const CALL_EVERY_MS = 150;
/** No call hangs longer than this, whatever the database does. */
const CALL_MAX_MS = 25_000;
const AUDITOR = "auditor";

interface Trouble {
  readonly name: string;
  /** So often may a process say that the database is away. */
  readonly linesMax: number;
  readonly make: () => Promise<void>;
}

export const postgresTrouble: Scenario = {
  name: "postgres-trouble",
  promise:
    "With PostgreSQL's backends terminated, the server stopped, crashed, black-holed or silent, the same processes go on, calls get 503 at worst, nothing acknowledged is lost, nothing is doubled, and each process tells of an outage once.",
  reachMs: CALL_MAX_MS,
  run: async (plan) => {
    const setUp = await networked({ compiled: true, proxied: true, ownPostgres: true });
    const sql = auditorOf(setUp);
    const listeners = [await listenThrough(setUp, setUp.api())];
    const findings = new Findings();
    const slowness = await slownessOf(listeners);
    const pids = pidsOf(setUp);
    const traffic = new Traffic(listeners, plan.random, CALL_EVERY_MS);
    for (const trouble of troublesOf(plan, setUp, sql)) {
      const asEver = () => untilQuick(sql, listeners, slowness);
      await suffer(trouble, setUp, asEver, findings);
      findings.runs++;
    }
    await traffic.stop();
    for (const refusal of traffic.refusals) judge(refusal, findings);
    findings.waited(traffic.slowestMs);
    if (traffic.slowestMs > CALL_MAX_MS)
      findings.broken.push(`a call hung for ${traffic.slowestMs} ms`);
    if (pidsOf(setUp) !== pids)
      findings.broken.push(`the processes were ${pids}, now ${pidsOf(setUp)}`);
    await auditTraffic(sql, setUp, traffic, listeners, findings);
    await sql.end();
    await Promise.all(listeners.map(({ user }) => user.leave()));
    await setUp.stop();
    await breakableNetworkOf(setUp).postgres.stop();
    return findings;
  },
};

/** A connection of the test's own, straight to the server. */
function auditorOf(setUp: SetUp): postgres.Sql {
  return postgres(breakableNetworkOf(setUp).databaseUrl, {
    max: 2,
    backoff: () => 0.1,
    onnotice: () => undefined,
    connection: { application_name: AUDITOR },
  });
}

function pidsOf(setUp: SetUp): string {
  return setUp
    .engines()
    .map((engine) => (engine.hasEnded() ? "ended" : engine.pid))
    .join(", ");
}

function troublesOf({ length, random }: Plan, setUp: SetUp, sql: postgres.Sql): Trouble[] {
  const { postgres: server, proxies } = breakableNetworkOf(setUp);
  const awayMs = () => (length === "short" ? 1_500 : random.between(1_000, 12_000));
  const stopped = (how: "fast" | "immediate"): Trouble => ({
    name: `the server stopped (${how})`,
    linesMax: 1,
    make: async () => {
      await server.stop(how);
      await Bun.sleep(awayMs());
      await server.restart();
    },
  });
  const terminations = length === "short" ? 6 : 30;
  const terminated: Trouble = {
    name: "all backends terminated again and again",
    linesMax: terminations,
    make: async () => {
      for (let count = 0; count < terminations; count++) {
        await terminateAll(sql);
        await Bun.sleep(length === "short" ? 300 : 1_000);
      }
    },
  };
  if (length === "short") return [terminated, stopped(random.pick(["fast", "immediate"]))];
  const blackHole: Trouble = {
    name: "the network swallowing everything",
    linesMax: 1,
    make: async () => {
      proxies.postgres.blackHole();
      await Bun.sleep(random.between(10_000, 30_000));
      proxies.postgres.pass();
    },
  };
  const stranded: Trouble = {
    name: "the connections silent",
    linesMax: 1,
    make: async () => {
      proxies.postgres.strand();
      await Bun.sleep(15_000);
    },
  };
  return [terminated, stopped("fast"), stopped("immediate"), blackHole, stranded, stopped("fast")];
}

async function terminateAll(sql: postgres.Sql): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name <> ${AUDITOR}`;
}

/** Makes the trouble, waits until all works as ever, and reads what the processes said meanwhile. */
async function suffer(
  { name, linesMax, make }: Trouble,
  setUp: SetUp,
  asEver: () => Promise<number>,
  findings: Findings,
): Promise<void> {
  const marks = setUp.engines().map((engine) => ({ engine, from: engine.logs().length }));
  await make();
  const recoveryMs = await asEver();
  process.stderr.write(`  ${name}: all as ever ${recoveryMs.toFixed(0)} ms after its end\n`);
  for (const { engine, from } of marks) {
    const said = complaints(engine, from);
    if (said.length > linesMax)
      findings.broken.push(
        `${engine.env["ROLE"]}, ${name}: ${said.length} lines: ${said.join("")}`,
      );
  }
}

function complaints(engine: Engine, from: number): string[] {
  return engine
    .logs()
    .slice(from)
    .split("\n")
    .filter((line) => /"level":"(WARN|ERROR|FATAL)/.test(line))
    .map((line) => `\n    ${line}`);
}

function judge({ what, reply }: Refusal, findings: Findings): void {
  const said = reply ? `${reply.status} ${JSON.stringify(reply.body)}` : "no answer";
  if (reply?.status !== 503) findings.broken.push(`${what}: ${said}`);
  else if (!reply.headers.has("retry-after")) findings.broken.push(`${what}: no Retry-After`);
}
