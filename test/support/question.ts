import type { Question, Turn } from "../../src/answer/question.ts";

/** A question that leans on nothing; or on what was said before, as it was understood. */
export function plainQuestion(
  asked: string,
  { resolved = asked, history = [] }: { resolved?: string; history?: readonly Turn[] } = {},
): Question {
  return { asked, resolved, history };
}
