import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatOf } from "../../src/parsing/format.ts";
import {
  ParserPool,
  type ParserPoolOptions,
  type ParseResult,
} from "../../src/parsing/pool/parser-pool.ts";
import { sampleOfFile } from "../../src/parsing/telling/sample.ts";
import { temporaryFolder } from "./folder.ts";
import { LIMITS } from "./limits.ts";

const CHILD = fileURLToPath(import.meta.resolve("./parser-child.ts"));
const folder = temporaryFolder("reader-pool");
let files = 0;

/** A pool of parsers as the engine has one, small enough for tests. */
export function readerPool(options: Partial<ParserPoolOptions> = {}): ParserPool {
  const command = [process.execPath, CHILD];
  const limits = { memoryLimitMb: 1024, deadlineSeconds: 60, limits: LIMITS };
  return new ParserPool({ command, concurrency: 2, ...limits, ...options });
}

/** Reads a file as the engine does; `onProgress` is told the share done, 0 to 100. */
export async function readIn(
  pool: ParserPool,
  name: string,
  bytes: Uint8Array | string,
  onProgress: (percent: number) => void = () => undefined,
): Promise<ParseResult> {
  const path = join(folder, `${files++}`);
  writeFileSync(path, bytes);
  const format = formatOf(name, await sampleOfFile(path));
  const { signal } = new AbortController();
  return await pool.parse({ path, fileName: name, format }, { signal, onProgress });
}
