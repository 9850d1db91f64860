import { messageOf } from "../../error.ts";
import { logger } from "../../log.ts";
import { isOutage } from "../../postgres/outage.ts";
import type { Database, Sql } from "../../postgres/sql.ts";
import { VectorStore } from "./store.ts";

/** The first version of pgvector with half floats, and the first that walks on. */
const PGVECTOR_NEEDED = "0.7";
const PGVECTOR_WALKS_ON = "0.8";

/**
 * Where a model's vectors are kept.
 * @returns undefined, told in the log, if the database has no pgvector that serves
 */
export async function openVectors(sql: Database, model: string): Promise<VectorStore | undefined> {
  const log = logger("start");
  const version = await pgvectorVersion(sql);
  if (!version || isBefore(version, PGVECTOR_NEEDED)) {
    log.warn(
      `RAG_EMBEDDING_MODEL is set, but the database has ${version ? `pgvector ${version}` : "no pgvector"}, and ${PGVECTOR_NEEDED} is needed: searching by words alone.`,
    );
    return undefined;
  }
  const walksOn = !isBefore(version, PGVECTOR_WALKS_ON);
  if (!walksOn)
    log.warn(
      `pgvector ${version} gives up early in large workspaces beside others, which are then searched one by one; ${PGVECTOR_WALKS_ON} does not.`,
    );
  log.info(`Searching by vectors of ${model} too, in pgvector ${version}.`);
  return new VectorStore(sql, model, walksOn);
}

async function pgvectorVersion(sql: Database): Promise<string | undefined> {
  const installed = await installedVersion(sql);
  if (installed) return installed;
  try {
    await sql`create extension if not exists vector`;
  } catch (error) {
    if (isOutage(error)) throw error;
    logger("start").debug(`pgvector could not be created: ${messageOf(error)}`);
  }
  // Another process may have been quicker, which is an error too.
  return await installedVersion(sql);
}

async function installedVersion(sql: Sql): Promise<string | undefined> {
  const [row] = await sql<{ version: string }[]>`
    select extversion as version from pg_extension where extname = 'vector'`;
  return row?.version;
}

function isBefore(version: string, needed: string): boolean {
  return version.localeCompare(needed, "en", { numeric: true }) < 0;
}
