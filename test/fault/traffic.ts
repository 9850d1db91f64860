import type postgres from "postgres";
import { Client, type Message, type Reply, type Upload } from "../support/client.ts";
import type { Engine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import type { LiveSocket } from "../support/live-socket.ts";
import type { SetUp } from "../support/set-up.ts";
import { auditAnswers, auditDocuments, auditSocket, eventsOf, plannedForRemoval } from "./audit.ts";
import type { Random } from "../support/random.ts";
import type { Findings } from "./scenario.ts";

/** A user with a workspace and a conversation. */
export interface Caller {
  readonly user: Client;
  readonly workspaceId: string;
  readonly conversationId: string;
}

/** A caller with a socket that listens all the time. */
export interface Listener extends Caller {
  readonly socket: LiveSocket;
  readonly cursor: string;
}

/** @param engine the API process that this user talks to */
export async function listenThrough(setUp: SetUp, engine: Engine): Promise<Listener> {
  const { token, userId } = await setUp.user();
  const user = new Client(engine.url, token, userId);
  const caller = await settleIn(user);
  const socket = await user.connect();
  const ready = await socket.waitFor<{ cursor: string }>("ready");
  return { ...caller, socket, cursor: ready.payload.cursor };
}

/** Gives a user a workspace and a conversation. */
export async function settleIn(user: Client): Promise<Caller> {
  const { id: workspaceId } = await user.createWorkspace();
  const { id: conversationId } = await user.createConversation(workspaceId);
  return { user, workspaceId, conversationId };
}

/** A call that was not acknowledged. */
export interface Refusal {
  readonly what: string;
  /** Absent where no answer came at all. */
  readonly reply?: Reply<unknown>;
}

/** Calls beyond these that hang are not joined by more. */
const IN_FLIGHT_MAX = 100;

/** Uploads, questions and lists, in an open loop: one a beat, whether or not the last has been answered. */
export class Traffic {
  /** Documents whose upload was acknowledged. */
  readonly documentIds: string[] = [];
  /** AI messages whose question was acknowledged. */
  readonly answerIds: string[] = [];
  readonly refusals: Refusal[] = [];
  /** The longest that any call took, in milliseconds. */
  slowestMs = 0;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #loop: Promise<void>;
  #number = 0;

  constructor(
    private readonly callers: readonly Caller[],
    private readonly random: Random,
    everyMs: number,
  ) {
    this.#loop = this.#run(everyMs);
  }

  /** Resolves when every call has been answered. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#inFlight);
  }

  async #run(everyMs: number): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#inFlight.size < IN_FLIGHT_MAX) this.#call();
      await Bun.sleep(everyMs);
    }
  }

  #call(): void {
    const call = this.#next(this.random.pick(this.callers), this.#number++);
    const tracked: Promise<void> = call.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  #next(caller: Caller, number: number): Promise<void> {
    if (number % 4 === 1) return this.#ask(caller, number);
    if (number % 4 === 3) return this.#list(caller);
    return this.#upload(caller, number);
  }

  async #upload({ user, workspaceId }: Caller, number: number): Promise<void> {
    const reply = await this.#noting("an upload", () =>
      user.tryUpload(workspaceId, report(number)),
    );
    for (const { document } of (reply?.body as Upload | undefined)?.items ?? [])
      this.documentIds.push(document.id);
  }

  async #ask(caller: Caller, number: number): Promise<void> {
    const reply = await this.#noting("a question", () => ask(caller, number));
    if (reply) this.answerIds.push((reply.body as Message).id);
  }

  async #list({ user, workspaceId }: Caller): Promise<void> {
    await this.#noting("a list", () =>
      user.call("GET", `/api/workspaces/${workspaceId}/documents`),
    );
  }

  /** @returns the reply if it acknowledges */
  async #noting(
    what: string,
    call: () => Promise<Reply<unknown>>,
  ): Promise<Reply<unknown> | undefined> {
    const startedAt = performance.now();
    const reply = await call().catch(() => undefined);
    const tookMs = performance.now() - startedAt;
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    if (reply && reply.status < 300) return reply;
    this.refusals.push({ what, ...(reply ? { reply } : {}) });
    return undefined;
  }
}

