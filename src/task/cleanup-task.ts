import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { Finisher } from "../job/finisher.ts";
import type { Task } from "../job/task.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Storage } from "../storage/storage.ts";

const LEASE_SECONDS = 60;
const CONCURRENCY = 2;

const Payload = Type.Object({
  prefix: Type.Optional(Type.String()),
  keys: Type.Optional(Type.Array(Type.String())),
});

/** Removes the objects of what has been deleted, or of an upload that was never committed. */
export function cleanupTask({ sql, storage }: { sql: Sql; storage: Storage }): Task {
  const finisher = new Finisher(sql);
  return {
    kind: "cleanup",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    run: async (job) => {
      const { prefix, keys } = Value.Parse(Payload, job.payload);
      if (prefix) await storage.removePrefix(prefix);
      if (keys) await storage.remove(keys);
      await finisher.finish(job);
    },
  };
}
