import type { Answer } from "./citation.ts";
import type { Question } from "./question.ts";

/** A retrieved passage. `text` is exactly `rawText.slice(start, end)` of its document; offsets are UTF-16. */
export interface Source {
  readonly documentId: string;
  readonly documentTitle: string;
  readonly segmentIndex: number;
  /** Zero-based page that `start` lies on. */
  readonly pageIdx: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The headings that it stands under, outermost first; may be empty. */
  readonly headings?: string;
  /** The retriever's score; higher is better, comparable within one question only. */
  readonly score: number;
}

/**
 * How much each term that was searched for tells, by how few of the workspace's segments have it:
 * ln(1 + (n - df + ½) / (df + ½)).
 */
export type Rarities = ReadonlyMap<string, number>;

/** Turns a question and the passages found for it into an answer whose every citation holds. */
export interface Answerer {
  /**
   * @param sources best first; none means that nothing was found
   * @throws AppError `answer_failed` when a retry may help, PermanentError `answer_failed` when it cannot
   */
  answer(
    question: Question,
    sources: readonly Source[],
    options: { signal: AbortSignal; rarities?: Rarities },
  ): Promise<Answer>;
}
