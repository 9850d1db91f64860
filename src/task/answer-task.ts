import { type Message, messageStatusUpdated } from "../chat/chat.ts";
import { setMessagesRunning, updateMessage } from "../chat/message-store.ts";
import { PermanentError } from "../error.ts";
import type { NewEvent } from "../event/event.ts";
import { type Job, requestOf } from "../job/job.ts";
import type { Task } from "../job/task.ts";
import { type AnswerDeps, type AnswerJob, answerQuestion } from "./answer-question.ts";

const LEASE_SECONDS = 15;
const CONCURRENCY = 8;

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

/** Another tool may have queued a job that names no message: it fails, and stands in nobody's way. */
function isAnswerJob(job: Job): job is AnswerJob {
  return job.messageId !== null && job.audience !== null;
}

function answerJob(job: Job): AnswerJob {
  if (isAnswerJob(job)) return job;
  throw new PermanentError("answer_failed", "The job names no message.");
}
