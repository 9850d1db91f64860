import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { publishCopy } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import { findEvents } from "../event/store.ts";
import { Finisher } from "../job/finisher.ts";
import type { Task } from "../job/task.ts";
import type { Sql } from "../postgres/sql.ts";

const LEASE_SECONDS = 15;
const CONCURRENCY = 16;

const Payload = Type.Object({
  message_id: Type.String(),
  /** Places in the event log. */
  events: Type.Array(Type.String()),
});

/** Brings a message to those who take part in its conversation: one copy, however many they are. */
export function deliverTask({ sql, bus }: { sql: Sql; bus: Bus }): Task {
  const finisher = new Finisher(sql);
  return {
    kind: "deliver",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    run: async (job) => {
      const { events } = Value.Parse(Payload, job.payload);
      for (const event of await findEvents(sql, events)) await publishCopy(bus, event);
      await finisher.finish(job);
    },
  };
}
