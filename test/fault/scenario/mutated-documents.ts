import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, PermanentError } from "../../../src/error.ts";
import { formatOf } from "../../../src/parsing/format.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";
import type { ParsedDocument } from "../../../src/parsing/parsed.ts";
import { ParserPool } from "../../../src/parsing/pool/parser-pool.ts";
import { sampleOfBytes } from "../../../src/parsing/telling/sample.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type GoodFile, goodFiles } from "../../support/good-files.ts";
import { LIMITS } from "../../support/limits.ts";
import { seededRandom } from "../../support/random.ts";
import { mutate } from "../mutation/mutate.ts";
import { Findings, type Scenario } from "../scenario.ts";

const PARSER = fileURLToPath(import.meta.resolve("../../support/parser-child.ts"));
const MUTANTS = { short: 120, long: 10_000 } as const;
const AT_ONCE = 2;
/** None takes a tenth of it, unless the machine has much else to do. */
const DEADLINE_SECONDS = 60;
const MEMORY_MB = 768;
/** Killing and starting a parser, on a machine that does other things too. */
const SLACK_MS = 20_000;

const KEPT = join(import.meta.dir, "../../../.cache/mutants");

const SENTENCE = /^["A-Z][^\n]{8,2000}\.$/;
/** What a program says of itself, and no person understands. */
const JARGON =
  /undefined|null\b|NaN|\[object|Error\b|exception|is not a |evaluating|stack|\bat \w+ \(|crash|unexpected|invalid|cannot read|\/tmp\b|\.tsx?\b/i;
/** So small a file that takes all that a large one may is as good as one that crashes its parser. */
const ALL_IT_MAY = /MB of memory|takes longer than/;
/** NUL, and all else that is no writing. */
const UNSEEN = /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]/;
/** What a mutation asks for, and no document may bring in. */
const OF_THE_MACHINE = "root:x:0:0";

/** Sees the same in every picture, so that the way to it is gone too. */
const RECOGNISER: Recogniser = {
  name: "tesseract",
  wholePdfPagesMax: 0,
  present: () => true,
  recognise: () => Promise.resolve({ pages: ["The rent is 950 euro."] }),
};

interface Run {
  readonly pool: ParserPool;
  readonly folder: string;
  readonly findings: Findings;
}

/** Files of every format, each broken by chance in a way that its seed repeats. */
export const mutatedDocuments: Scenario = {
  name: "mutated-documents",
  promise:
    "A file broken in whatever way is read, or fails for good with a sentence, within its deadline; no parser crashes.",
  reachMs: DEADLINE_SECONDS * 1_000 + SLACK_MS,
  run: async ({ length, random }) => {
    const findings = new Findings();
    const seeds = goodFiles();
    const pool = newPool();
    try {
      const folder = temporaryFolder("mutants");
      const next = async (): Promise<void> => {
        while (findings.runs < MUTANTS[length]) {
          const seed = seeds[findings.runs++ % seeds.length] ?? random.pick(seeds);
          const { bytes: other } = random.pick(seeds);
          // One number decides all of a mutant: two of them are made at a time, and end in any order.
          await tryMutant({ pool, folder, findings }, seed, other, random.between(0, 2 ** 32 - 1));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
    } finally {
      await pool.stop();
    }
    return findings;
  },
};

function newPool(): ParserPool {
  return new ParserPool({
    command: [process.execPath, PARSER],
    concurrency: AT_ONCE,
    memoryLimitMb: MEMORY_MB,
    deadlineSeconds: DEADLINE_SECONDS,
    recogniser: RECOGNISER,
    limits: { ...LIMITS, pagesMax: 500, textMbMax: 20, unpackedMbMax: 100, entriesMax: 1_000 },
  });
}

async function tryMutant(
  run: Run,
  { name, bytes }: GoodFile,
  other: Uint8Array,
  chance: number,
): Promise<void> {
  const mutant = await mutate(bytes, other, seededRandom(chance));
  const beganAt = performance.now();
  const fault = await read(run, chance, name, mutant).then(faultOfText, faultOfError);
  const { findings } = run;
  findings.waited(performance.now() - beganAt);
  if (fault) findings.broken.push(`${name}: ${fault} ${keep(chance, name, mutant)}`);
}

async function read(
  { pool, folder }: Run,
  chance: number,
  name: string,
  bytes: Uint8Array,
): Promise<ParsedDocument> {
  const format = formatOf(name, await sampleOfBytes(bytes));
  const path = join(folder, String(chance));
  writeFileSync(path, bytes);
  try {
    const given = {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onReport: () => undefined,
    };
    return (await pool.parse({ path, fileName: name, format }, given)).document;
  } finally {
    rmSync(path);
  }
}

/** @returns what is wrong with it */
function faultOfText({ text, pages }: ParsedDocument): string | undefined {
  if (!text.isWellFormed() || UNSEEN.test(text)) return "a text with what is no writing.";
  if (text.includes(OF_THE_MACHINE)) return "a text with a file of this machine.";
  const ends = [0, ...pages.map(({ end }) => end)];
  const inOrder = pages.every(
    ({ pageIdx, start, end }, at) => pageIdx === at && start >= (ends[at] ?? 0) && end >= start,
  );
  if (!inOrder || (ends.at(-1) ?? 0) > text.length) return "pages that lie outside of the text.";
  return undefined;
}

function faultOfError(error: unknown): string | undefined {
  if (!(error instanceof AppError)) return `not even a failure: ${String(error)}`;
  // What is refused at the door never becomes a document.
  const isFinal = error instanceof PermanentError || error.code === "unsupported_type";
  if (!isFinal) return `a failure that is tried again: ${error.message}`;
  if (ALL_IT_MAY.test(error.message)) return `all that a file may cost: ${error.message}`;
  const isPlain = SENTENCE.test(error.message) && !JARGON.test(error.message);
  return isPlain ? undefined : `no sentence for people: ${error.message}`;
}

/** For whoever looks into it. @returns where it lies */
function keep(chance: number, name: string, mutant: Uint8Array): string {
  mkdirSync(KEPT, { recursive: true });
  const path = join(KEPT, `${chance}-${basename(name)}`);
  writeFileSync(path, mutant);
  return `(${path})`;
}
