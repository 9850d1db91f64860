import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { transact } from "../../src/event/announce.ts";
import { InProcessBus } from "../../src/event/in-process-bus.ts";
import { AppError, PermanentError, PostponedError } from "../../src/error.ts";
import { Finisher } from "../../src/job/finisher.ts";
import { type Job, LIGHT_WEIGHT } from "../../src/job/job.ts";
import {
  claimByWeight,
  claimJobs,
  extendLease,
  finishJob,
  insertJobs,
  releaseJob,
  takeExpiredJobs,
} from "../../src/job/store.ts";
import type { Task } from "../../src/job/task.ts";
import { Worker } from "../../src/job/worker.ts";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { eventually } from "../support/eventually.ts";
import { freshDatabaseBy, ROUTES } from "../support/pgbouncer.ts";
import { workerDeps } from "../support/worker.ts";

setDefaultTimeout(120_000);

describe.each(ROUTES)("%s", (route) => {
  const LEASE_SECONDS = 30;
  let sql: Database;
  const bus = new InProcessBus();

  beforeAll(async () => {
    sql = connect({ url: await freshDatabaseBy(route) }, 10);
    await migrate(sql);
  });
  afterAll(() => disconnect(sql, 1));
  beforeEach(async () => void (await sql`delete from jobs`));

  const queue = (count: number) =>
    transact(sql, bus, (tx, announce) =>
      insertJobs(
        tx,
        announce,
        Array.from({ length: count }, () => ({ kind: "cleanup" as const })),
      ),
    );

  const claim = (limit = 1) => claimJobs(sql, "cleanup", limit, LEASE_SECONDS);

  async function claimOne(): Promise<Job> {
    const [job] = await claim();
    if (!job) throw new Error("There was a job to claim.");
    return job;
  }

  async function rowOf(id: string) {
    const [row] = await sql<
      { status: string; retry_count: number; error_message: string | null }[]
    >`select status, retry_count, error_message from jobs where id = ${id}`;
    return row;
  }

  const expireLeases = () => sql`update jobs set locked_until = now() - interval '1 second'`;

  describe("the queue", () => {
    test("jobs are claimed oldest first, and each by one claimer only", async () => {
      const ids = await queue(40);
      const claims = await Promise.all(Array.from({ length: 10 }, () => claim(4)));
      const claimed = claims.flat().map((job) => job.id);
      expect(claimed.toSorted()).toEqual(ids.toSorted());
      expect(await claim()).toEqual([]);
    });

    test("a job that is not yet due is left alone", async () => {
      await transact(sql, bus, (tx, announce) =>
        insertJobs(tx, announce, [{ kind: "cleanup", delaySeconds: 60 }]),
      );
      expect(await claim()).toEqual([]);
    });

    test("a holder whose lease was taken over changes nothing any more", async () => {
      const [id = ""] = await queue(1);
      const stale = await claimOne();
      await expireLeases();
      const [rescued] = await takeExpiredJobs(sql, "cleanup", 1, LEASE_SECONDS);
      expect(rescued?.id).toBe(id);
      expect(await extendLease(sql, stale, LEASE_SECONDS)).toBe(false);
      expect(await releaseJob(sql, stale)).toBe(false);
      await expect(finishJob(sql, stale)).rejects.toThrow(
        "Another worker has taken this job over.",
      );
      expect((await rowOf(id))?.status).toBe("running");
    });

    test("jobs that end together are finished together, but for one whose lease was taken over", async () => {
      const ids = await queue(30);
      const jobs = await claim(30);
      const [stale, ...held] = jobs;
      await sql`update jobs set lease_token = gen_random_uuid() where id = ${stale?.id ?? null}`;
      const finisher = new Finisher(sql);
      const outcomes = await Promise.allSettled(jobs.map((job) => finisher.finish(job)));
      expect(outcomes.map(({ status }) => status)).toEqual([
        "rejected",
        ...held.map(() => "fulfilled" as const),
      ]);
      const rows = await sql<{ id: string; status: string }[]>`select id, status from jobs`;
      const finished = rows.filter(({ status }) => status === "success").map(({ id }) => id);
      expect(finished.toSorted()).toEqual(held.map(({ id }) => id).toSorted());
      expect(rows).toHaveLength(ids.length);
    });

    test("light jobs share places, and a heavy one is passed over for none of them", async () => {
      const weights = [...Array.from({ length: 20 }, () => LIGHT_WEIGHT), 1, LIGHT_WEIGHT];
      await sql`insert into parse_jobs (weight, next_run_at)
        select weight, now() - make_interval(secs => 100 - row) from unnest(${weights}::float8[]) with ordinality
          as queued (weight, row)`;
      const claimed = async (places: number) =>
        (await claimByWeight(sql, "parse", places, LEASE_SECONDS)).map(({ weight }) => weight);
      expect(await claimed(1)).toEqual(Array.from({ length: 16 }, () => LIGHT_WEIGHT));
      const second = await claimed(0.5);
      expect(second.toSorted((a, b) => a - b)).toEqual([...weights.slice(16, 20), 1]);
      expect(await claimed(2)).toEqual([LIGHT_WEIGHT]);
    });

    test("a job that is handed back is queued again at once, at no cost", async () => {
      const [id = ""] = await queue(1);
      await releaseJob(sql, await claimOne());
      expect(await rowOf(id)).toMatchObject({ status: "queued", retry_count: 0 });
      expect((await claimOne()).id).toBe(id);
    });

    test("a live lease is nobody else's to take", async () => {
      await queue(1);
      await claimOne();
      expect(await takeExpiredJobs(sql, "cleanup", 10, LEASE_SECONDS)).toEqual([]);
    });
  });

  describe("a worker", () => {
    const workers: Worker[] = [];
    const startWorker = async (run: Task["run"], extra: Partial<Task> = {}) => {
      const task = { kind: "cleanup", leaseSeconds: LEASE_SECONDS, concurrency: 4, run, ...extra };
      const worker = new Worker(workerDeps(sql, bus), task as Task);
      workers.push(worker);
      await worker.start();
      return worker;
    };
    beforeEach(() => Promise.all(workers.splice(0).map((worker) => worker.stop())));
    afterAll(() => Promise.all(workers.splice(0).map((worker) => worker.stop())));

    test("runs each job once, and starts on a new one when it is nudged", async () => {
      const seen: string[] = [];
      await startWorker(async (job) => {
        seen.push(job.id);
        await finishJob(sql, job);
      });
      const ids = await queue(25);
      await eventually(() => seen.length === 25 || undefined);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    test("a failure is tried again later, with its sentence kept", async () => {
      const [id = ""] = await queue(1);
      await startWorker(() => Promise.reject(new AppError("unavailable", "The storage is away.")));
      await eventually(async () => ((await rowOf(id))?.retry_count === 1 ? true : undefined));
      expect(await rowOf(id)).toMatchObject({
        status: "queued",
        error_message: "The storage is away.",
      });
    });

    test("a job that has to wait for something is queued for later, at no cost, and says why", async () => {
      const [id = ""] = await queue(1);
      let runs = 0;
      await startWorker(() => {
        runs++;
        const sentence = "The endpoint is away.";
        return Promise.reject(new PostponedError("embedding_failed", sentence, 60_000));
      });
      const expected = { status: "queued", retry_count: 0, error_message: "The endpoint is away." };
      await eventually(async () => {
        expect(await rowOf(id)).toEqual(expected);
        return true;
      });
      const [row] =
        await sql`select next_run_at > now() + interval '30 seconds' as later from jobs where id = ${id}`;
      expect(row).toEqual({ later: true });
      expect(runs).toBe(1);
    });

    test("a permanent failure ends the job at once and is told in the same transaction", async () => {
      const told: string[] = [];
      const [id = ""] = await queue(1);
      await startWorker(
        () => Promise.reject(new PermanentError("parse_failed", "The file is damaged.")),
        {
          failed: (_tx, job, failure) => {
            told.push(`${job.id} ${failure.message}`);
            return Promise.resolve();
          },
        },
      );
      await eventually(async () => ((await rowOf(id))?.status === "failed" ? true : undefined));
      expect(await rowOf(id)).toMatchObject({
        retry_count: 0,
        error_message: "The file is damaged.",
      });
      expect(told).toEqual([`${id} The file is damaged.`]);
    });

    test("an unexpected error is told as a plain sentence, not as it was thrown", async () => {
      const [id = ""] = await queue(1);
      await startWorker(() => Promise.reject(new TypeError("undefined is not a function")));
      await eventually(async () => ((await rowOf(id))?.retry_count === 1 ? true : undefined));
      expect((await rowOf(id))?.error_message).toBe("Processing failed unexpectedly.");
    });

    test("a job whose worker died is run once more, which counts as a retry", async () => {
      const [id = ""] = await queue(1);
      await claimOne();
      await expireLeases();
      await startWorker((job) => finishJob(sql, job));
      await eventually(async () => ((await rowOf(id))?.status === "success" ? true : undefined));
      expect((await rowOf(id))?.retry_count).toBe(1);
    });

    test("on stop a job that does not end is handed back, and its signal is aborted", async () => {
      const [id = ""] = await queue(1);
      let aborted = false;
      const worker = await startWorker(
        (_job, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              aborted = true;
              reject(new Error("stopped"));
            });
          }),
      );
      await eventually(async () => ((await rowOf(id))?.status === "running" ? true : undefined));
      await worker.stop();
      expect(aborted).toBe(true);
      expect(await rowOf(id)).toMatchObject({ status: "queued", retry_count: 0 });
    });
  });
});
