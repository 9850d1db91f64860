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
/** Between two turns: the answers of one are not to be given in the next. */
const REST_MS = 1_500;
const PEOPLE = { few: 2, many: 5_000 } as const;

/** How long sending takes in a small conversation and in a large one, mostly with a question to the AI. */
export async function benchSend(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  const [few, many] = [await roomOf(setUp, PEOPLE.few), await roomOf(setUp, PEOPLE.many)];
  const bare = await bareServer();
  const cases = {
    bare: (content: string) => bare(content, true),
    few: (content: string) => few(content, true),
    many: (content: string) => many(content, true),
    unasked: (content: string) => many(content, false),
  };
  const p99s = await inTurns(cases);
  await setUp.stop();
  const row = (what: string, p99: string): Row => ({
    what: `${what}, ${PER_SECOND}/s, p99`,
    measured: p99,
    reach: "≤ 50 ms, target 15 ms",
    peer: `${p99s.bare} (a bare server that inserts one row)`,
  });
  const among = (people: number) => `conversation of ${people.toLocaleString("en")}`;
  return [
    row(`POST message, respond-async, ${among(PEOPLE.few)}`, p99s.few),
    row(`POST message, respond-async, ${among(PEOPLE.many)}`, p99s.many),
    row(`POST message to people alone, ${among(PEOPLE.many)}`, p99s.unasked),
  ];
}

/** They take turns, so that the machine's noise falls on all alike. @returns the median of each one's p99 */
async function inTurns<Name extends string>(
  cases: Readonly<Record<Name, (content: string) => Promise<unknown>>>,
): Promise<Record<Name, string>> {
  const all = Object.entries<(content: string) => Promise<unknown>>(cases).map(([name, post]) => ({
    name,
    post,
    p99s: new Array<number>(),
  }));
  for (const { post } of all) await send(post, WARM_UP_SECONDS);
  for (let run = 0; run < RUNS; run++)
    for (const { post, p99s } of all) {
      await Bun.sleep(REST_MS);
      p99s.push(percentile(await send(post, SECONDS), 0.99));
    }
  const medians = all.map(({ name, p99s }) => [name, ms(median(p99s))]);
  return Object.fromEntries(medians) as Record<Name, string>;
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
async function send(
  post: (content: string) => Promise<unknown>,
  seconds: number,
): Promise<number[]> {
  return await openLoop(PER_SECOND, PER_SECOND * seconds, async (number) => {
    const startedAt = performance.now();
    await post(`Who kept the light on day ${number}?`);
    return performance.now() - startedAt;
  });
}
