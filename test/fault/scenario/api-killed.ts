import postgres from "postgres";
import { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeLlm, startLlm } from "../../support/llm.ts";
import { LIGHTHOUSE, talkAbout } from "../../support/scenes.ts";
import { networked, type SetUp } from "../../support/set-up.ts";
import { auditAnswers } from "../audit.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";
import { ask } from "../traffic.ts";

/** Of each kind of successor. */
const KILLS = { short: 1, long: 4 } as const;
const QUESTIONS_WAITED_FOR = 6;
const QUESTIONS_IN_THE_MOMENT = 4;
/** An answer's lease, and 5 s. */
const REACH_MS = 20_000;

type Successor = "itself" | "another";

/** Who asks, and where: the API process that will be killed. */
interface Scene {
  readonly setUp: SetUp;
  readonly llm: FakeLlm;
  readonly sql: postgres.Sql;
  readonly user: Client;
  readonly workspaceId: string;
  readonly conversationId: string;
}

export const apiKilled: Scenario = {
  name: "api-killed",
  promise:
    "When the API process is killed between storing a message and answering it, the answer comes all the same: by another, or by the same one started again.",
  reachMs: REACH_MS,
  run: async ({ length, random }) => {
    const llm = startLlm();
    const setUp = await networked({ compiled: true, env: llm.env });
    const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 2 });
    const user = await setUp.user();
    const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
    const ids = { workspaceId: workspace.id, conversationId: conversation.id };
    const scene: Scene = { setUp, llm, sql, user, ...ids };
    const findings = new Findings();
    // Each kill waits for a lease to end: the short form takes one of the two.
    const chosen: readonly Successor[] =
      length === "short" ? [random.pick(["itself", "another"])] : ["itself", "another"];
    for (const successor of chosen) {
      const other = successor === "another" ? await setUp.network?.add("api") : undefined;
      for (let kill = 0; kill < KILLS[length]; kill++) {
        await killWhileAnswering(scene, other, random, findings);
        findings.runs++;
      }
    }
    await sql.end();
    await setUp.stop();
    await llm.stop();
    return findings;
  },
};

async function killWhileAnswering(
  { setUp, llm, sql, user, ...where }: Scene,
  other: Engine | undefined,
  random: Random,
  findings: Findings,
): Promise<void> {
  const asker = { user, ...where };
  const before = llm.asked();
  llm.hold();
  const waiting = Array.from({ length: QUESTIONS_WAITED_FOR }, (_, number) =>
    user
      .ask(where.conversationId, `Who wrote down the weather on day ${number}?`)
      .catch(() => null),
  );
  await eventually(() => llm.asked() - before >= QUESTIONS_WAITED_FOR);
  const moment = Array.from({ length: QUESTIONS_IN_THE_MOMENT }, (_, number) =>
    ask(asker, number).catch(() => null),
  );
  await Bun.sleep(random.between(0, 30));
  const victim = setUp.api();
  victim.kill("SIGKILL");
  const killedAt = performance.now();
  await victim.exited;
  llm.release();
  const acknowledged = (await Promise.all(moment)).flatMap((reply) => reply?.body.id ?? []);
  if ((await Promise.all(waiting)).some((answer) => answer))
    findings.broken.push("The process that was killed had answered: nothing was shown.");
  if (!other) setUp.replace(victim, await victim.again());
  const patience = { timeoutMs: 2 * REACH_MS, pollMs: 50 };
  await eventually(() => isAllAnswered(sql), patience).catch(() => undefined);
  findings.waited(performance.now() - killedAt);
  if (other) setUp.replace(victim, await victim.again());
  await auditAnswers(sql, [...acknowledged, ...(await allAnswers(sql))], findings);
  await auditReading(other?.url ?? setUp.url, asker, acknowledged, findings);
}

async function allAnswers(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from messages where role = 'ai'`;
  return rows.map(({ id }) => id);
}

async function isAllAnswered(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ open: number }[]>`
    select count(*)::int as open from messages where role = 'ai' and status <> 'done'`;
  return row?.open === 0;
}

/** The user reads each answer that was acknowledged, and every question that was stored. */
async function auditReading(
  url: string,
  { user, conversationId }: { user: Client; conversationId: string },
  acknowledged: readonly string[],
  findings: Findings,
): Promise<void> {
  const messages = await new Client(url, user.token, user.userId).messages(conversationId);
  const answers = messages.filter(({ role, status }) => role === "ai" && status === "done");
  if (answers.length * 2 !== messages.length)
    findings.lost.push(`${messages.length} messages, and ${answers.length} answers among them`);
  for (const id of acknowledged)
    if (!answers.some((answer) => answer.id === id)) findings.lost.push(`answer ${id}`);
}
