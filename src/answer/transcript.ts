import { fittingEnd, tokensIn } from "../retrieval/segmentation/tokens.ts";
import { fenced } from "./fence.ts";
import type { Turn } from "./question.ts";

/** A single message of the past is cut here, in approximate tokens. */
const MESSAGE_TOKENS_MAX = 300;
/** Markers of an earlier answer count other sources. */
const MARKER = /[^\S\n]?\[\d{1,3}\]/gu;

/** The newest turns that fit together, oldest first, each message fenced off as data. Pure. */
export function transcriptOf(history: readonly Turn[], fence: string, tokensMax: number): string[] {
  const lines: string[] = [];
  let tokens = 0;
  for (const turn of history.toReversed()) {
    const said = [
      fenced(fence, 'earlier="question"', beginningOf(turn.asked)),
      ...(turn.answer === undefined
        ? []
        : [fenced(fence, 'earlier="answer"', beginningOf(withoutMarkers(turn.answer)))]),
    ];
    tokens += tokensOf(said.join("\n"));
    if (tokens > tokensMax) break;
    lines.unshift(...said);
  }
  return lines;
}

export function withoutMarkers(answer: string): string {
  return answer.replace(MARKER, "");
}

export function tokensOf(text: string): number {
  return Math.ceil(tokensIn(text, 0, text.length));
}

/** A text, or as much of its beginning as so many tokens hold. */
export function beginningOf(text: string, tokensMax: number = MESSAGE_TOKENS_MAX): string {
  const end = fittingEnd(text, 0, text.length, tokensMax);
  return end < text.length ? `${text.slice(0, end)} …` : text;
}
