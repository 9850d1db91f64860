import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { EmbeddingQueue } from "../inference/embedding-queue.ts";
import { EndpointError } from "../inference/endpoint.ts";
import { insertJobs } from "../job/store.ts";
import { logger } from "../log.ts";
import { type DatabaseHealth, poll } from "../postgres/health.ts";
import type { Database } from "../postgres/sql.ts";
import {
  countWaiting,
  embedJob,
  FIRST_DOCUMENT,
  listBareDocuments,
} from "../retrieval/vector/documents.ts";
import type { SegmentScope } from "../retrieval/index/segment-index.ts";
import type { VectorStore } from "../retrieval/vector/store.ts";
import { dropUnusedModels, type VectorTable } from "../retrieval/vector/table.ts";
import { LoopService, sleep } from "../service.ts";

interface BacklogDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly health: DatabaseHealth;
  readonly queue: EmbeddingQueue;
  readonly vectors: VectorStore;
}

/** What came of a pass: everything has a job, there is more than the queue should hold, or nobody to ask. */
type Outcome = "done" | "full" | "away";

const REST_MS = { done: 600_000, full: 5_000, away: 15_000 } as const satisfies Record<
  Outcome,
  number
>;
const PAGE_MAX = 200;
const PAGE_PAUSE_MS = 20;
/** Jobs that wait before more are queued: a new document comes after these at the latest. */
const WAITING_MAX = 1_000;
/** A process that uses a model says so every ten minutes. */
const UNUSED_SECONDS = 3_600;

/**
 * Sees to it that every document is embedded by the model that is configured: those that were there before it
 * was, and those whose model is another. Vectors of models that nobody uses any more are removed. Any number
 * of processes may do this at once.
 */
export class EmbedBacklog extends LoopService {
  readonly name = "embedding backlog";
  #after = FIRST_DOCUMENT;

  constructor(private readonly deps: BacklogDeps) {
    super();
  }

  /** One pass over the documents, or what is left of one. */
  async runOnce(): Promise<Outcome> {
    const table = await this.#learnTable();
    if (!table) return "away";
    const outcome = await this.#queueBare(table);
    if (outcome === "done") await this.#dropUnused();
    return outcome;
  }

  /** The endpoint is asked for the dimension anew, since it may serve another model under the same name. */
  async #learnTable(): Promise<VectorTable | undefined> {
    try {
      const [vector] = await this.deps.queue.embed(["dimension"], this.stopping.signal);
      return vector && (await this.deps.vectors.useTable(vector.length));
    } catch (error) {
      if (error instanceof EndpointError) logger("embedding").warn(error.message);
      else if (!this.stopping.signal.aborted) throw error;
      return undefined;
    }
  }

  async #queueBare(table: VectorTable): Promise<Outcome> {
    const { sql, vectors } = this.deps;
    while (!this.stopping.signal.aborted) {
      if ((await countWaiting(sql, WAITING_MAX)) >= WAITING_MAX) return "full";
      const page = await listBareDocuments(sql, vectors.model, table, this.#after, PAGE_MAX);
      if (page.bare.length > 0) await this.#queue(page.bare);
      this.#after = page.after ?? FIRST_DOCUMENT;
      if (!page.after) break;
      await sleep(PAGE_PAUSE_MS, this.stopping.signal);
    }
    return "done";
  }

  async #queue(documents: readonly SegmentScope[]): Promise<void> {
    const { sql, bus, vectors } = this.deps;
    const jobs = documents.map((document) => embedJob(document, vectors.model));
    await transact(sql, bus, async (tx, announce) => void (await insertJobs(tx, announce, jobs)));
    logger("embedding").info(`Queued ${jobs.length} documents to be embedded by ${vectors.model}.`);
  }

  async #dropUnused(): Promise<void> {
    for (const model of await dropUnusedModels(this.deps.sql, UNUSED_SECONDS))
      logger("embedding").info(`Removed the vectors of ${model}: no process uses it any more.`);
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    const { name } = this;
    const { health } = this.deps;
    await poll({
      name,
      health,
      signal,
      runOnce: () => this.runOnce(),
      rest: (outcome) => sleep(REST_MS[outcome] * (0.75 + Math.random() / 2), signal),
    });
  }
}
