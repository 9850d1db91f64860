import { Client } from "../../support/client.ts";
import { signHs256 } from "../../support/jwt.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { networked } from "../../support/set-up.ts";
import { ms } from "../../support/table.ts";
import { userIdOf } from "../sockets/crowd.ts";
import { median, percentile, type Row } from "../table.ts";
import { type Post, roomOf } from "./post.ts";

const RUNS = 3;
const MESSAGES = 400;
const WARM_UP = 50;
/** Between two messages, so that they come at any time of whatever ticks. */
const PAUSE_MS_MAX = 25;

/** How long after it was sent, and after it was acknowledged, a message was heard. */
interface Hop {
  readonly sinceSentMs: number;
  readonly sinceStoredMs: number;
}

/** From one API process to a socket on another, one message at a time. */
export async function benchHop(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  const other = await setUp.network?.add("api");
  const post = await roomOf(setUp, 2);
  const token = await signHs256({ sub: userIdOf(1) });
  const socket = await new Client(other?.url ?? "", token).connect();
  await measure(post, socket, WARM_UP);
  const runs: Hop[][] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(post, socket, MESSAGES));
  await setUp.stop();
  const row = (since: string, of: (hop: Hop) => number, reach: string): Row => {
    const at = (p: number) => ms(median(runs.map((hops) => percentile(hops.map(of), p))));
    const what = `message → socket on another API process, since it was ${since}, p50 · p99`;
    return { what, measured: `${at(0.5)} · ${at(0.99)}`, reach };
  };
  return [
    row("sent", ({ sinceSentMs }) => sinceSentMs, "≤ 5 · 25 ms"),
    row("acknowledged", ({ sinceStoredMs }) => sinceStoredMs, "—"),
  ];
}

async function measure(post: Post, socket: LiveSocket, messages: number): Promise<Hop[]> {
  const hops: Hop[] = [];
  for (let at = 0; at < messages; at++) {
    await Bun.sleep(Math.random() * PAUSE_MS_MAX);
    hops.push(await hop(post, socket));
    socket.frames.length = 0;
  }
  return hops;
}

async function hop(post: Post, socket: LiveSocket): Promise<Hop> {
  const content = crypto.randomUUID();
  const sentAt = performance.now();
  const stored = post(content, false).then(() => performance.now());
  const heard = socket
    .waitFor<{ message: { content: string } }>(
      "message.created",
      ({ message }) => message.content === content,
    )
    .then(() => performance.now());
  const [storedAt, heardAt] = await Promise.all([stored, heard]);
  return { sinceSentMs: heardAt - sentAt, sinceStoredMs: heardAt - storedAt };
}
