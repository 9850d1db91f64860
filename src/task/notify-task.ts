import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { DeferredError, PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import { Finisher } from "../job/finisher.ts";
import type { Job } from "../job/job.ts";
import { finishJob, setPayload } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import { pushOutcomes } from "../metrics/push.ts";
import { pruneDevices } from "../notification/device-store.ts";
import { type Addressee, findNotification, findRecipients } from "../notification/store.ts";
import type { Outcome, PushGateway } from "../push/gateway.ts";
import { type PlanDeps, planNotifications } from "./notify-plan.ts";

export interface NotifyDeps extends Omit<PlanDeps, "providers"> {
  readonly gateways: readonly PushGateway[];
}

const LEASE_SECONDS = 30;
const CONCURRENCY = 8;

/** Of a message: whom to notify is still to be found out. */
const Plan = Type.Object({ message_id: Type.String(), after: Type.Optional(Type.String()) });
/** Those of a batch who still are to be reached. */
const Batch = Type.Object({
  message_id: Type.String(),
  provider: Type.Union([Type.Literal("webhook"), Type.Literal("fcm"), Type.Literal("onesignal")]),
  recipients: Type.Array(
    Type.Object({ user_id: Type.String(), device_id: Type.Optional(Type.String()) }),
  ),
});
type Batch = typeof Batch.static;

/** Tells those who are away of a message: one job finds out who they are, and queues one for each batch. */
export function notifyTask(deps: NotifyDeps): Task {
  const { sql, gateways } = deps;
  const providers = gateways.map(({ provider }) => provider);
  const finisher = new Finisher(sql);
  return {
    kind: "notify",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    run: async (job, signal) => {
      if (!Value.Check(Batch, job.payload))
        return await planNotifications(
          { ...deps, providers },
          job,
          Value.Parse(Plan, job.payload),
          signal,
        );
      const told = await sendBatch(deps, job, job.payload, signal);
      if (told.some(({ outcome }) => outcome.state !== "delivered"))
        return await settle(deps, job, job.payload, told);
      await finisher.finish(job);
    },
  };
}

interface Told {
  readonly addressee: Addressee;
  readonly outcome: Outcome;
}

/** @returns what became of those who are to be reached still */
async function sendBatch(
  { sql, gateways }: NotifyDeps,
  job: Job,
  { message_id, provider, recipients: addressees }: Batch,
  signal: AbortSignal,
): Promise<Told[]> {
  const gateway = gateways.find((each) => each.provider === provider);
  if (!gateway) throw new PermanentError("push_failed", `No push by ${provider} is configured.`);
  // The job's own id: whatever attempt this is, the receiver sees the same one.
  const notification = await findNotification(sql, job.id, message_id);
  const recipients = await findRecipients(sql, message_id, addressees);
  if (!notification || recipients.length === 0) return [];
  const outcomes = await gateway.send(notification, recipients, { signal });
  return outcomes.flatMap((outcome, index) => {
    pushOutcomes.inc({ provider, outcome: outcome.state });
    const { userId: user_id, deviceId } = recipients[index] ?? {};
    if (user_id === undefined) return [];
    return [{ addressee: { user_id, ...(deviceId ? { device_id: deviceId } : {}) }, outcome }];
  });
}

/**
 * Forgets the devices that are gone, and keeps the job for those alone who have not been reached.
 * @throws DeferredError or PermanentError where there are any
 */
async function settle(
  { sql, bus }: NotifyDeps,
  job: Job,
  batch: Batch,
  told: readonly Told[],
): Promise<void> {
  const gone = told.filter(({ outcome }) => outcome.state === "invalid");
  const left = told.filter(
    ({ outcome }) => outcome.state === "later" || outcome.state === "refused",
  );
  await transact(sql, bus, async (tx) => {
    if (left.length === 0) await finishJob(tx, job);
    else
      await setPayload(tx, job, { ...batch, recipients: left.map(({ addressee }) => addressee) });
    await pruneDevices(
      tx,
      gone.flatMap(({ addressee }) => addressee.device_id ?? []),
    );
  });
  if (left.length > 0) throw failureOf(left.map(({ outcome }) => outcome));
}

function failureOf(outcomes: readonly Outcome[]): Error {
  const later = outcomes.filter((outcome) => outcome.state === "later");
  if (later.length === 0) {
    const reason = outcomes.find((outcome) => outcome.state === "refused")?.reason;
    return new PermanentError("push_failed", reason ?? "The notification was refused.");
  }
  const waitMs = Math.max(...later.map(({ retryAfterMs = 0 }) => retryAfterMs));
  return new DeferredError("push_failed", later[0]?.reason ?? "", waitMs);
}
