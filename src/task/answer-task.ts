import type { Answerer } from "../answer/answerer.ts";
import type { Turn } from "../answer/question.ts";
import type { Resolver } from "../answer/resolver.ts";
import { sumOf } from "../answer/usage.ts";
import { type Message, messageStatusUpdated } from "../chat/chat.ts";
import { listPastExchanges } from "../chat/history-store.ts";
import { findMessages, setMessagesRunning, updateMessage } from "../chat/message-store.ts";
import { AppError, PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Audience, NewEvent } from "../event/event.ts";
import { type Job, requestOf } from "../job/job.ts";
import { finishJob } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import type { Database, Json, Sql } from "../postgres/sql.ts";
import type { Retriever } from "../retrieval/retriever.ts";

export interface AnswerDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly retriever: Retriever;
  readonly resolver: Resolver;
  readonly answerer: Answerer;
}

const LEASE_SECONDS = 15;
const CONCURRENCY = 8;
const SOURCES_MAX = 8;

type AnswerJob = Job & { readonly messageId: string; readonly audience: Audience };

/** Answers a question from the documents of its workspace. */
export function answerTask(deps: AnswerDeps): Task {
  return {
    kind: "answer",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    started: async (tx, jobs, announce) => {
      const answers = jobs.filter(isAnswerJob);
      const messages = await setMessagesRunning(
        tx,
        answers.map(({ messageId }) => messageId),
      );
      const jobOf = new Map(answers.map((job) => [job.messageId, job]));
      await announce.events(
        messages.flatMap((message) => {
          const job = jobOf.get(message.id);
          return job ? [nowRunning(job, message)] : [];
        }),
      );
    },
    run: (job, signal) => answerQuestion(deps, answerJob(job), signal),
    requeued: async (tx, job, _failure, announce) => {
      if (!isAnswerJob(job)) return;
      const { messageId, audience } = job;
      const message = await updateMessage(tx, messageId, { status: "pending" });
      await announce.events([messageStatusUpdated(audience, message)]);
    },
    failed: async (tx, job, failure, announce) => {
      if (!isAnswerJob(job)) return;
      const { messageId, audience } = job;
      const message = await updateMessage(tx, messageId, {
        status: "error",
        content: failure.message,
      });
      await announce.events([messageStatusUpdated(audience, message, message)]);
    },
  };
}

function nowRunning(job: AnswerJob, message: Message): NewEvent {
  const event = messageStatusUpdated(job.audience, message);
  return { ...event, payload: { ...event.payload, ...requestOf(job) } };
}

async function answerQuestion(
  { sql, bus, retriever, resolver, answerer }: AnswerDeps,
  job: AnswerJob,
  signal: AbortSignal,
): Promise<void> {
  const { message, asked, history } = await loadExchange(sql, job);
  const { question, usage } = await resolver.resolve(asked, history, { signal });
  const { segments, metadata: retrieval } = await retriever.retrieve(sql, {
    workspaceId: message.workspace_id,
    question: question.resolved,
    limit: SOURCES_MAX,
  });
  const answer = await answerer.answer(question, segments, { signal });
  const { llm_usage } = answer.metadata;
  const metadata = {
    ...answer.metadata,
    ...(question.resolved === asked ? {} : { question: question.resolved }),
    retrieval,
    ...(usage || llm_usage ? { llm_usage: sumOf(usage, llm_usage) } : {}),
  };
  await transact(sql, bus, async (tx, announce) => {
    await finishJob(tx, job);
    const fields = {
      status: "done",
      content: answer.content,
      metadata: metadata as unknown as Json,
    } as const;
    const done: Message = await updateMessage(tx, message.id, fields);
    await announce.events([messageStatusUpdated(job.audience, done, done)]);
  });
}

/** @throws PermanentError for a question that was deleted meanwhile: it needs no answer any more */
async function loadExchange(
  sql: Sql,
  job: AnswerJob,
): Promise<{ message: Message; asked: string; history: Turn[] }> {
  const questionId = String(job.payload["question_id"]);
  const messages = await findMessages(sql, [job.messageId, questionId]);
  const message = messages.find(({ id }) => id === job.messageId);
  const question = messages.find(({ id }) => id === questionId);
  if (!message) throw new AppError("lease_lost", "The message of this job is gone.");
  if (!question) throw new PermanentError("answer_failed", "The question has been deleted.");
  return { message, asked: question.content, history: await loadHistory(sql, question) };
}

async function loadHistory(sql: Sql, question: Message): Promise<Turn[]> {
  const exchanges = await listPastExchanges(sql, question);
  return exchanges.map(({ asked, resolved, answer }) => ({
    asked,
    ...(resolved === null ? {} : { resolved }),
    ...(answer === null ? {} : { answer }),
  }));
}

/** Another tool may have queued a job that names no message: it fails, and stands in nobody's way. */
function isAnswerJob(job: Job): job is AnswerJob {
  return job.messageId !== null && job.audience !== null;
}

function answerJob(job: Job): AnswerJob {
  if (isAnswerJob(job)) return job;
  throw new PermanentError("answer_failed", "The job names no message.");
}
