import { decideRetry, type Failure, type Job, type JobKind } from "../../../src/job/job.ts";
import {
  claimJobs,
  extendLease,
  finishJob,
  releaseJob,
  settleFailure,
  takeExpiredJobs,
} from "../../../src/job/store.ts";
import { connect, disconnect } from "../../../src/postgres/connect.ts";
import { migrate } from "../../../src/postgres/migrate.ts";
import type { Database, Sql } from "../../../src/postgres/sql.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { type Random, seededRandom } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { Stage } from "../stage.ts";

const RUNS = { short: 200, long: 10_000 } as const;
/** Each kind is a queue of its own, so that as many interleavings may be played side by side. */
const LANES: readonly JobKind[] = ["parse", "ingest", "answer", "cleanup"];
const ACTORS_MAX = 4;
const LEASE_SECONDS = 60;
const GONE = new Error("This actor's process died.");

/** What an actor was told that it did, by the lease that it did it with. */
interface Deed {
  readonly token: string;
  readonly what: "success" | "failed" | "retried" | "released";
}

/** One change of the job's row, as the database saw it. */
interface Transition {
  readonly from: string;
  readonly to: string;
  readonly token: string | null;
  readonly retries: number;
}

interface Play {
  readonly sql: Database;
  readonly kind: JobKind;
  readonly stage: Stage;
  readonly random: Random;
  readonly deeds: Deed[];
}

export const rescueRace: Scenario = {
  name: "rescue-race",
  promise:
    "However finishing, failing, releasing, extending, claiming and rescuing fall together, a finished job never goes back, and each failed attempt counts once.",
  run: async ({ length, random }) => {
    const sql = connect({ url: await freshDatabase() }, LANES.length * ACTORS_MAX);
    await migrate(sql);
    await recordTransitions(sql);
    const findings = new Findings();
    const perLane = Math.ceil(RUNS[length] / LANES.length);
    await Promise.all(
      LANES.map(async (kind) => {
        // A seed of its own: side by side, the lanes would share one in an order of chance.
        const own = seededRandom(random.between(0, 2 ** 31));
        for (let run = 0; run < perLane; run++) {
          await playOnce(sql, kind, own, findings);
          findings.runs++;
        }
      }),
    );
    await disconnect(sql, 1);
    return findings;
  },
};

/** The database itself writes down each change of a job. */
async function recordTransitions(sql: Sql): Promise<void> {
  await sql`create table transitions (seq bigint generated always as identity primary key,
    job_id uuid, "from" text, "to" text, token uuid, retries integer)`;
  await sql`create index on transitions (job_id)`;
  await sql`create function record_transition() returns trigger language plpgsql as $$
    begin
      insert into transitions (job_id, "from", "to", token, retries)
      values (old.id, old.status, new.status, old.lease_token, new.retry_count - old.retry_count);
      return null;
    end $$`;
  await sql`create trigger record_transition after update on jobs
    for each row execute function record_transition()`;
}

/** Two workers, a rescuer and the passing of time, all at one job. */
async function playOnce(
  sql: Database,
  kind: JobKind,
  random: Random,
  findings: Findings,
): Promise<void> {
  const id = Bun.randomUUIDv7();
  await sql`insert into jobs (kind, id, retry_count) values (${kind}, ${id}, ${random.between(0, 3)})`;
  const play: Play = { sql, kind, stage: new Stage(), random, deeds: [] };
  const actors = [worker(play), worker(play), rescuer(play), leasesRunOut(play)];
  await play.stage.play(actors, random);
  const transitions = await sql<Transition[]>`
    select "from", "to", token, retries from transitions where job_id = ${id} order by seq`;
  audit(id, transitions, play.deeds, findings);
  await sql`delete from jobs where kind = ${kind}`;
}

async function worker(play: Play): Promise<void> {
  for (let attempts = play.random.between(1, 2); attempts > 0; attempts--) {
    const job = await claim(play);
    if (job) await hold(play, job);
  }
}

async function claim({ sql, kind, stage, random }: Play): Promise<Job | undefined> {
  const alone = random.next() < 0.5;
  await stage.turn();
  if (alone) return (await claimJobs(sql, kind, 1, LEASE_SECONDS))[0];
  return await sql.begin(async (tx) => {
    const [job] = await claimJobs(tx, kind, 1, LEASE_SECONDS);
    await stage.turn();
    return job;
  });
}

