import type { Vector } from "../../inference/embeddings.ts";
import { EndpointError } from "../../inference/endpoint.ts";
import { messageOf } from "../../error.ts";
import { logger } from "../../log.ts";
import { degradedQueries } from "../../metrics/embedding.ts";
import { isMissingTable } from "../../postgres/outage.ts";
import type { Sql } from "../../postgres/sql.ts";
import type { RetrievalQuery } from "../retriever.ts";
import type { Hit } from "../store.ts";
import { fuse, keyOf } from "./fusion.ts";
import type { QuestionVectors } from "./question-vectors.ts";
import { findUnembedded, type VectorStore } from "./store.ts";
import type { VectorTable } from "./table.ts";

/** What a question finds by its meaning: the nearest first, or one sentence on why not. */
export type Meanings =
  { readonly hits: readonly Hit[]; readonly table?: VectorTable } | { readonly degraded: string };

/** For the endpoint and the database together. */
const BUDGET_MS = 1_000;

const log = () => logger("retrieval");

/** Finds segments whose vectors are near the question's, as far as there are vectors. */
export class SemanticSearch {
  /** Whether the last search failed: an outage is told once, and its end. */
  #fails = false;

  constructor(
    private readonly questions: QuestionVectors,
    private readonly store: VectorStore,
    private readonly budgetMs: number = BUDGET_MS,
  ) {}

  /** Never rejects, and takes no longer than its budget. */
  async find(query: RetrievalQuery): Promise<Meanings> {
    const timeout = AbortSignal.timeout(this.budgetMs);
    let awaited = "The embedding endpoint did not answer";
    const late = Promise.withResolvers<never>();
    const end = () => late.reject(new EndpointError("slow", `${awaited} in time.`));
    timeout.addEventListener("abort", end, { once: true });
    try {
      const embedded = this.questions.of(query.question, timeout);
      const found = embedded.then((vector) => {
        awaited = "The vectors were not searched";
        return this.#near(query, vector);
      });
      return await Promise.race([found, late.promise]);
    } catch (error) {
      return { degraded: this.#concede(error) };
    }
  }

  async #near(query: RetrievalQuery, vector: Vector): Promise<Meanings> {
    const table = await this.store.findTable(vector.length);
    const hits = table ? await this.store.search(table, { ...query, vector }) : [];
    if (this.#fails) log().info("The vectors are searched again.");
    this.#fails = false;
    return table ? { hits, table } : { hits };
  }

  #concede(error: unknown): string {
    degradedQueries.inc({ part: "vectors" });
    if (error instanceof EndpointError) return error.message;
    if (isMissingTable(error)) this.store.forgetTables();
    if (!this.#fails) log().warn(`The vectors could not be searched: ${messageOf(error)}`);
    this.#fails = true;
    return "The vectors could not be searched.";
  }
}

/** Joins what was found by words with what was found by meaning. */
export async function join(
  sql: Sql,
  byWords: readonly Hit[],
  { hits, table }: Extract<Meanings, { hits: unknown }>,
): Promise<Hit[]> {
  const near = new Set(hits.map(keyOf));
  const others = byWords.filter((hit) => !near.has(keyOf(hit)));
  const unembedded = table && others.length > 0 ? await findUnembedded(sql, table, others) : [];
  return fuse(byWords, hits, unembedded);
}
