import { afterAll } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PermanentError } from "../../src/error.ts";
import { formatOf } from "../../src/parsing/format.ts";
import type { Recogniser } from "../../src/parsing/ocr/recogniser.ts";
import {
  ParserPool,
  type ParseOptions,
  type ParserPoolOptions,
  type ParseResult,
} from "../../src/parsing/pool/parser-pool.ts";
import { sampleOfFile } from "../../src/parsing/telling/sample.ts";
import { temporaryFolder } from "./folder.ts";
import { LIMITS } from "./limits.ts";

const CHILD = fileURLToPath(import.meta.resolve("./parser-child.ts"));
/** What starts a parser. */
export const PARSER = [process.execPath, CHILD];
const folder = temporaryFolder("reader-pool");
let files = 0;

/** A pool of parsers as the engine has one, small enough for tests. */
export function readerPool(options: Partial<ParserPoolOptions> = {}): ParserPool {
  const limits = { memoryLimitMb: 1024, deadlineSeconds: 60, limits: LIMITS };
  return new ParserPool({ command: PARSER, concurrency: 2, ...limits, ...options });
}

/** Reads a file as the engine does; `onProgress` is told the share done, 0 to 100. */
export async function readIn(
  pool: ParserPool,
  name: string,
  bytes: Uint8Array | string,
  {
    signal = new AbortController().signal,
    onProgress = () => undefined,
    onReport = () => undefined,
  }: Partial<ParseOptions> = {},
): Promise<ParseResult> {
  const path = join(folder, `${files++}`);
  writeFileSync(path, bytes);
  const format = formatOf(name, await sampleOfFile(path));
  return await pool.parse({ path, fileName: name, format }, { signal, onProgress, onReport });
}

interface Reading extends Partial<ParseOptions> {
  readonly recogniser?: Recogniser;
}

/**
 * What reads files as the engine does, each with a recogniser of its own, one after the other: in a parser that stays
 * warm until the tests have ended beside which this is called.
 */
export function fileReader() {
  let now: Recogniser | undefined;
  const recogniser: Recogniser = {
    get name() {
      return now?.name ?? "tesseract";
    },
    get wholePdfPagesMax() {
      return now?.wholePdfPagesMax ?? 0;
    },
    present: () => now?.present() ?? false,
    recognise: async (picture, signal) => {
      if (!now) throw new Error("Nobody recognises this.");
      return await now.recognise(picture, signal);
    },
  };
  const pool = readerPool({ concurrency: 1, recogniser });
  afterAll(() => pool.stop());
  return async (name: string, bytes: Uint8Array, reading: Reading = {}): Promise<ParseResult> => {
    now = reading.recogniser;
    return await readIn(pool, name, bytes, reading);
  };
}

/** A file that means harm, and what is still read of it, or said. */
export type HostileCase = readonly [
  what: string,
  name: string,
  make: () => string | Uint8Array | Promise<Uint8Array>,
  outcome: RegExp,
];

/** Its text, or the sentence with which it fails for good. */
export async function outcomeOf(reading: Promise<ParseResult>): Promise<string> {
  try {
    return (await reading).document.text;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}
