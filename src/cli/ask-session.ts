import { basename } from "node:path";
import { AppError } from "../error.ts";
import { sleep } from "../service.ts";
import type { AskArguments } from "./ask-arguments.ts";
import { ProgressBoard, type Row } from "./ask-board.ts";
import {
  applyEvent,
  applyStatus,
  documentOf,
  type FileProgress,
  isSettled,
  NOT_SENT,
} from "./ask-progress.ts";
import { palette, type Screen } from "./ask-terminal.ts";
import { type SentFile, sendFiles } from "./ask-upload.ts";
import { type EngineAddress, type EngineClient, RefusedError } from "./client/engine-client.ts";
import { EventStream } from "./client/event-stream.ts";
import { Nudge } from "./client/nudge.ts";
import type { EventFrame, WireDocument, WireMessage } from "./client/wire.ts";

/** Events only make it quick; this finds what they did not tell. */
const POLL_INTERVAL_MS = 2_000;
/** An engine that restarts is waited for; one that is gone is not. */
const AWAY_MAX_MS = 30_000;
const AWAY_RETRY_MS = 500;
const STANDSTILL_MAX_MS = 15 * 60_000;
const ANSWER_MAX_MS = 10 * 60_000;
const TAKE_BACK_MAX_MS = 3_000;
const NAME_LENGTH_MAX = 100;

interface AskContext {
  readonly engine: EngineAddress;
  readonly client: EngineClient;
  readonly screen: Screen;
  readonly signal?: AbortSignal;
}

export interface AskOutcome {
  readonly workspaceId: string;
  readonly documents: readonly WireDocument[];
  /** Files that could not be read, each with its sentence. */
  readonly failures: readonly { readonly file: string; readonly sentence: string }[];
  /** The AI message, `done` or `error`; none if not a single file could be read. */
  readonly message?: WireMessage;
}

/**
 * Uploads the files to a workspace of their own, waits until they are indexed and asks.
 * The workspace stays, to look around in; if no answer comes out of it, it is deleted again.
 * @throws RefusedError, AppError `unavailable`, or the signal's reason
 */
export async function ask(request: AskArguments, context: AskContext): Promise<AskOutcome> {
  const names = request.files.map((file) => basename(file)).join(", ");
  const workspaceId = await context.client.createWorkspace(shorten(names));
  const session = new AskSession(request, workspaceId, context);
  try {
    const outcome = await session.run();
    if (!outcome.message) await takeBack(workspaceId, context);
    return outcome;
  } catch (error) {
    await takeBack(workspaceId, context);
    throw error;
  } finally {
    session.close();
  }
}

/** Best effort and bounded: the engine may be what failed. */
async function takeBack(workspaceId: string, { client }: AskContext): Promise<void> {
  const deleted = client.withoutSignal().deleteWorkspace(workspaceId);
  await Promise.race([deleted.catch(() => undefined), sleep(TAKE_BACK_MAX_MS)]);
}

function shorten(text: string): string {
  return text.length <= NAME_LENGTH_MAX ? text : `${text.slice(0, NAME_LENGTH_MAX - 1)}…`;
}

/** One question's way through the engine: what the events and REST have told so far, and the waiting. */
class AskSession {
  readonly #request: AskArguments;
  readonly #workspaceId: string;
  readonly #context: AskContext;
  readonly #board: ProgressBoard;
  readonly #events: EventStream;
  readonly #news = new Nudge();
  /** By document; events may come before the upload's answer says which documents are ours. */
  readonly #progress = new Map<string, FileProgress>();
  /** As many of the files as have been sent yet. */
  readonly #sent: SentFile[] = [];
  #heardAtMs = 0;

