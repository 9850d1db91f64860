import type { ChatCompletion } from "../../inference/chat-completion.ts";
import type { Answerer, Source } from "../answerer.ts";
import type { Answer } from "../citation.ts";
import { type Claim, claimsOf } from "./claim.ts";
import { compose } from "../compose.ts";
import { isDenial, SAYS_NO_ANSWER } from "./denial.ts";
import { newFence, withoutFences } from "../fence.ts";
import { passagesOf, quotesFor, quotesForUnmarked } from "./grounding.ts";
import { promptOf } from "./prompt.ts";
import { type Question, spokenText } from "../question.ts";
import { type Quote, citationOf } from "../quote.ts";
import { refusalOf } from "../refusal.ts";
import type { Usage } from "../usage.ts";

/** Answers in a language model's words, every marker of which is checked against the sources. */
export class GroundedAnswerer implements Answerer {
  constructor(
    private readonly model: Pick<ChatCompletion, "complete">,
    private readonly contextTokens: number,
  ) {}

  /** Without sources the model is not asked. @throws what `ChatCompletion.complete` throws */
  async answer(
    question: Question,
    sources: readonly Source[],
    { signal }: { signal: AbortSignal },
  ): Promise<Answer> {
    const spoken = spokenText(question);
    if (sources.length === 0) return refusalOf(spoken);
    const fence = newFence();
    const { messages, given } = promptOf(question, sources, fence, this.contextTokens);
    const { content, usage } = await this.model.complete(messages, { signal });
    return ground(spoken, withoutFences(content, fence), given, usage);
  }
}

/**
 * Turns a model's reply into an answer: one section per sentence, table row or block of code, with the
 * citations that hold. A refusal when the model says that it cannot answer, or when nothing that it says stands
 * in the sources. Pure.
 * @param given `[n]` in the reply names `given[n - 1]`
 */
export function ground(
  question: string,
  reply: string,
  given: readonly Source[],
  usage: Usage,
): Answer {
  const claims = SAYS_NO_ANSWER.test(reply) ? [] : claimsOf(reply);
  const passages = passagesOf(given);
  const parts = claims.map(({ gap, ...claim }) => {
    // That something is not said stands nowhere.
    const quotes = isDenial(claim.text) ? [] : quotesBehind({ gap, ...claim }, passages);
    return { ...claim, gap: gap || " ", citations: quotes.map(citationOf) };
  });
  if (parts.some(({ citations }) => citations.length > 0)) return compose(parts, usage);
  const refusal = refusalOf(question);
  return { ...refusal, metadata: { ...refusal.metadata, llm_usage: usage } };
}

function quotesBehind(claim: Claim, passages: Parameters<typeof quotesFor>[1]): Quote[] {
  return claim.markers.length > 0 ? quotesFor(claim, passages) : quotesForUnmarked(claim, passages);
}
