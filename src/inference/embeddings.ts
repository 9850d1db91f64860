import { type EmbeddingPurpose, embeddingDuration } from "../metrics/embedding.ts";
import { type EmbeddingPrompts, promptsOf } from "./embedding-prompts.ts";
import { Endpoint, field, isPlace } from "./endpoint.ts";

/** A text's direction: as many numbers as the model has dimensions, of length 1 (or all zero). */
export type Vector = Float32Array;

export interface EmbeddingsOptions {
  /** Root of an OpenAI-compatible endpoint, such as `http://localhost:8080/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly model: string;
}

/** pgvector stores no more. */
const DIMENSIONS_MAX = 16_000;

/** An embedding model behind any OpenAI-compatible endpoint (`POST {base}/embeddings`). */
export class Embeddings {
  readonly #model: string;
  readonly #endpoint: Endpoint;
  readonly #prompts: EmbeddingPrompts;

  constructor({ baseUrl, apiKey, model }: EmbeddingsOptions) {
    this.#model = model;
    this.#prompts = promptsOf(model);
    this.#endpoint = new Endpoint({
      name: "The embedding endpoint",
      url: `${baseUrl}/embeddings`,
      apiKey,
      settings: "RAG_EMBEDDING_MODEL, RAG_EMBEDDING_URL and its key",
    });
  }

  /** Names the vectors of documents: those of another model, or of texts with another prompt, are no match for them. */
  get space(): string {
    const { document } = this.#prompts;
    return document === "" ? this.#model : `${this.#model} (${document.trim()})`;
  }

  /**
   * Asks once for the vectors of some texts.
   * @returns one for each text, in order, all of one dimension
   * @throws EndpointError; the signal's reason, see `Endpoint.post`
   */
  async embed(
    texts: readonly string[],
    purpose: EmbeddingPurpose,
    signal: AbortSignal,
  ): Promise<Vector[]> {
    const ended = embeddingDuration.startTimer({ purpose });
    try {
      const input = texts.map((text) => this.#prompts[purpose] + text);
      const body = { model: this.#model, input, encoding_format: "float" };
      const vectors = vectorsOf(await this.#endpoint.post(body, signal), texts.length);
      if (!vectors) throw this.#endpoint.unreadable();
      ended({ outcome: "success" });
      return vectors;
    } catch (error) {
      ended({ outcome: "failed" });
      throw error;
    }
  }
}

/** Trusts nothing: "compatible" endpoints differ. @returns undefined for what is no answer to the question */
function vectorsOf(answer: unknown, count: number): Vector[] | undefined {
  const data = field(answer, "data");
  if (!Array.isArray(data) || data.length !== count) return undefined;
  const vectors: (Vector | undefined)[] = Array.from({ length: count });
  for (const [place, item] of data.entries()) {
    const index = field(item, "index") ?? place;
    if (isPlace(index, count)) vectors[index] = unitVector(field(item, "embedding"));
  }
  const whole = vectors.filter((vector) => vector !== undefined);
  const sameDimension = whole.every(({ length }) => length === whole[0]?.length);
  return whole.length === count && sameDimension ? whole : undefined;
}

function unitVector(numbers: unknown): Vector | undefined {
  if (!Array.isArray(numbers) || numbers.length === 0 || numbers.length > DIMENSIONS_MAX)
    return undefined;
  if (!numbers.every((each): each is number => Number.isFinite(each))) return undefined;
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (each) => (length > 0 ? each / length : 0));
}
