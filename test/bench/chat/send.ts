import { freshDatabase } from "../../support/postgres.ts";
import { networked } from "../../support/set-up.ts";
import { ms } from "../../support/table.ts";
import { startProgram, untilSaid } from "../sockets/program.ts";
import { median, percentile, type Row } from "../table.ts";
import type { BarePlan } from "./bare-server.ts";
import { openLoop } from "./open-loop.ts";
import { type Post, roomOf } from "./post.ts";

const PER_SECOND = 200;
const SECONDS = 5;
const WARM_UP_SECONDS = 2;
const RUNS = 3;
const PEOPLE = [2, 5_000] as const;

/** How long sending takes in a small conversation and in a large one, the AI being asked each time. */
export async function benchSend(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  const posts: Post[] = [await bareServer()];
  for (const people of PEOPLE) posts.push(await roomOf(setUp, people));
  for (const post of posts) await send(post, WARM_UP_SECONDS);
  const p99s = new Map(posts.map((post): [Post, number[]] => [post, []]));
  // They take turns, so that the machine's noise falls on all alike.
  for (let run = 0; run < RUNS; run++)
    for (const [post, samples] of p99s) samples.push(percentile(await send(post, SECONDS), 0.99));
  await setUp.stop();
  const [bare, ...rooms] = [...p99s.values()].map((samples) => ms(median(samples)));
  return PEOPLE.map((people, at) => ({
    what: `POST message, respond-async, ${PER_SECOND}/s, conversation of ${people.toLocaleString("en")}, p99`,
    measured: rooms[at] ?? "",
    reach: "≤ 50 ms, target 15 ms",
    peer: `${bare} (a bare server that inserts one row)`,
  }));
}

async function bareServer(): Promise<Post> {
  const plan: BarePlan = { databaseUrl: await freshDatabase() };
  const program = startProgram("../chat/bare-server", plan);
  await untilSaid(program, "port ");
  const url = `http://127.0.0.1:${/port (\d+)/.exec(program.stdout())?.[1]}/`;
  return async (content, ask) => {
    const body = JSON.stringify({ content, ask });
    await (await fetch(url, { method: "POST", body })).text();
  };
}

/** @returns milliseconds */
async function send(post: Post, seconds: number): Promise<number[]> {
  return await openLoop(PER_SECOND, PER_SECOND * seconds, async (number) => {
    const startedAt = performance.now();
    await post(`Who kept the light on day ${number}?`, true);
    return performance.now() - startedAt;
  });
}