/** What may become of a job in a worker's hands: an end, a process that dies before its commit, silence. */
async function hold(play: Play, job: Job): Promise<void> {
  const { sql, stage, random } = play;
  for (let extensions = random.between(0, 2); extensions > 0; extensions--) {
    await stage.turn();
    await extendLease(sql, job, LEASE_SECONDS);
  }
  const deed = random.pick(["success", "failure", "released", "silence"] as const);
  if (deed === "silence") return;
  if (deed === "released") return await release(play, job);
  await commitOrDie(play, async (tx) => {
    if (deed === "failure") return await settle(tx, job, random);
    await finishJob(tx, job);
    return { token: job.leaseToken, what: "success" };
  });
}

async function release({ sql, stage, deeds }: Play, job: Job): Promise<void> {
  await stage.turn();
  if (await releaseJob(sql, job)) deeds.push({ token: job.leaseToken, what: "released" });
}

async function rescuer(play: Play): Promise<void> {
  for (let rounds = play.random.between(1, 3); rounds > 0; rounds--)
    await commitOrDie(play, async (tx) => {
      const [job] = await takeExpiredJobs(tx, play.kind, 1, LEASE_SECONDS);
      if (!job) return undefined;
      await play.stage.turn();
      return await settle(tx, job, play.random);
    });
}

async function settle(tx: Sql, job: Job, random: Random): Promise<Deed> {
  const failure: Failure = {
    message: "No.",
    reason: "unexpected",
    permanent: random.next() < 0.2,
    atOnce: true,
  };
  const verdict = decideRetry(job, failure, 0);
  await settleFailure(tx, job, failure, verdict);
  return { token: job.leaseToken, what: verdict.action === "fail" ? "failed" : "retried" };
}

/** A transaction with others' steps in between; what it did counts once it is committed. */
async function commitOrDie(
  { sql, stage, random, deeds }: Play,
  act: (tx: Sql) => Promise<Deed | undefined>,
): Promise<void> {
  const dies = random.next() < 0.15;
  await stage.turn();
  try {
    const deed = await sql.begin(async (tx) => {
      await stage.turn();
      const done = await act(tx);
      await stage.turn();
      if (dies) throw GONE;
      return done;
    });
    if (deed) deeds.push(deed);
  } catch (error) {
    const expected = error === GONE || (error as { code?: unknown }).code === "lease_lost";
    if (!expected) throw error;
  }
}

/** A lease runs out when nobody has extended it; here the time does not have to pass. */
async function leasesRunOut({ sql, kind, stage, random }: Play): Promise<void> {
  for (let times = random.between(1, 4); times > 0; times--) {
    await stage.turn();
    await sql`update jobs set locked_until = now() - interval '1 second'
      where kind = ${kind} and status = 'running'`;
  }
}

const LEGAL = new Set([
  "queued → running",
  "running → running",
  "running → queued",
  "running → success",
  "running → failed",
]);

/** The job's own history must be legal, and be what the actors were told. */
function audit(
  id: string,
  transitions: readonly Transition[],
  deeds: readonly Deed[],
  findings: Findings,
): void {
  const story = transitions.map(({ from, to, retries }) => `${from} → ${to} (+${retries})`);
  const say = (what: string) => `${what}: job ${id}: ${story.join(", ")}`;
  for (const { from, to, retries } of transitions) {
    if (!LEGAL.has(`${from} → ${to}`)) findings.doubled.push(say(`${from} became ${to}`));
    if (retries !== 0 && !(retries === 1 && to === "queued"))
      findings.broken.push(say("a count that no failed attempt explains"));
  }
  const ends = transitions.filter(({ from, to }) => from === "running" && to !== "running");
  for (const { token, what } of deeds)
    if (!ends.some((end) => end.token === token && whatOf(end) === what))
      findings.lost.push(say(`${what} was told, not kept`));
  if (ends.length !== deeds.length)
    findings.doubled.push(say(`${deeds.length} deeds made ${ends.length} ends`));
}

function whatOf({ to, retries }: Transition): Deed["what"] {
  if (to === "success" || to === "failed") return to;
  return retries === 1 ? "retried" : "released";
}
