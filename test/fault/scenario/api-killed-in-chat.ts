import postgres from "postgres";
import { Client } from "../../support/client.ts";
import type { Engine } from "../../support/engine.ts";
import { eventually } from "../../support/eventually.ts";
import type { LiveSocket } from "../../support/live-socket.ts";
import { openRoom, type Room } from "../../support/room.ts";
import { networked, type SetUp } from "../../support/set-up.ts";
import { Follower } from "../follower.ts";
import type { Random } from "../../support/random.ts";
import { Findings, type Scenario } from "../scenario.ts";

const PEOPLE = { short: 60, long: 2_000 } as const;
const KILLS = { short: 1, long: 4 } as const;
/** How long people talk before a process is killed. */
const TALK_MS_MIN = { short: 300, long: 3_000 } as const;
const TALK_MS_MAX = { short: 600, long: 6_000 } as const;
const MESSAGE_EVERY_MS = 200;
const CONNECT_AT_ONCE = 100;
/** Clients spread their return. */
const RETURN_MS_MAX = 500;
/** Until everyone who was cut off is back and has seen all that was said. */
const REACH_MS = 20_000;
/** It only bounds a hang. */
const SETTLE = { timeoutMs: 60_000, pollMs: 100 };

/** Somebody who takes part, with the process that their socket is on. */
interface Participant {
  readonly follower: Follower;
  home: number;
  socket: LiveSocket;
}

interface Scene {
  readonly setUp: SetUp;
  readonly sql: postgres.Sql;
  readonly random: Random;
  readonly room: Room;
  /** The two API processes; one that is killed is followed by another in its place. */
  readonly engines: Engine[];
  readonly participants: readonly Participant[];
}

export const apiKilledInChat: Scenario = {
  name: "api-killed-in-chat",
  promise:
    "kill -9 of one of two API processes while a large conversation talks: its clients come back to the other one, everyone sees every message, and each message is stored once.",
  reachMs: REACH_MS,
  run: async ({ length, random }) => {
    const scene = await setTheScene(PEOPLE[length], random);
    const findings = new Findings();
    const talk = new Talk(scene);
    for (let kill = 0; kill < KILLS[length]; kill++) {
      await Bun.sleep(random.between(TALK_MS_MIN[length], TALK_MS_MAX[length]));
      findings.waited(await killOne(scene, kill % 2));
      findings.runs++;
    }
    await talk.stop();
    await audit(scene, talk.acknowledged, findings);
    await Promise.all(scene.participants.map(({ follower }) => follower.leave(false)));
    await scene.sql.end();
    await scene.setUp.stop();
    return findings;
  },
};

async function setTheScene(people: number, random: Random): Promise<Scene> {
  const setUp = await networked({ compiled: true });
  const second = await setUp.network?.add("api");
  if (!second) throw new Error("The set-up has no network to add a process to.");
  const engines = [setUp.api(), second];
  const sql = postgres(setUp.network?.databaseUrl ?? "", { max: 2 });
  const ids = Array.from({ length: people }, () => crypto.randomUUID());
  const room = await openRoom(setUp, ids);
  const participants: Participant[] = [];
  for (let at = 0; at < people; at += CONNECT_AT_ONCE) {
    const next = ids.slice(at, at + CONNECT_AT_ONCE).map(async (sub, index) => {
      const follower = new Follower(await setUp.user({ sub }));
      const home = index % engines.length;
      return { follower, home, socket: await follower.connect(engines[home]?.url) };
    });
    participants.push(...(await Promise.all(next)));
  }
  return { setUp, sql, random, room, engines, participants };
}

/** Messages to people, one a beat, each sent again until a process has acknowledged it. */
class Talk {
  /** By the ids that their author's client gave them. */
  readonly acknowledged: string[] = [];
  readonly #stopping = new AbortController();
  readonly #sending: Promise<void>[] = [];
  readonly #loop: Promise<void>;

  constructor(private readonly scene: Scene) {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#sending);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#sending.push(this.#send(crypto.randomUUID()));
      await Bun.sleep(MESSAGE_EVERY_MS);
    }
  }

  async #send(clientId: string): Promise<void> {
    const json = { content: `It is ${clientId}.`, client_id: clientId, ask: false };
    await eventually(async () => (await this.#post(json)) === 200, SETTLE);
    this.acknowledged.push(clientId);
  }

  /** Where it is not known whether it was stored, the client sends it again: with the same id. */
  async #post(json: unknown): Promise<number> {
    const { engines, random, room } = this.scene;
    const { token, userId } = room.speaker;
    const client = new Client(random.pick(engines).url, token, userId);
    return (await client.call("POST", room.path, { json })).status;
  }
}

/** @returns milliseconds until all who were on it were back and had seen what was said until then */
async function killOne(scene: Scene, which: number): Promise<number> {
  const { setUp, engines, participants, random } = scene;
  const victim = engines[which];
  if (!victim) throw new Error("There are two processes.");
  const cutOff = participants.filter(({ home }) => home === which);
  const back = cutOff.map(async (participant) => {
    await participant.socket.closed;
    await Bun.sleep(random.between(0, RETURN_MS_MAX));
    participant.home = 1 - which;
    participant.socket = await participant.follower.connect(engines[participant.home]?.url);
  });
  const killedAt = performance.now();
  victim.kill("SIGKILL");
  await Promise.all(back);
  await untilSeen(scene, cutOff);
  const tookMs = performance.now() - killedAt;
  engines[which] = await victim.again();
  setUp.replace(victim, engines[which]);
  return tookMs;
}

/** Waits for what has been said until now; what never comes is for the audit to find. */
async function untilSeen(scene: Scene, participants: readonly Participant[]): Promise<void> {
  const ids = (await said(scene)).map(({ id }) => id);
  const all = () => participants.every(({ follower }) => follower.hasSeen(ids));
  await eventually(all, SETTLE).catch(() => undefined);
}

/** The events of the conversation; everybody was there from the first on. */
function said({ sql, room }: Scene): Promise<{ id: string; type: string }[]> {
  return sql<{ id: string; type: string }[]>`
    select xid || '-' || id as id, type from events
    where topic = ${`conversation:${room.conversationId}`} order by xid, events.id`;
}

async function audit(
  scene: Scene,
  acknowledged: readonly string[],
  findings: Findings,
): Promise<void> {
  await untilSeen(scene, scene.participants);
  const due = await said(scene);
  for (const { follower } of scene.participants) follower.audit(due, findings);
  const stored = await scene.sql<{ id: string; times: number }[]>`
    select client_id as id, count(*)::int as times from messages group by client_id`;
  const times = new Map(stored.map((row) => [row.id, row.times]));
  for (const id of acknowledged) if (!times.has(id)) findings.lost.push(`message ${id}`);
  for (const { id, times: count } of stored)
    if (count > 1) findings.doubled.push(`message ${id}: ${count} times`);
  if (due.length < acknowledged.length)
    findings.lost.push(`${acknowledged.length} messages, and ${due.length} events of them`);
}