export function report(number: number): { name: string; content: string } {
  const content = `Report ${number}. The harbour master counted ${number} ships that day.`;
  return { name: `report-${number}.txt`, content };
}

/** Asks without waiting for the answer. */
export function ask({ user, conversationId }: Caller, number: number): Promise<Reply<Message>> {
  const json = { content: `How many ships did the harbour master count in report ${number}?` };
  const headers = { prefer: "respond-async" };
  return user.call("POST", `/api/conversations/${conversationId}/messages`, { json, headers });
}

/** It only bounds a hang. */
const SETTLE_TIMEOUT_MS = 60_000;

/**
 * Waits until nothing is left to be done or told, and then checks everything: nothing acknowledged is
 * missing, nothing is there twice, and every socket has been sent every event.
 */
export async function auditTraffic(
  sql: postgres.Sql,
  setUp: SetUp,
  { documentIds, answerIds }: Pick<Traffic, "documentIds" | "answerIds">,
  listeners: readonly Listener[],
  findings: Findings,
): Promise<void> {
  const patience = { timeoutMs: SETTLE_TIMEOUT_MS, pollMs: 100 };
  await eventually(() => nothingOpen(sql), patience).catch(() => undefined);
  await eventually(() => allTold(sql, listeners), patience).catch(() => undefined);
  await auditStored(sql, setUp, { documentIds, answerIds }, findings);
  for (const { user, socket, cursor } of listeners)
    await auditSocket(sql, user.userId, socket.frames, cursor, findings);
}

/** Checks that all that was acknowledged is there and done, and that nothing else is there by half. */
export async function auditStored(
  sql: postgres.Sql,
  setUp: SetUp,
  { documentIds, answerIds }: Pick<Traffic, "documentIds" | "answerIds">,
  findings: Findings,
): Promise<void> {
  if (documentIds.length === 0 || answerIds.length === 0)
    findings.broken.push("Too little was acknowledged to show anything.");
  const stored = (await sql<{ id: string }[]>`select id from documents`).map(({ id }) => id);
  const doomed = await plannedForRemoval(sql);
  const objects = (await setUp.objects()).filter((key) => !doomed.has(key));
  await auditDocuments(sql, [...new Set([...documentIds, ...stored])], objects, findings);
  const answers = await sql<{ id: string }[]>`select id from messages where role = 'ai'`;
  await auditAnswers(sql, [...new Set([...answerIds, ...answers.map(({ id }) => id)])], findings);
}

async function nothingOpen(sql: postgres.Sql): Promise<boolean> {
  const [open] = await sql<{ count: number }[]>`
    select (select count(*) from jobs where kind <> 'cleanup' and status in ('queued', 'running'))::int
      + (select count(*) from documents where status in ('pending', 'parsed'))::int
      + (select count(*) from messages where status in ('pending', 'running'))::int as count`;
  return open?.count === 0;
}

async function allTold(sql: postgres.Sql, listeners: readonly Listener[]): Promise<boolean> {
  for (const { user, socket, cursor } of listeners) {
    const seen = new Set(socket.frames.map(({ id }) => id));
    const due = await eventsOf(sql, user.userId, cursor);
    if (!due.every(({ id }) => seen.has(id))) return false;
  }
  return true;
}

/** The longest that any job lay waiting for its first attempt, in milliseconds. */
export async function longestWaitMs(sql: postgres.Sql): Promise<number> {
  const [wait] = await sql<{ ms: number }[]>`
    select coalesce(max(extract(epoch from started_at - created_at)), 0)::float8 * 1000 as ms
    from jobs where kind <> 'cleanup' and retry_count = 0`;
  return wait?.ms ?? 0;
}
