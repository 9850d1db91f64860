import type { Config } from "../config.ts";
import { watchPresence } from "../metrics/realtime.ts";
import { PresenceAnnouncer } from "../presence/announcer.ts";
import { InProcessPresenceStore } from "../presence/in-process-store.ts";
import { PRESENCE_TIMES, type PresenceStore } from "../presence/presence.ts";
import { PresenceTracker } from "../presence/tracker.ts";
import type { Foundation } from "./foundation.ts";
import type { Running } from "./running.ts";

/** Kept in Redis if it is configured; else this process is all there is. */
export async function openPresence(config: Config, running: Running): Promise<PresenceStore> {
  if (!config.redisUrl) return new InProcessPresenceStore();
  const { RedisPresenceStore } = await import("../redis/presence-store.ts");
  const store = new RedisPresenceStore(config.redisUrl, PRESENCE_TIMES);
  const serves = config.role === "api" || config.role === "all";
  // The other roles ask for nobody's presence: they have no connection for it.
  return serves ? await running.add(store) : store;
}

/** Tells of this process's sockets as long as it runs. It stops after those who tell it of them. */
export async function trackPresence(
  foundation: Foundation,
  running: Running,
): Promise<PresenceTracker> {
  const announcer = await running.add(new PresenceAnnouncer(foundation));
  const tracker = new PresenceTracker(foundation.presence, announcer.changed);
  watchPresence(() => tracker.isKnown);
  return await running.add(tracker);
}
