import { messageOf } from "../../error.ts";
import type { ChatCompletion } from "../../inference/chat-completion.ts";
import { logger } from "../../log.ts";
import { carryOver } from "./carry-over.ts";
import { newFence } from "../fence.ts";
import type { Question, Turn } from "../question.ts";
import { rewritePromptOf, rewrittenOf } from "./rewrite.ts";
import type { Usage } from "../usage.ts";

/** Beside the answer itself, a better question is worth no long wait. */
const REWRITE_TIMEOUT_MS = 15_000;
/** Room for a question, and for what some models think before it. */
const REWRITE_TOKENS_MAX = 1_000;

interface Resolution {
  readonly question: Question;
  /** What the model counted, where it was asked. */
  readonly usage: Usage | undefined;
}

/** Finds out what a question means in its conversation: by the language model where there is one. */
export class Resolver {
  constructor(private readonly model?: Pick<ChatCompletion, "complete">) {}

  /**
   * A model that fails or talks nonsense fails no answer: the words of the conversation decide then.
   * @throws the signal's reason
   */
  async resolve(
    asked: string,
    history: readonly Turn[],
    { signal }: { signal: AbortSignal },
  ): Promise<Resolution> {
    if (history.length === 0)
      return { question: { asked, resolved: asked, history }, usage: undefined };
    const reply = await this.#rewrite(asked, history, signal);
    const rewritten =
      reply && !reply.isCut ? rewrittenOf(reply.content, asked, history) : undefined;
    const resolved = rewritten ?? carryOver(asked, history);
    return { question: { asked, resolved, history }, usage: reply?.usage };
  }

  async #rewrite(asked: string, history: readonly Turn[], signal: AbortSignal) {
    if (!this.model) return undefined;
    try {
      return await this.model.complete(rewritePromptOf(asked, history, newFence()), {
        signal,
        timeoutMs: REWRITE_TIMEOUT_MS,
        tokensMax: REWRITE_TOKENS_MAX,
      });
    } catch (error) {
      signal.throwIfAborted();
      logger("answer").info(`A question was not rewritten by the model: ${messageOf(error)}`);
      return undefined;
    }
  }
}
