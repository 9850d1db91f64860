import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../src/config.ts";
import { formatOf } from "../../src/parsing/format.ts";
import type { Recogniser } from "../../src/parsing/ocr/recogniser.ts";
import { Tesseract, type TesseractOptions } from "../../src/parsing/ocr/tesseract.ts";
import { ParserPool, type ParseResult } from "../../src/parsing/pool/parser-pool.ts";
import { sampleOfBytes } from "../../src/parsing/telling/sample.ts";
import { LIMITS } from "./limits.ts";

const CHILD = fileURLToPath(import.meta.resolve("./parser-child.ts"));
let files = 0;

/** The program tesseract, as the engine uses it where nothing else is said. */
export function tesseract(options: Partial<TesseractOptions> = {}): Tesseract {
  const { ocr } = readConfig(Bun.env);
  return new Tesseract({ ...ocr, memoryLimitMb: 1024, deadlineSeconds: 60, ...options });
}

export interface Reading {
  readonly recogniser?: Recogniser;
  readonly deadlineSeconds?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (percent: number) => void;
}

/** Reads a file as the engine does, in a parser of its own. */
export async function readFile(
  folder: string,
  name: string,
  bytes: Uint8Array,
  { recogniser, deadlineSeconds = 60, ...options }: Reading = {},
): Promise<ParseResult> {
  const pool = new ParserPool({
    command: [process.execPath, CHILD],
    concurrency: 1,
    memoryLimitMb: 1024,
    deadlineSeconds,
    limits: LIMITS,
    ...(recogniser ? { recogniser } : {}),
  });
  const path = join(folder, `${files++}-${name}`);
  writeFileSync(path, bytes);
  try {
    const file = { path, fileName: name, format: formatOf(name, await sampleOfBytes(bytes)) };
    const never = new AbortController().signal;
    return await pool.parse(file, { signal: never, onProgress: () => undefined, ...options });
  } finally {
    await pool.stop();
  }
}
