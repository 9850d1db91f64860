import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAssets, openEngine } from "../src/postgres/embedded/engine.ts";
import { packFolder } from "../src/postgres/embedded/template.ts";

/**
 * One statement each, for some refuse to share a transaction. Nobody creates databases in here, so
 * the templates for that go: they are two thirds of the files, and the first start writes them all.
 */
const STATEMENTS = [
  "create extension vector",
  "create extension pg_textsearch",
  "update pg_database set datistemplate = false",
  "drop database template0",
  "drop database template1",
  "vacuum (freeze, analyze)",
  "checkpoint",
];

/** Initialises a database, brings it to its smallest, and packs it. */
export async function buildTemplate(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "rag-engine-template-"));
  try {
    const engine = await openEngine(folder, await loadAssets(), (error) => {
      throw error;
    });
    for (const statement of STATEMENTS) await engine.exec(statement);
    await engine.close();
    return packFolder(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
