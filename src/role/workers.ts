import type { Answerer } from "../answer/answerer.ts";
import { ExtractiveAnswerer } from "../answer/extractive.ts";
import type { Config, LlmConfig } from "../config.ts";
import { DocumentAiClient } from "../inference/document-ai.ts";
import { Worker } from "../job/worker.ts";
import { ParserPool } from "../parsing/parser-pool.ts";
import { answerTask } from "../task/answer-task.ts";
import { cleanupTask } from "../task/cleanup-task.ts";
import { ingestTask } from "../task/ingest-task.ts";
import { parseTask } from "../task/parse-task.ts";
import type { Foundation } from "./foundation.ts";
import type { Running } from "./running.ts";

const CORES_MAX = 8;
/** A model that is silent for so long is asked again by a later attempt of the job. */
const LLM_TIMEOUT_MS = 60_000;

/** As many documents at once as there are cores. */
function concurrency(): number {
  return Math.min(CORES_MAX, Math.max(1, navigator.hardwareConcurrency));
}

/** @param command this very program; a parser child is started with one more word */
export async function startParsing(
  config: Config,
  foundation: Foundation,
  running: Running,
  command: readonly string[],
): Promise<void> {
  const { sql, bus, storage } = foundation;
  const { documentAi } = config;
  const parsers = await running.add(
    new ParserPool({
      command: [...command, "__parse"],
      concurrency: concurrency(),
      memoryLimitMb: config.parseMemoryMb,
      deadlineSeconds: config.parseDeadlineSeconds,
      ...(documentAi ? { documentAi: new DocumentAiClient(documentAi) } : {}),
    }),
  );
  const parse = { sql, bus, storage, parsers, concurrency: concurrency(), ocr: !!documentAi };
  await running.add(new Worker(sql, bus, parseTask(parse)));
  await running.add(new Worker(sql, bus, cleanupTask({ sql, storage })));
}

export async function startIngesting(foundation: Foundation, running: Running): Promise<void> {
  const { sql, bus, index } = foundation;
  const ingest = { sql, bus, index, concurrency: concurrency() };
  await running.add(new Worker(sql, bus, ingestTask(ingest)));
}

export async function startAnswering(
  config: Config,
  { sql, bus, index }: Foundation,
  running: Running,
): Promise<void> {
  const answerer = config.llm ? await modelAnswerer(config.llm) : new ExtractiveAnswerer();
  await running.add(new Worker(sql, bus, answerTask({ sql, bus, index, answerer })));
}

async function modelAnswerer(llm: LlmConfig): Promise<Answerer> {
  const [{ GroundedAnswerer }, { ChatCompletion }] = await Promise.all([
    import("../answer/grounded.ts"),
    import("../inference/chat-completion.ts"),
  ]);
  return new GroundedAnswerer(new ChatCompletion({ ...llm, timeoutMs: LLM_TIMEOUT_MS }));
}
