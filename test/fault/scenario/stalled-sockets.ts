import type { Redis } from "ioredis";
import { type Client, socketUrl } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { LiveSocket } from "../../support/live-socket.ts";
import { startProxy, through } from "../../support/proxy.ts";
import { OPCODE, RawSocket } from "../../support/raw-socket.ts";
import { networked } from "../../support/set-up.ts";
import { heldConnections, residentBytes } from "../observe.ts";
import { Findings, type Scenario } from "../scenario.ts";

/**
 * How many sockets stop reading at once, how often, for how long latency is measured without them, and how much
 * chance may add to it: other tests may share the machine with the short run.
 */
const SIZE = {
  short: { stalled: 1, rounds: 1, calmMs: 2_000, silent: false, slackMs: 5_000 },
  long: { stalled: 3, rounds: 8, calmMs: 10_000, silent: true, slackMs: 100 },
} as const;

const EVENTS_EVERY_MS = 8;
/** So much that the buffers of the system are full within a second or two. */
const EVENT_BYTES = 60_000;
const REACH_MS = 10_000;
const SILENT_REACH_MS = 40_000;
const LOOK_EVERY_MS = 100;
/** It only bounds a hang. */
const GONE_MS = 60_000;
/** What 1 MiB for each may come to, with what the runtime makes of it. */
const MEMORY_BYTES_MAX = 160 * 1024 * 1024;

/** A user with a socket that reads, of whose events the latency is measured. */
interface Watched {
  readonly user: Client;
  readonly witness: LiveSocket;
}

export const stalledSockets: Scenario = {
  name: "stalled-sockets",
  promise:
    "A socket that stops reading is closed within 10 s, and the others wait no longer for it; one that answers no ping is closed within 40 s; memory stays bounded.",
  reachMs: REACH_MS,
  run: async ({ length }) => {
    const { stalled, rounds, calmMs, silent, slackMs } = SIZE[length];
    const setUp = await networked({ compiled: true });
    const findings = new Findings();
    const publisher = setUp.network?.redis.client();
    if (!publisher) throw new Error("The set-up has no Redis to publish to.");
    const [api, user] = [setUp.api(), await setUp.user()];
    const watched = { user, witness: await user.connect() };
    const silentGone = silent ? dropTheSilent(api, await setUp.user()) : Promise.resolve(0);
    const calm = await publishFor(publisher, watched, Bun.sleep(calmMs));
    const memoryBefore = residentBytes(api.pid);
    for (let round = 0; round < rounds; round++) {
      const closing = stall(api, user, stalled, findings);
      const troubled = await publishFor(publisher, watched, closing);
      if (troubled > calm + slackMs)
        findings.broken.push(
          `p99 of the others: ${troubled.toFixed(1)}, before ${calm.toFixed(1)} ms`,
        );
      const grownBytes = (await closing) - memoryBefore;
      if (grownBytes > MEMORY_BYTES_MAX) findings.broken.push(`memory grew by ${grownBytes} bytes`);
      findings.runs += stalled;
    }
    const silentMs = await silentGone;
    if (silentMs > SILENT_REACH_MS)
      findings.broken.push(`sockets that answer no ping were closed after ${silentMs} ms`);
    await publisher.quit();
    await user.leave();
    await setUp.stop();
    return findings;
  },
};

/**
 * Opens sockets that read nothing, and waits until the process has let go of each.
 * @returns the most memory that the process held meanwhile, in bytes
 */
async function stall(
  api: Engine,
  user: Client,
  count: number,
  findings: Findings,
): Promise<number> {
  const sockets = Array.from(
    { length: count },
    () => new RawSocket(socketUrl(api.url, user.token)),
  );
  await Promise.all(sockets.map(({ status }) => status));
  const stoppedAt = performance.now();
  for (const socket of sockets) socket.pause();
  const waiting = new Set(sockets.map(({ localPort }) => localPort));
  let peakBytes = 0;
  while (waiting.size > 0 && performance.now() - stoppedAt < GONE_MS) {
    // The kernel's table is long: reading it more often would slow down what is measured.
    await Bun.sleep(LOOK_EVERY_MS);
    const held = heldConnections(api.port);
    peakBytes = Math.max(peakBytes, residentBytes(api.pid));
    for (const port of waiting)
      if (!held.has(port) && waiting.delete(port)) findings.waited(performance.now() - stoppedAt);
  }
  for (const port of waiting) findings.broken.push(`the socket from port ${port} was never closed`);
  for (const socket of sockets) socket.destroy();
  return peakBytes;
}

/**
 * Publishes to the user until `end`, each message with its time.
 * @returns the 99th percentile of how long they took to the socket that reads, in milliseconds
 */
async function publishFor(
  publisher: Redis,
  { user, witness }: Watched,
  end: Promise<unknown>,
): Promise<number> {
  let ended = false;
  const ending = end.finally(() => (ended = true));
  const latencies: number[] = [];
  const listen = (event: MessageEvent) => {
    const frame = JSON.parse(String(event.data)) as { type: string; payload: { sentAt: number } };
    if (frame.type === "test.told") latencies.push(performance.now() - frame.payload.sentAt);
  };
  witness.socket.addEventListener("message", listen);
  while (!ended) {
    const payload = { sentAt: performance.now(), pad: "x".repeat(EVENT_BYTES) };
    const message = { user_id: user.userId, type: "test.told", payload };
    await publisher.publish("rag_realtime", JSON.stringify(message));
    await Bun.sleep(EVENTS_EVERY_MS);
  }
  await ending;
  witness.socket.removeEventListener("message", listen);
  witness.frames.splice(0); // Megabytes that nobody asks for any more.
  return latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? 0;
}

/**
 * One that says nothing, one that says things but answers nothing, and one whose line is cut.
 * @returns how long the process held the last of them, in milliseconds
 */
async function dropTheSilent(api: Engine, { token }: Client): Promise<number> {
  const known = heldConnections(api.port);
  const proxy = await startProxy(api.port);
  const address = socketUrl(api.url, token);
  const [silent, deaf] = [new RawSocket(address), new RawSocket(address)];
  const cut = LiveSocket.open(through(proxy, address));
  await Promise.all([silent.status, deaf.status, cut.waitFor("ready")]);
  const opened = heldConnections(api.port).difference(known);
  proxy.blackHole();
  const sending = setInterval(() => deaf.send(OPCODE.text, '{"type":"news"}'), 1_000);
  const openedAt = performance.now();
  const gone = () => heldConnections(api.port).isDisjointFrom(opened);
  await eventually(gone, { timeoutMs: GONE_MS, pollMs: LOOK_EVERY_MS });
  const tookMs = performance.now() - openedAt;
  clearInterval(sending);
  await proxy.stop();
  return tookMs;
}
