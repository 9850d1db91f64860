import type { Bus } from "../event/bus.ts";
import { transact } from "../event/announce.ts";
import type { Job } from "../job/job.ts";
import { finishJob, insertJobs, type NewJob, setPayload } from "../job/store.ts";
import { findDevicesOf } from "../notification/device-store.ts";
import { type Addressee, listAudience } from "../notification/store.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import type { PushProvider } from "../push/gateway.ts";

/** Tells who has a socket open, on whatever process. */
export interface Presence {
  /** @returns those of these people who are online; undefined if that is not known. It never rejects. */
  onlineAmong(userIds: readonly string[]): Promise<ReadonlySet<string> | undefined>;
}

export interface PlanDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly presence: Presence;
  readonly providers: readonly PushProvider[];
}

/** People of one transaction. */
const PAGE_MAX = 1_000;
/** Addressees of one job, and of one call to a provider. */
const BATCH_MAX = 100;
const BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

/**
 * Queues a notification for everybody who takes part, is not the author, and is away, in batches. A large room
 * goes page by page, each of them kept: whoever takes the job over goes on where it broke off.
 */
export async function planNotifications(
  { sql, bus, presence, providers }: PlanDeps,
  job: Job,
  plan: { readonly message_id: string; readonly after?: string },
  signal: AbortSignal,
): Promise<void> {
  const { message_id } = plan;
  let after: string | undefined = plan.after ?? BEFORE_ALL;
  while (after !== undefined) {
    signal.throwIfAborted();
    const page = await listAudience(sql, message_id, after, PAGE_MAX);
    const online = await presence.onlineAmong(page);
    const away = page.filter((userId) => !online?.has(userId));
    const batches = await batchesFor(sql, providers, away);
    const next = page.length === PAGE_MAX ? page.at(-1) : undefined;
    await transact(sql, bus, async (tx, announce) => {
      if (next === undefined) await finishJob(tx, job);
      else await setPayload(tx, job, { ...job.payload, after: next });
      await insertJobs(
        tx,
        announce,
        batches.map((batch) => notifyJob(job, { message_id, ...batch })),
      );
    });
    after = next;
  }
}

interface Batch {
  readonly provider: PushProvider;
  readonly recipients: readonly Addressee[];
}

function notifyJob({ workspaceId }: Job, payload: { message_id: string } & Batch): NewJob {
  return { kind: "notify", ...(workspaceId ? { workspaceId } : {}), payload: { ...payload } };
}

async function batchesFor(
  sql: Sql,
  providers: readonly PushProvider[],
  userIds: readonly string[],
): Promise<Batch[]> {
  if (userIds.length === 0) return [];
  const devices = providers.some((each) => each !== "webhook")
    ? await findDevicesOf(sql, userIds)
    : [];
  return providers.flatMap((provider) => {
    const own = devices
      .filter((device) => device.provider === provider)
      .map(({ id, userId }) => ({ user_id: userId, device_id: id }));
    return chunks([...own, ...withoutDevice(provider, userIds, own)], BATCH_MAX).map(
      (recipients) => ({ provider, recipients }),
    );
  });
}

/** A webhook knows people by their ids alone; OneSignal knows those too whom the app has logged in there. */
function withoutDevice(
  provider: PushProvider,
  userIds: readonly string[],
  own: readonly Addressee[],
): Addressee[] {
  if (provider === "fcm") return [];
  const known = new Set(own.map(({ user_id }) => user_id));
  return userIds.filter((userId) => !known.has(userId)).map((user_id) => ({ user_id }));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
