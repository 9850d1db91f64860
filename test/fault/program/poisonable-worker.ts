/**
 * A worker whose process dies on a job that says so, for the scenario that starts it again and again:
 * `bun poisonable-worker.ts DATABASE_URL LEASE_SECONDS`.
 */
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { transact } from "../../../src/event/announce.ts";
import { InProcessBus } from "../../../src/event/in-process-bus.ts";
import { finishJob } from "../../../src/job/store.ts";
import { Worker } from "../../../src/job/worker.ts";
import { connect } from "../../../src/postgres/connect.ts";
import { sleep } from "../../../src/service.ts";
import { workerDeps } from "../../support/worker.ts";

const CONCURRENCY = 4;
const Payload = Type.Object({ dies: Type.Boolean(), milliseconds: Type.Number() });

const [databaseUrl = "", leaseSeconds = ""] = process.argv.slice(2);
const sql = connect({ url: databaseUrl }, 8);
const bus = new InProcessBus();

await new Worker(workerDeps(sql, bus), {
  kind: "cleanup",
  leaseSeconds: Number(leaseSeconds),
  concurrency: CONCURRENCY,
  run: async (job, signal) => {
    const { dies, milliseconds } = Value.Parse(Payload, job.payload);
    await sleep(milliseconds, signal);
    if (dies) process.kill(process.pid, "SIGKILL");
    await transact(sql, bus, async (tx) => {
      await finishJob(tx, job);
      await tx`insert into effects (job_id) values (${job.id})`;
    });
  },
}).start();
