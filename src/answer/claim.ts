import { sentencesOf } from "../retrieval/sentences.ts";

/** A sentence of a model's reply and the source numbers it names. */
export interface Claim {
  /** Without its markers. */
  readonly text: string;
  /** White space between this sentence and the one before. */
  readonly gap: string;
  /** As the model gave them, in order, each once; nothing about them has been checked. */
  readonly markers: readonly number[];
}

/** Longest reply that is read, in UTF-16 units; a model that rambles on is cut. */
const REPLY_LENGTH_MAX = 20_000;
/** `[1]`, `[1, 2]`, `[1-3]`, and what models make of it in other scripts: `【1】`, `［１］`. */
const MARKER = /[^\S\n]{0,3}[[【［]\s*\p{Nd}{1,4}(?:\s*[-–,、，;]\s*\p{Nd}{1,4})*\s*[\]】］]/gu;
/** The widest range that a marker may name. */
const RANGE_MAX = 20;
/** Some models think aloud before they answer. */
const THOUGHTS = /^\s*<think>[\s\S]*?<\/think>/u;

/** The sentences of a model's reply with the markers taken out of them. Pure. */
export function claimsOf(reply: string): Claim[] {
  const { text, markers } = withoutMarkers(
    reply.replace(THOUGHTS, "").slice(0, REPLY_LENGTH_MAX).trim(),
  );
  const sentences = sentencesOf(text);
  return sentences.map(({ start, end }, index) => {
    const from = index === 0 ? 0 : start;
    const until = sentences[index + 1]?.start ?? text.length;
    // A marker after the full stop still belongs to the sentence that it follows.
    const own = markers.filter(({ at }) => (at > from || from === 0) && at <= until);
    return {
      text: text.slice(start, end),
      gap: text.slice(sentences[index - 1]?.end ?? 0, start),
      markers: [...new Set(own.flatMap(({ numbers }) => numbers))],
    };
  });
}

interface PlacedMarker {
  readonly at: number;
  readonly numbers: readonly number[];
}

function withoutMarkers(reply: string): { text: string; markers: PlacedMarker[] } {
  const markers: PlacedMarker[] = [];
  let text = "";
  let copied = 0;
  for (const match of reply.matchAll(MARKER)) {
    text += reply.slice(copied, match.index);
    copied = match.index + match[0].length;
    markers.push({ at: text.length, numbers: numbersOf(match[0]) });
  }
  return { text: text + reply.slice(copied), markers };
}

function numbersOf(marker: string): number[] {
  const plain = marker.normalize("NFKC");
  return [...plain.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/gu)].flatMap(([, first, last]) => {
    const from = Number(first);
    const length = Number(last ?? first) - from + 1;
    return Array.from(
      { length: Math.min(RANGE_MAX, Math.max(1, length)) },
      (_, index) => from + index,
    );
  });
}
