import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { publishCopy, transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { findEvents } from "../event/store.ts";
import { Finisher } from "../job/finisher.ts";
import { finishJob, insertJobs } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { hasAudience } from "../notification/store.ts";
import type { Database } from "../postgres/sql.ts";

export interface DeliverDeps {
  readonly sql: Database;
  readonly bus: Bus;
  /** Whether people who are away can be reached at all. */
  readonly notifies: boolean;
}

const LEASE_SECONDS = 15;
const CONCURRENCY = 16;

const Payload = Type.Object({
  message_id: Type.String(),
  /** Places in the event log. */
  events: Type.Array(Type.String()),
});

/**
 * Brings a message to those who take part in its conversation: one copy, however many they are. Who is away
 * is found out by a job of its own, which no other message waits for.
 */
export function deliverTask({ sql, bus, notifies }: DeliverDeps): Task {
  const finisher = new Finisher(sql);
  return {
    kind: "deliver",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    run: async (job) => {
      const { message_id, events } = Value.Parse(Payload, job.payload);
      for (const event of await findEvents(sql, events)) await publishCopy(bus, event);
      if (!notifies || !(await hasAudience(sql, message_id))) return await finisher.finish(job);
      const { workspaceId } = job;
      const payload = { message_id };
      await transact(sql, bus, async (tx, announce) => {
        await finishJob(tx, job);
        const plan = { kind: "notify", ...(workspaceId ? { workspaceId } : {}), payload } as const;
        await insertJobs(tx, announce, [plan]);
      });
    },
  };
}
