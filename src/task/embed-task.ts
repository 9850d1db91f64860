import { AppError, PermanentError, PostponedError } from "../error.ts";
import { transact } from "../event/announce.ts";
import type { Bus } from "../event/bus.ts";
import type { EmbeddingQueue } from "../inference/embedding-queue.ts";
import type { Vector } from "../inference/embeddings.ts";
import { EndpointError } from "../inference/endpoint.ts";
import { cutToTokens } from "../inference/tokens.ts";
import { progressOf, publishProgress } from "../job/progress.ts";
import { finishJob } from "../job/store.ts";
import type { Task } from "../job/task.ts";
import type { Database, Sql } from "../postgres/sql.ts";
import { markEmbedded } from "../retrieval/vector/documents.ts";
import { type BareSegment, findBareSegments, type VectorStore } from "../retrieval/vector/store.ts";
import type { VectorTable } from "../retrieval/vector/table.ts";
import { type DocumentJob, documentJob } from "./audience.ts";

export interface EmbedDeps {
  readonly sql: Database;
  readonly bus: Bus;
  readonly queue: EmbeddingQueue;
  readonly vectors: VectorStore;
}

const LEASE_SECONDS = 15;
/** Their texts share requests, so that documents of one segment go as quickly as long ones. */
const CONCURRENCY = 16;
/** Segments of one document that are under way at once: what is stored by then is not lost. */
const ROUND_MAX = 128;
/** A segment has some 300 tokens; what an old one has beyond this would be cut off by most models. */
const INPUT_TOKENS_MAX = 1_000;
/** An endpoint that is away is asked again after so long, at no cost to the jobs. */
const AWAY_MS = 5_000;

/** Gives each segment of a document its vector, round by round: a restart goes on where it was. */
export function embedTask(deps: EmbedDeps): Task {
  const { sql, bus } = deps;
  return {
    kind: "embed",
    leaseSeconds: LEASE_SECONDS,
    concurrency: CONCURRENCY,
    run: async (job, signal) => {
      const document = documentJob(job);
      publishProgress(bus, job, "parse_started", "embed", 0);
      const table = await embedDocument(deps, document, signal);
      await transact(sql, bus, async (tx) => {
        await finishJob(tx, job);
        if (table) await markEmbedded(tx, document.documentId, table);
      });
      publishProgress(bus, job, "parse_done", "embed", 100);
    },
    failed: async (_tx, job, _failure, announce) => {
      announce.afterwards(() => publishProgress(bus, job, "parse_failed", "embed", 0));
    },
  };
}

/** @returns where the vectors are; undefined for a document without segments, if none was embedded before */
async function embedDocument(
  { sql, bus, queue, vectors }: EmbedDeps,
  job: DocumentJob,
  signal: AbortSignal,
): Promise<VectorTable | undefined> {
  const { title, segments } = await describe(sql, job.documentId);
  const progress = progressOf(bus, job, "embed");
  let table = await vectors.currentTable();
  for (let from = 0; ;) {
    signal.throwIfAborted();
    const bare = await findBareSegments(sql, table, job, from, ROUND_MAX);
    const last = bare.at(-1);
    if (!last) return table;
    const texts = bare.map((segment) => inputOf(title, segment));
    const embedded = await queue.embed(texts, signal).catch((error: unknown) => {
      throw failureOf(error);
    });
    const now = await vectors.table(embedded[0]?.length ?? 0);
    await vectors.insert(now, rowsOf(bare, embedded));
    // What comes before these may have vectors of the other dimension alone: begin again.
    if (from > 0 && now.name !== table?.name) throw changed();
    from = now.name === table?.name || !table ? last.segmentIndex + 1 : 0;
    table = now;
    progress((100 * (last.segmentIndex + 1)) / segments);
  }
}

function rowsOf(bare: readonly BareSegment[], vectors: readonly Vector[]) {
  return bare.flatMap(({ id }, place) => {
    const vector = vectors[place];
    return vector ? [{ id, vector }] : [];
  });
}

async function describe(
  sql: Sql,
  documentId: string,
): Promise<{ title: string; segments: number }> {
  const [row] = await sql<{ title: string; segments: number }[]>`
    select title, (select count(*)::integer from segments where document_id = documents.id) as segments
    from documents where id = ${documentId}`;
  return row ?? { title: "", segments: 0 };
}

function inputOf(title: string, { headings, text }: BareSegment): string {
  const input = [title, headings, text].filter((part) => part !== "").join("\n");
  return cutToTokens(input, INPUT_TOKENS_MAX);
}

/** What an endpoint's trouble is to the job: the text's own fault, something to try again, or neither. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof EndpointError)) return error;
  const { message, trouble, retryAfterMs = 0 } = error;
  switch (trouble) {
    case "refused":
      return new PermanentError("embedding_failed", message);
    case "broken":
    case "unreadable":
      return new AppError("embedding_failed", message);
    case "away":
    case "slow":
    case "busy":
    case "settings":
      return new PostponedError("embedding_failed", message, Math.max(AWAY_MS, retryAfterMs));
  }
}

function changed(): AppError {
  return new AppError(
    "embedding_failed",
    "The embedding model changed its dimension while the document was embedded.",
  );
}
