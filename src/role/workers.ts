import { ExtractiveAnswerer } from "../answer/extractive/extractive.ts";
import { Resolver } from "../answer/follow-up/resolver.ts";
import type { Config } from "../config.ts";
import type { LlmConfig } from "../config/models.ts";
import { DocumentAiClient } from "../inference/document-ai.ts";
import { Worker } from "../job/worker.ts";
import { byDocumentAi, type Recogniser } from "../parsing/ocr/recogniser.ts";
import { Tesseract } from "../parsing/ocr/tesseract.ts";
import { ParserPool } from "../parsing/pool/parser-pool.ts";
import { onlineAmong } from "../presence/read.ts";
import type { AnswerDeps } from "../task/answer-question.ts";
import { answerTask } from "../task/answer-task.ts";
import { cleanupTask } from "../task/cleanup-task.ts";
import { deliverTask } from "../task/deliver-task.ts";
import { EmbedBacklog } from "../task/embed-backlog.ts";
import { embedTask } from "../task/embed-task.ts";
import { ingestTask } from "../task/ingest-task.ts";
import { notifyTask } from "../task/notify-task.ts";
import { parseTask } from "../task/parse-task.ts";
import type { Foundation } from "./foundation.ts";
import { pushGateways } from "./push.ts";
import type { Running } from "./running.ts";

const CORES_MAX = 8;
/** A model that is silent for so long is asked again by a later attempt of the job. */
const LLM_TIMEOUT_MS = 60_000;

/** As many documents at once as there are cores. */
function concurrency(): number {
  return Math.min(CORES_MAX, Math.max(1, navigator.hardwareConcurrency));
}

/** @param command this very program; a parser child is started with one more word */
export async function parseWorkers(
  config: Config,
  foundation: Foundation,
  running: Running,
  command: readonly string[],
): Promise<Worker[]> {
  const { sql, bus, storage } = foundation;
  const { parsing } = config;
  const parsers = await running.add(
    new ParserPool({
      command: [...command, "__parse"],
      concurrency: concurrency(),
      memoryLimitMb: parsing.memoryMb,
      deadlineSeconds: parsing.deadlineSeconds,
      limits: parsing,
      recogniser: recogniserOf(config, [...command, "__become"]),
    }),
  );
  const parse = { sql, bus, storage, parsers, concurrency: concurrency() };
  return [
    new Worker(foundation, parseTask(parse)),
    new Worker(foundation, cleanupTask({ sql, storage })),
  ];
}

function recogniserOf(
  { documentAi, ocr, parsing }: Config,
  launcher: readonly string[],
): Recogniser {
  if (documentAi) return byDocumentAi(new DocumentAiClient(documentAi));
  const { memoryMb: memoryLimitMb, deadlineSeconds } = parsing;
  return new Tesseract({ ...ocr, launcher, memoryLimitMb, deadlineSeconds });
}

/** Makes documents findable by their words, and then by their meaning if there is a model for it. */
export async function ingestWorkers(foundation: Foundation, running: Running): Promise<Worker[]> {
  const { sql, bus, index, health, embedding } = foundation;
  const embeddingModel = embedding?.vectors.model;
  const ingest = { sql, bus, index, concurrency: concurrency(), embeddingModel };
  const workers = [new Worker(foundation, ingestTask(ingest))];
  if (embedding) {
    const embed = { sql, bus, ...embedding };
    workers.push(new Worker(foundation, embedTask(embed)));
    await running.add(new EmbedBacklog({ ...embed, health }));
  }
  return workers;
}

/** Answers messages, and brings them to those who take part, and to those who are away. */
export async function chatWorkers(config: Config, foundation: Foundation): Promise<Worker[]> {
  const { sql, bus, retriever } = foundation;
  const answering = config.llm ? await byModel(config.llm) : byQuoting();
  const gateways = await pushGateways(config.push);
  const notifies = gateways.length > 0;
  const presence = {
    onlineAmong: (ids: readonly string[]) => onlineAmong(foundation.presence, ids),
  };
  const notify = { sql, bus, presence, gateways };
  return [
    new Worker(foundation, answerTask({ sql, bus, retriever, ...answering })),
    new Worker(foundation, deliverTask({ sql, bus, notifies })),
    ...(notifies ? [new Worker(foundation, notifyTask(notify))] : []),
  ];
}

type Answering = Pick<AnswerDeps, "resolver" | "answerer">;

function byQuoting(): Answering {
  return { resolver: new Resolver(), answerer: new ExtractiveAnswerer() };
}

async function byModel(llm: LlmConfig): Promise<Answering> {
  const [{ GroundedAnswerer }, { ChatCompletion }] = await Promise.all([
    import("../answer/grounded/grounded.ts"),
    import("../inference/chat-completion.ts"),
  ]);
  const model = new ChatCompletion({ ...llm, timeoutMs: LLM_TIMEOUT_MS });
  return {
    resolver: new Resolver(model),
    answerer: new GroundedAnswerer(model, llm.contextTokens),
  };
}
