import type { GoldAnswer } from "./set.ts";

/** What an answer cites: `text`, which stands in a document from `start` to `end`. */
export interface CitedSpan {
  readonly documentId: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What was answered to a question whose answer is known. */
export interface Answered {
  /** Where the answers stand, in the same offsets as the spans; empty if the documents do not say. */
  readonly gold: readonly GoldAnswer[];
  readonly goldDocumentId: string | null;
  /** The top one first; none is a refusal. */
  readonly spans: readonly CitedSpan[];
}

/** Shares of the answerable questions, and of the others where that is said; each from 0 to 1. */
export interface AnswerFigures {
  readonly answerable: number;
  readonly unanswerable: number;
  /** The top citation contains an answer. */
  readonly topContains: number;
  /** The top citation contains an answer, or a part of it, where it stands. */
  readonly topInPlace: number;
  readonly anyContains: number;
  readonly anyInPlace: number;
  readonly refusedUnanswerable: number;
  readonly refusedAnswerable: number;
}

/** A refused question counts as one whose answer is in no citation. */
export function measureAnswers(all: readonly Answered[]): AnswerFigures {
  const answerable = all.filter(({ gold }) => gold.length > 0);
  const unanswerable = all.filter(({ gold }) => gold.length === 0);
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    topContains: share(answerable, (answered) => topOf(answered).some(containsAnswer(answered))),
    topInPlace: share(answerable, (answered) => topOf(answered).some(isInPlace(answered))),
    anyContains: share(answerable, (answered) => answered.spans.some(containsAnswer(answered))),
    anyInPlace: share(answerable, (answered) => answered.spans.some(isInPlace(answered))),
    refusedUnanswerable: share(unanswerable, isRefused),
    refusedAnswerable: share(answerable, isRefused),
  };
}

/**
 * Answers where they stand in the text as the engine has read it: parsing may have changed white space
 * before them, so of all places where the answer stands the nearest is taken.
 */
export function goldIn(raw: string, answers: readonly GoldAnswer[], shift: number): GoldAnswer[] {
  return answers.map(({ text, start }) => ({ text, start: nearest(raw, text, start + shift) }));
}

function nearest(raw: string, text: string, expected: number): number {
  const before = raw.lastIndexOf(text, expected);
  const after = raw.indexOf(text, expected);
  if (before < 0 && after < 0) return expected;
  if (before < 0) return after;
  return after < 0 || expected - before <= after - expected ? before : after;
}

function topOf({ spans }: Answered): readonly CitedSpan[] {
  return spans.slice(0, 1);
}

function isRefused({ spans }: Answered): boolean {
  return spans.length === 0;
}

function containsAnswer({ gold }: Answered): (span: CitedSpan) => boolean {
  const answers = gold.map(({ text }) => folded(text));
  return ({ text }) => answers.some((answer) => folded(text).includes(answer));
}

function isInPlace({ gold, goldDocumentId }: Answered): (span: CitedSpan) => boolean {
  return ({ documentId, start, end }) =>
    documentId === goldDocumentId &&
    gold.some((answer) => answer.start < end && start < answer.start + answer.text.length);
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / Math.max(1, items.length);
}
