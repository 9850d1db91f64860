import type { Answerer, Source } from "../answer/answerer.ts";
import type { Answer } from "../answer/citation.ts";
import type { Question, Turn } from "../answer/question.ts";
import type { Resolver } from "../answer/follow-up/resolver.ts";
import { lockStandingSources, type StandingSource } from "../answer/standing-store.ts";
import { sumOf } from "../answer/usage.ts";
import { type Message, messageStatusUpdated } from "../chat/chat.ts";
import { citesGone, markGone, withGone } from "../chat/gone.ts";
import { listPastExchanges } from "../chat/history-store.ts";
import { findMessages, updateMessage } from "../chat/message-store.ts";
import { AppError, PermanentError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { Audience } from "../event/event.ts";
import type { Job } from "../job/job.ts";
import { finishJob } from "../job/store.ts";
import type { Database, Json, Sql } from "../postgres/sql.ts";
import type { Retriever } from "../retrieval/retriever.ts";

export interface AnswerDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly retriever: Retriever;
  readonly resolver: Resolver;
  readonly answerer: Answerer;
}

export type AnswerJob = Job & { readonly messageId: string; readonly audience: Audience };

const SOURCES_MAX = 8;
/** A draft whose sources go while it is written is written anew; the last one is kept, and says what is gone. */
const DRAFTS_MAX = 3;

/** An answer, and what it was made from. */
interface Draft extends Answer {
  readonly sources: readonly Source[];
}

/** Answers a question from what its workspace holds at the end, not only at the beginning. */
export async function answerQuestion(
  deps: AnswerDeps,
  job: AnswerJob,
  signal: AbortSignal,
): Promise<void> {
  const { message, asked, history } = await loadExchange(deps.sql, job);
  const { question, usage } = await deps.resolver.resolve(asked, history, { signal });
  let spent = usage;
  for (let drafts = 1; ; drafts++) {
    const draft = await draftOf(deps, message.workspace_id, question, signal);
    const { llm_usage } = draft.metadata;
    if (spent || llm_usage) spent = sumOf(spent, llm_usage);
    const metadata = { ...draft.metadata, ...(spent ? { llm_usage: spent } : {}) };
    if (await finish(deps, job, { ...draft, metadata }, drafts === DRAFTS_MAX)) return;
  }
}

async function draftOf(
  { sql, retriever, answerer }: AnswerDeps,
  workspaceId: string,
  question: Question,
  signal: AbortSignal,
): Promise<Draft> {
  const {
    segments: sources,
    rarities,
    metadata: retrieval,
  } = await retriever.retrieve(sql, {
    workspaceId,
    question: question.resolved,
    limit: SOURCES_MAX,
  });
  const { content, metadata } = await answerer.answer(question, sources, { signal, rarities });
  const meaning = question.resolved === question.asked ? {} : { question: question.resolved };
  return { content, metadata: { ...metadata, ...meaning, retrieval }, sources };
}

/** @returns false, and changes nothing, if a cited source is gone and the draft is not to be kept for all that */
async function finish(
  { sql, bus }: AnswerDeps,
  job: AnswerJob,
  draft: Draft,
  isLast: boolean,
): Promise<boolean> {
  const cited = citedSources(draft);
  return await transact(sql, bus, async (tx, announce) => {
    const standing = await lockStandingSources(tx, cited);
    if (standing.length < cited.length && !isLast) return false;
    await finishJob(tx, job);
    const metadata = pointingAt(standing, cited, draft.metadata) as unknown as Json;
    const fields = { status: "done", content: draft.content, metadata } as const;
    const done: Message = await updateMessage(tx, job.messageId, fields);
    await announce.events([messageStatusUpdated(job.audience, done, done)]);
    return true;
  });
}

/** Each once: an answer cites several sentences of one source. */
function citedSources({ sources, metadata }: Draft): Source[] {
  const keys = new Set(
    metadata.citations.map(({ document_id, segment_index }) => `${document_id} ${segment_index}`),
  );
  return sources.filter(({ documentId, segmentIndex }) =>
    keys.has(`${documentId} ${segmentIndex}`),
  );
}

/** The metadata with the versions of the texts that it points into; what is gone already is marked. */
function pointingAt(
  standing: readonly StandingSource[],
  cited: readonly Source[],
  metadata: Answer["metadata"],
): Answer["metadata"] {
  if (cited.length === 0) return metadata;
  const fallen = cited.filter(
    (source) =>
      !standing.some(
        (each) =>
          each.documentId === source.documentId && each.segmentIndex === source.segmentIndex,
      ),
  );
  const lost = new Set(fallen.map(({ documentId }) => documentId));
  const versions = standing.flatMap(({ documentId, version }) =>
    version === null || lost.has(documentId) ? [] : [[documentId, version] as const],
  );
  const rag_doc_ids = Object.fromEntries(versions);
  return markGone({ ...metadata, rag_doc_ids }, (id) => !(id in rag_doc_ids));
}

interface LoadedExchange {
  readonly message: Message;
  readonly asked: string;
  readonly history: readonly Turn[];
}

/** @throws PermanentError for a question that was deleted meanwhile: it needs no answer any more */
async function loadExchange(sql: Sql, job: AnswerJob): Promise<LoadedExchange> {
  const questionId = String(job.payload["question_id"]);
  const messages = await findMessages(sql, [job.messageId, questionId]);
  const message = messages.find(({ id }) => id === job.messageId);
  const question = messages.find(({ id }) => id === questionId);
  if (!message) throw new AppError("lease_lost", "The message of this job is gone.");
  if (!question) throw new PermanentError("answer_failed", "The question has been deleted.");
  return { message, asked: question.content, history: await loadHistory(sql, question) };
}

/** What failed, came to nothing, or rests on what is gone now is no knowledge: of that the question alone stays. */
async function loadHistory(sql: Sql, question: Message): Promise<Turn[]> {
  const exchanges = await withGone(sql, await listPastExchanges(sql, question));
  return exchanges.map((exchange) => {
    const { asked, answer, status, metadata } = exchange;
    const { question: resolved, citations } = metadata;
    const isKnowledge =
      status === "done" && Array.isArray(citations) && citations.length > 0 && !citesGone(exchange);
    return {
      asked,
      ...(typeof resolved === "string" ? { resolved } : {}),
      ...(isKnowledge ? { answer } : {}),
    };
  });
}
