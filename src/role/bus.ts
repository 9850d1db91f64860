import type { Config } from "../config.ts";
import type { Bus } from "../event/bus.ts";
import { InProcessBus } from "../event/in-process-bus.ts";
import type { Running } from "./running.ts";

/** Redis if it is configured; its client library is loaded only then. */
export async function openBus(config: Config, running: Running): Promise<Bus> {
  if (!config.redisUrl) return new InProcessBus();
  const { RedisBus } = await import("../redis/redis-bus.ts");
  return await running.add(new RedisBus(config.redisUrl, config.realtimeChannels));
}

/** The same for a process that ends once it has spoken: its end waits for what it has said. */
export async function openParting(config: Config, running: Running): Promise<Bus> {
  const bus = await openBus(config, running);
  const underway = new Set<Promise<boolean>>();
  const track = (sent: Promise<boolean>) => {
    underway.add(sent);
    return sent.finally(() => underway.delete(sent));
  };
  running.keep("last messages", async () => void (await Promise.all(underway)));
  return {
    copyChannels: bus.copyChannels,
    publish: (topic, message) => track(bus.publish(topic, message)),
    nudge: (topic, hint) => track(bus.nudge(topic, hint)),
    subscribe: (topic, handler) => bus.subscribe(topic, handler),
    onNudge: (topic, onNudge, ready) => bus.onNudge(topic, onNudge, ready),
    state: () => bus.state(),
  };
}
