import { readFileSync } from "node:fs";
import { median } from "../table.ts";
import type { Contender, Round } from "./contenders.ts";

/** What reading a file took, each time. */
export interface Reading {
  readonly samplesMs: readonly number[];
  /** Of all threads and all rounds. */
  readonly processorMs: number;
  readonly pages: number;
  readonly peakMb: number;
}

/** How often to read: until it took so long, within bounds. */
interface Rounds {
  readonly min: number;
  readonly max: number;
  /** For each who reads. */
  readonly tookMs: number;
}

/** The first reads are those of code that is not compiled yet. */
const WARM_UP: Rounds = { min: 3, max: 50, tookMs: 2_000 };
const MEASURED: Rounds = { min: 5, max: 50, tookMs: 3_000 };
/** What Linux counts processor time in. */
const TICK_MS = 10;

/**
 * Reads a file again and again with each of several, in turn, so that whatever else the machine does befalls all
 * of them alike.
 *
 * @returns in their order; undefined for one who cannot read it, or not in time
 */
export async function readInTurn(
  contenders: readonly Contender[],
): Promise<(Reading | undefined)[]> {
  const tallies = contenders.map((contender) => new Tally(contender));
  try {
    await readAll(tallies, WARM_UP);
    for (const tally of tallies) tally.begin();
    await readAll(tallies, MEASURED);
    return tallies.map((tally) => tally.reading());
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
  }
}

async function readAll(tallies: readonly Tally[], { min, max, tookMs }: Rounds): Promise<void> {
  const endsAt = performance.now() + tookMs * tallies.length;
  for (let round = 0; round < max && (round < min || performance.now() < endsAt); round++)
    for (const tally of tallies) await tally.readOnce();
}

/** What one of those who read in turn has done. */
class Tally {
  readonly #contender: Contender;
  #rounds: Round[] = [];
  #processorMs = 0;
  #isOut = false;

  constructor(contender: Contender) {
    this.#contender = contender;
  }

  async readOnce(): Promise<void> {
    if (this.#isOut) return;
    try {
      this.#rounds.push(await this.#contender.read());
    } catch {
      this.#isOut = true;
    }
  }

  /** Forgets the warm-up. */
  begin(): void {
    this.#rounds = [];
    this.#processorMs = this.#isOut ? 0 : processorMsOf(this.#contender.pid);
  }

  reading(): Reading | undefined {
    if (this.#isOut) return undefined;
    const { pid } = this.#contender;
    return {
      samplesMs: this.#rounds.map(({ tookMs }) => tookMs),
      processorMs: processorMsOf(pid) - this.#processorMs,
      pages: this.#rounds.at(-1)?.pages ?? 0,
      peakMb: peakMbOf(pid),
    };
  }
}

export function medianMs({ samplesMs }: Reading): number {
  return median(samplesMs);
}

/** Fields 14 and 15 of proc_pid_stat(5), counted behind the name, which may hold spaces. */
function processorMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function peakMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
