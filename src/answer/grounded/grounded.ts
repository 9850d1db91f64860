import { messageOf, PermanentError } from "../../error.ts";
import type { ChatCompletion, ChatMessage, Completion } from "../../inference/chat-completion.ts";
import { logger } from "../../log.ts";
import type { Answerer, Rarities, Source } from "../answerer.ts";
import type { Answer } from "../citation.ts";
import { type Claim, claimsOf } from "./claim.ts";
import { compose } from "../compose.ts";
import { isDenial, SAYS_NO_ANSWER } from "./denial.ts";
import { extract } from "../extractive/extractive.ts";
import { newFence, withoutFences } from "../fence.ts";
import { quotesFor, quotesForUnmarked } from "./grounding.ts";
import { passagesOf } from "./passage.ts";
import { PROMPT_SHARE, promptOf } from "./prompt.ts";
import { type Question, spokenText } from "../question.ts";
import { type Quote, citationOf } from "../quote.ts";
import { nothingFound, refusalOf } from "../refusal.ts";
import { sumOf, type Usage } from "../usage.ts";

/** Answers in a language model's words, every marker of which is checked against the sources. */
export class GroundedAnswerer implements Answerer {
  constructor(
    private readonly model: Pick<ChatCompletion, "complete">,
    private readonly contextTokens: number,
  ) {}

  /**
   * Without sources the model is not asked. A reply that is cut off is asked for again, with more room; if that
   * is cut off as well, the answer is what holds of it, or else quotes.
   * @throws what `ChatCompletion.complete` throws; PermanentError `answer_failed` if all of that comes to nothing
   */
  async answer(
    question: Question,
    sources: readonly Source[],
    { signal, rarities }: { signal: AbortSignal; rarities?: Rarities },
  ): Promise<Answer> {
    const spoken = spokenText(question);
    if (sources.length === 0) return nothingFound(spoken);
    const fence = newFence();
    const { messages, given } = promptOf(question, sources, fence, this.contextTokens);
    const { content, usage, isCut } = await this.#complete(messages, signal);
    const reply = withoutFences(content, fence);
    if (!isCut || SAYS_NO_ANSWER.test(reply)) return ground(spoken, reply, given, usage);
    const { metadata, ...rest } =
      groundCut(reply, given, usage) ?? quoted(question, sources, rarities, usage);
    return { ...rest, metadata: { ...metadata, truncated: true } };
  }

  /** Many an endpoint bounds replies by itself to much less than there is room for, and may insist on that. */
  async #complete(messages: readonly ChatMessage[], signal: AbortSignal): Promise<Completion> {
    const first = await this.model.complete(messages, { signal });
    const { prompt_tokens = PROMPT_SHARE * this.contextTokens, completion_tokens = 0 } =
      first.usage;
    const tokensMax = Math.floor(this.contextTokens - prompt_tokens);
    if (!first.isCut || tokensMax <= completion_tokens) return first;
    try {
      const second = await this.model.complete(messages, { signal, tokensMax });
      return { ...second, usage: sumOf(first.usage, second.usage) };
    } catch (error) {
      signal.throwIfAborted();
      logger("answer").info(`A reply that was cut off stays so: ${messageOf(error)}`);
      return first;
    }
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
  const answer = compose(claims.map(partOf(given)), usage);
  if (answer.metadata.citations.length > 0) return answer;
  const refusal = refusalOf(question);
  return { ...refusal, metadata: { ...refusal.metadata, llm_usage: usage } };
}

/** What a reply said before it was cut off, with an ellipsis at its end; nothing if it stands in no source. */
function groundCut(reply: string, given: readonly Source[], usage: Usage): Answer | undefined {
  const claims = claimsOf(reply);
  // Markers come last: a claim that has none may be half of one.
  const whole = claims.at(-1)?.markers.length === 0 ? claims.slice(0, -1) : claims;
  const more = { text: "…", gap: "\n\n", citations: [] };
  const answer = compose([...whole.map(partOf(given)), more], usage);
  return answer.metadata.citations.length > 0 ? answer : undefined;
}

function quoted(
  question: Question,
  sources: readonly Source[],
  rarities: Rarities | undefined,
  usage: Usage,
): Answer {
  const { content, metadata } = extract(question.resolved, sources, rarities, question.asked);
  if (metadata.citations.length > 0)
    return { content, metadata: { ...metadata, llm_usage: usage } };
  throw new PermanentError(
    "answer_failed",
    "The language model's reply was cut off before it said anything; check RAG_LLM_CONTEXT_TOKENS and the endpoint's bound on replies.",
  );
}

/** How a claim stands in the answer: with the citations that hold. */
function partOf(given: readonly Source[]) {
  const passages = passagesOf(given);
  return ({ gap, ...claim }: Claim) => {
    // That something is not said stands nowhere.
    const quotes = isDenial(claim.text) ? [] : quotesBehind({ gap, ...claim }, passages);
    return { ...claim, gap: gap || " ", citations: quotes.map(citationOf) };
  };
}

function quotesBehind(claim: Claim, passages: Parameters<typeof quotesFor>[1]): Quote[] {
  return claim.markers.length > 0 ? quotesFor(claim, passages) : quotesForUnmarked(claim, passages);
}
