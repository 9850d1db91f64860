import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { sampleOfFile } from "../../../src/parsing/telling/sample.ts";
import { ParserProcess } from "../../../src/parsing/pool/parser-process.ts";
import { LIMITS } from "../../support/limits.ts";
import { median } from "../table.ts";

/** What reading a file took, each time. */
export interface Reading {
  readonly samplesMs: readonly number[];
  readonly pages: number;
  readonly peakMb: number;
}

/** The first reads are those of code that is not compiled yet, or not for long documents. */
const WARM_UP = 8;
/** Nobody follows, and no picture is recognised. */
const HELP = { onProgress: () => undefined, recognise: () => Promise.resolve([]) };
/** Some never come to an end. */
const PEER_TIMEOUT_MS = 30_000;
/** What a parser has where nothing is set. */
const MEMORY_MB = 1_024;
const PLAIN = join(import.meta.dir, "plain.ts");

/**
 * Reads a file again and again in one parser process, as an engine does that has one warm.
 * @param command what starts a parser process
 */
export async function readOurselves(
  command: readonly string[],
  path: string,
  rounds: number,
): Promise<Reading> {
  const format = formatOf(path, await sampleOfFile(path)).name;
  const request = { path, name: path, format, limits: LIMITS };
  const parser = new ParserProcess(command, MEMORY_MB);
  try {
    const samplesMs: number[] = [];
    let pages = 0;
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const startedAt = performance.now();
      pages = (await parser.run(request, HELP)).pages.length;
      samplesMs.push(performance.now() - startedAt);
    }
    return { samplesMs: samplesMs.slice(WARM_UP), pages, peakMb: peakMbOf(parser.pid) };
  } finally {
    parser.kill("stopped");
    await parser.gone();
  }
}

/** The same by a peer; undefined where it cannot read the file, or not in time. */
export async function readPlainly(
  peer: string,
  path: string,
  rounds: number,
): Promise<Reading | undefined> {
  const cmd = [process.execPath, PLAIN, peer, path, String(rounds + WARM_UP)];
  const child = Bun.spawn(cmd, { stdout: "pipe", stderr: "ignore", timeout: PEER_TIMEOUT_MS });
  const [output, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0) return undefined;
  const reading = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as Reading;
  return { ...reading, samplesMs: reading.samplesMs.slice(WARM_UP) };
}

export function medianMs({ samplesMs }: Reading): number {
  return median(samplesMs);
}

function peakMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
