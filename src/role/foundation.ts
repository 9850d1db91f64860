import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Bus } from "../event/bus.ts";
import { expireLeases } from "../job/store.ts";
import { Reranker } from "../inference/rerank.ts";
import { logger } from "../log.ts";
import type { DatabaseHealth } from "../postgres/health.ts";
import { migrate } from "../postgres/migrate.ts";
import { chooseIndex } from "../retrieval/index/choose-index.ts";
import { Reranking } from "../retrieval/reranking.ts";
import { Retriever } from "../retrieval/retriever.ts";
import type { SegmentIndex } from "../retrieval/index/segment-index.ts";
import type { PresenceStore } from "../presence/presence.ts";
import { FolderStorage } from "../storage/folder-storage.ts";
import type { Storage } from "../storage/storage.ts";
import { openBus } from "./bus.ts";
import type { WatchedPool } from "./database.ts";
import { type Embedding, openEmbedding } from "./embedding.ts";
import { ownFolder } from "./own-folder.ts";
import { openPresence } from "./presence.ts";
import type { Running } from "./running.ts";

/** Calls and jobs get it one after the other, and something is left for the rest. */
const FINISH_GRACE_MAX_MS = 5_000;

/** A database that answers, and the one who tells when it does not. */
export interface OpenDatabase extends WatchedPool {
  readonly health: DatabaseHealth;
}

/** What every role stands on. */
export interface Foundation extends OpenDatabase {
  /** On a stop, what runs gets this long to come to an end by itself. */
  readonly finishGraceMs: number;
  readonly bus: Bus;
  readonly presence: PresenceStore;
  readonly storage: Storage;
  readonly index: SegmentIndex;
  readonly retriever: Retriever;
  readonly embedding: Embedding | undefined;
}

/** Brings the database up to date, and opens what else every role stands on. */
export async function layFoundation(
  config: Config,
  database: OpenDatabase,
  running: Running,
): Promise<Foundation> {
  const { sql } = database;
  const log = logger("start");
  const applied = await migrate(sql);
  if (applied.length > 0) log.info(`Applied migrations: ${applied.join(", ")}.`);
  // What a killed process was at is taken up at once: nobody else can be at it.
  if (!config.databaseUrl) await expireLeases(sql);
  const index = await chooseIndex(sql);
  log.info(`Searching by ${index.kind}.`);
  const [bus, presence, storage] = await Promise.all([
    openBus(config, running),
    openPresence(config, running),
    openStorage(config, running),
  ]);
  const finishGraceMs = Math.min(FINISH_GRACE_MAX_MS, (config.shutdownSeconds * 1000) / 4);
  const embedding = await openEmbedding(config, sql);
  const reranking = config.rerank && new Reranking(new Reranker(config.rerank));
  const retriever = new Retriever(index, { semantic: embedding?.semantic, reranking });
  return { ...database, bus, presence, storage, index, embedding, retriever, finishGraceMs };
}

// What is not configured is not loaded: the client libraries are most of the program, and of its start.
async function openStorage(config: Config, running: Running): Promise<Storage> {
  if (config.s3) {
    const { S3Storage } = await import("../storage/s3-storage.ts");
    // Each user of the machine has a folder, since nobody may clear away what is another's.
    const copies = join(tmpdir(), `rag-engine-${process.getuid?.() ?? 0}`);
    return new S3Storage(config.s3, await ownFolder(copies, running));
  }
  const folder = join(config.dataDir, "files");
  if (config.role !== "all")
    logger("start").warn(`No S3 is set: every process must see the same folder ${folder}.`);
  return new FolderStorage(folder);
}
