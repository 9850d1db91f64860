import { networked } from "../../support/set-up.ts";
import { clockMs } from "../queue/system.ts";
import { startProgram, untilSaid } from "../sockets/program.ts";
import { p50p99, type Row } from "../table.ts";
import { openLoop } from "./open-loop.ts";
import { roomOf } from "./post.ts";
import type { WitnessFindings, WitnessPlan } from "./witnesses.ts";

const SOCKETS = 2_000;
const PER_SECOND = 5;
const SECONDS = 30;
const MESSAGES = PER_SECOND * SECONDS;
/** After the last message. */
const SETTLE_MS = 10_000;

/** One message to very many, on two API processes. */
export async function benchSpread(): Promise<Row[]> {
  const setUp = await networked({ compiled: true });
  const other = await setUp.network?.add("api");
  const post = await roomOf(setUp, SOCKETS);
  const plan: WitnessPlan = {
    dialect: "rag-engine",
    urls: [setUp.url, other?.url ?? ""],
    sockets: SOCKETS,
    messages: MESSAGES,
    timeoutMs: SECONDS * 1_000 + SETTLE_MS,
  };
  const program = startProgram("../chat/witnesses", plan);
  await untilSaid(program, "ready");
  const sentAt = await openLoop(PER_SECOND, MESSAGES, async (number) => {
    const at = clockMs();
    await post(`#${number}`, false);
    return at;
  });
  await program.exited;
  await program.drained;
  await setUp.stop();
  const line = program.stdout().trim().split("\n").at(-1) ?? "";
  return rowsOf(JSON.parse(line) as WitnessFindings, sentAt);
}

function rowsOf(findings: WitnessFindings, sentAt: readonly number[]): Row[] {
  const { lastHeardAt, missing, doubled, sequences } = findings;
  const delays = sentAt.map((at, number) => (lastHeardAt[number] || Infinity) - at);
  const sockets = `${SOCKETS.toLocaleString("en")} sockets on 2 API processes`;
  return [
    {
      what: `one message to ${sockets}, sent → heard by all, p50 · p99`,
      measured: p50p99(delays),
      reach: "≤ 100 ms",
    },
    {
      what: `${PER_SECOND}/s for ${SECONDS} s: missing, doubled, different sequences`,
      measured: `${missing}, ${doubled}, ${sequences}`,
      reach: "0, 0, 1",
    },
  ];
}