  constructor(request: AskArguments, workspaceId: string, context: AskContext) {
    this.#request = request;
    this.#workspaceId = workspaceId;
    this.#context = context;
    this.#board = new ProgressBoard(context.screen);
    this.#events = new EventStream({
      ...context.engine,
      onEvent: (frame) => this.#learn(frame),
      onReady: () => this.#news.fire(),
    });
  }

  async run(): Promise<AskOutcome> {
    await this.#events.open();
    await this.#upload();
    await this.#untilSettled();
    this.#board.close();
    const failures = await this.#failures();
    const outcome = { workspaceId: this.#workspaceId, documents: this.#documents(), failures };
    if (failures.length === this.#sent.length) return outcome;
    return { ...outcome, message: await this.#answer() };
  }

  close(): void {
    this.#events.close();
    this.#board.close();
  }

  async #upload(): Promise<void> {
    this.#show();
    const { client } = this.#context;
    const upload = (files: readonly string[]) => client.upload(this.#workspaceId, files);
    for await (const sent of sendFiles(this.#request.files, upload)) {
      this.#sent.push(...sent);
      this.#learnStatuses(sent.flatMap(({ document }) => document ?? []));
    }
    this.#heardAtMs = performance.now();
  }

  #documents(): WireDocument[] {
    return this.#sent.flatMap(({ document }) => document ?? []);
  }

  #learnStatuses(documents: readonly WireDocument[]): void {
    for (const { id, status } of documents)
      this.#progress.set(id, applyStatus(this.#progressOf(id), status));
    this.#show();
  }

  async #untilSettled(): Promise<void> {
    let changedAtMs = performance.now();
    let lookedAtMs = performance.now();
    let before = "";
    while (!this.#documents().every(({ id }) => isSettled(this.#progressOf(id)))) {
      await this.#news.wait(POLL_INTERVAL_MS, this.#context.signal);
      this.#context.signal?.throwIfAborted();
      if (performance.now() - lookedAtMs >= POLL_INTERVAL_MS) {
        await this.#look();
        lookedAtMs = performance.now();
      }
      const now = JSON.stringify([...this.#progress]);
      if (now !== before) changedAtMs = performance.now();
      before = now;
      if (performance.now() - changedAtMs > STANDSTILL_MAX_MS) throw standstill();
    }
  }

  async #look(): Promise<void> {
    const documents = await this.#unlessAway(this.#context.client.documents(this.#workspaceId));
    this.#learnStatuses(documents ?? []);
  }

  async #failures(): Promise<AskOutcome["failures"]> {
    const failures: { file: string; sentence: string }[] = [];
    for (const sent of this.#sent) {
      const sentence = sent.refusal ?? (await this.#failureOf(sent.document));
      if (sentence !== undefined) failures.push({ file: sent.file, sentence });
    }
    return failures;
  }

  async #failureOf(document: WireDocument | undefined): Promise<string | undefined> {
    if (!document) return undefined;
    const { phase, failure } = this.#progressOf(document.id);
    if (phase !== "failed") return undefined;
    const told = failure ?? (await this.#context.client.failureOf(this.#workspaceId, document.id));
    return told ?? "The engine could not read it.";
  }

  async #answer(): Promise<WireMessage> {
    const { client, screen } = this.#context;
    const { question } = this.#request;
    const title = shorten(question);
    const conversationId = await this.#insist(() =>
      client.createConversation(this.#workspaceId, title),
    );
    if (screen.live) screen.write(palette(true).dim("Looking for the answer …"));
    try {
      const { id } = await this.#insist(() => client.ask(conversationId, question));
      return await this.#untilAnswered(conversationId, id);
    } finally {
      if (screen.live) screen.write("\r\x1b[2K");
    }
  }

  async #untilAnswered(conversationId: string, messageId: string): Promise<WireMessage> {
    const deadlineMs = performance.now() + ANSWER_MAX_MS;
    while (performance.now() < deadlineMs) {
      await this.#news.wait(POLL_INTERVAL_MS, this.#context.signal);
      this.#context.signal?.throwIfAborted();
      const messages = await this.#unlessAway(this.#context.client.messages(conversationId));
      const answer = messages?.find((message) => message.id === messageId);
      if (answer?.status === "done" || answer?.status === "error") return answer;
    }
    throw new AppError("unavailable", "The engine has not answered within ten minutes.");
  }

  /** What a look over REST told; undefined while the engine is away for a moment, as in a restart. */
  async #unlessAway<T>(look: Promise<T>): Promise<T | undefined> {
    try {
      const told = await look;
      this.#heardAtMs = performance.now();
      return told;
    } catch (error) {
      if (!mayPass(error) || performance.now() - this.#heardAtMs > AWAY_MAX_MS) throw error;
      return undefined;
    }
  }

  /** Asks again after a moment's absence; what may then exist twice is in a workspace of our own. */
  async #insist<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      const told = await this.#unlessAway(call());
      if (told !== undefined) return told;
      await sleep(AWAY_RETRY_MS, this.#context.signal);
    }
  }

  #learn(frame: EventFrame): void {
    const id = documentOf(frame);
    const isSending = this.#sent.length < this.#request.files.length;
    const known = isSending || this.#sent.some(({ document }) => document?.id === id);
    if (id !== undefined && known) {
      this.#progress.set(id, applyEvent(this.#progressOf(id), frame));
      this.#show();
    }
    this.#news.fire();
  }

  #progressOf(documentId: string): FileProgress {
    return this.#progress.get(documentId) ?? NOT_SENT;
  }

  #show(): void {
    const rows = this.#request.files.map((file, index): Row => {
      return { name: basename(file), progress: this.#progressOfFile(this.#sent[index]) };
    });
    this.#board.show(rows);
  }

  #progressOfFile({ document, refusal }: Partial<SentFile> = {}): FileProgress {
    if (refusal !== undefined) return { ...NOT_SENT, phase: "failed" };
    return document ? this.#progressOf(document.id) : NOT_SENT;
  }
}

/** Whether asking again may help: the engine was not there, or too busy. */
function mayPass(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status === 429 || error.status >= 500;
  return error instanceof AppError && error.code === "unavailable";
}

function standstill(): AppError {
  return new AppError("unavailable", "The engine has made no progress for fifteen minutes.");
}
