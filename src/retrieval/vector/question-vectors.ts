import type { Embeddings, Vector } from "../../inference/embeddings.ts";
import { cutToTokens } from "../../inference/tokens.ts";
import { CircuitBreaker } from "../circuit-breaker.ts";

/** Some 6 MB with 1,536 dimensions. */
const REMEMBERED_MAX = 1_000;
/** Many models read no more, and some refuse what is longer: a page pasted as a question is found by its beginning. */
const QUESTION_TOKENS_MAX = 500;

/** Embeds questions, and remembers the last ones: people ask the same, and search while they type. */
export class QuestionVectors {
  /** Oldest first. */
  readonly #remembered = new Map<string, Vector>();

  constructor(
    private readonly embeddings: Embeddings,
    private readonly breaker = new CircuitBreaker("The embedding endpoint"),
  ) {}

  /** @throws EndpointError; the signal's reason. Once, without another try: nobody waits so long. */
  async of(asked: string, signal: AbortSignal): Promise<Vector> {
    const question = cutToTokens(asked, QUESTION_TOKENS_MAX);
    const known = this.#remembered.get(question);
    if (known) this.#remembered.delete(question);
    const vector = known ?? (await this.#ask(question, signal));
    this.#remembered.set(question, vector);
    if (this.#remembered.size > REMEMBERED_MAX) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#remembered.delete(oldest);
    }
    return vector;
  }

  async #ask(question: string, signal: AbortSignal): Promise<Vector> {
    return await this.breaker.guard(async () => {
      const [vector] = await this.embeddings.embed([question], "question", signal);
      if (!vector) throw new Error("An answer of one vector was checked to have one.");
      return vector;
    });
  }
}
