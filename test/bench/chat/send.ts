import { networked } from "../../support/set-up.ts";
import { ms } from "../../support/table.ts";
import { diskSyncs } from "../disk.ts";
import { median, percentile, type Row } from "../table.ts";
import { openLoop } from "./open-loop.ts";
import { type Post, roomOf } from "./post.ts";

const PER_SECOND = 200;
const SECONDS = 5;
const WARM_UP_SECONDS = 2;
const RUNS = 3;
const PEOPLE = [2, 5_000] as const;
const DISK_SECONDS = 5;

/** How long sending takes in a small conversation and in a large one, the AI being asked each time. */
export async function benchSend(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  const rooms: Post[] = [];
  for (const people of PEOPLE) rooms.push(await roomOf(setUp, people));
  const p99s = rooms.map((): number[] => []);
  for (const post of rooms) await send(post, WARM_UP_SECONDS);
  for (let run = 0; run < RUNS; run++)
    for (const [at, post] of rooms.entries())
      p99s[at]?.push(percentile(await send(post, SECONDS), 0.99));
  await setUp.stop();
  const disk = await diskSyncs(PER_SECOND, DISK_SECONDS);
  const peer = `${ms(percentile(disk, 0.99))} (the disk's own fdatasync)`;
  return PEOPLE.map((people, at) => ({
    what: `POST message, respond-async, ${PER_SECOND}/s, conversation of ${people.toLocaleString("en")}, p99`,
    measured: ms(median(p99s[at] ?? [])),
    reach: "≤ 50 ms, target 15 ms",
    peer,
  }));
}

/** @returns milliseconds */
async function send(post: Post, seconds: number): Promise<number[]> {
  return await openLoop(PER_SECOND, PER_SECOND * seconds, async (number) => {
    const startedAt = performance.now();
    await post(`Who kept the light on day ${number}?`, true);
    return performance.now() - startedAt;
  });
}
