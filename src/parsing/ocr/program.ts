import { AppError } from "../../error.ts";
import { unreadable } from "../limits.ts";
import { residentMb, volunteerForOom, watchMemory } from "../process-memory.ts";

export interface ProgramLimits {
  readonly memoryLimitMb: number;
  /** For each page. */
  readonly deadlineSeconds: number;
}

export interface Outcome {
  readonly exitCode: number;
  /** What it wrote to stdout. */
  readonly text: string;
}

/** What helps where a picture costs too much. */
const SMALLER = "save its picture smaller, and upload that";
/** No page holds so much. */
const OUTPUT_CHARS_MAX = 64 * 1024 * 1024;

type Child = Bun.Subprocess<"pipe", "pipe", "ignore">;

/**
 * A program of somebody else's, for files of somebody else's: it hears stdin and says stdout, sees no other
 * environment than it is given, and is killed with all that it started once it takes too much.
 */
export class Program {
  constructor(
    /** Its path, after what starts it, if it is not started by itself. */
    private readonly command: readonly string[],
    private readonly environment: Readonly<Record<string, string>>,
    private readonly limits: ProgramLimits,
  ) {}

  /**
   * @param pages the deadline is for each of them
   * @throws PermanentError `parse_failed` if it takes too much, or falls over its input
   * @throws AppError `parse_failed` if it cannot be started, was stopped from outside or by the signal
   */
  async run(
    words: readonly string[],
    input: Uint8Array,
    signal: AbortSignal,
    pages = 1,
  ): Promise<Outcome> {
    if (signal.aborted) throw interrupted();
    const child = this.#start(words);
    let blame: AppError | undefined;
    const kill = (error: AppError) => {
      blame ??= error;
      killGroup(child);
    };
    const release = this.#watch(child, pages, signal, kill);
    try {
      const [text] = await Promise.all([readAll(child, kill), feed(child, input)]);
      await child.exited;
      if (blame) throw blame;
      if (child.exitCode === null) throw fallen(child);
      return { exitCode: child.exitCode, text };
    } finally {
      release();
      killGroup(child);
    }
  }

  /** In a group of its own, so that what it starts dies with it. */
  #start(words: readonly string[]): Child {
    try {
      const child = Bun.spawn([...this.command, ...words], {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "ignore",
        env: this.environment,
        cwd: "/",
        detached: true,
      });
      volunteerForOom(child.pid);
      return child;
    } catch (error) {
      throw new AppError("parse_failed", "tesseract could not be started.", { cause: error });
    }
  }

  /** @returns what ends the watch */
  #watch(
    child: Child,
    pages: number,
    signal: AbortSignal,
    kill: (error: AppError) => void,
  ): () => void {
    const { memoryLimitMb, deadlineSeconds } = this.limits;
    const abort = () => kill(interrupted());
    const tooSlow = `Recognising the writing on a page takes longer than ${deadlineSeconds} seconds; ${SMALLER}.`;
    const deadline = setTimeout(() => kill(unreadable(tooSlow)), deadlineSeconds * pages * 1000);
    const tooLarge = `Recognising the writing on a page takes more than ${memoryLimitMb} MB of memory; ${SMALLER}.`;
    const endWatch = watchMemory(
      () => residentMb(child.pid),
      memoryLimitMb,
      () => kill(unreadable(tooLarge)),
    );
    signal.addEventListener("abort", abort, { once: true });
    return () => {
      clearTimeout(deadline);
      endWatch();
      signal.removeEventListener("abort", abort);
    };
  }
}

async function readAll(child: Child, kill: (error: AppError) => void): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of child.stdout) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > OUTPUT_CHARS_MAX)
      kill(unreadable(`A picture holds more text than a book; ${SMALLER}.`));
  }
  return text + decoder.decode();
}

async function feed(child: Child, input: Uint8Array): Promise<void> {
  try {
    await child.stdin.write(input);
    await child.stdin.end();
  } catch {
    // It has ended without hearing all; its exit says why.
  }
}

/** The group, which may be gone already. */
function killGroup({ pid }: Child): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}

function fallen({ signalCode }: Child): AppError {
  if (signalCode === "SIGKILL" || signalCode === "SIGTERM")
    return new AppError("parse_failed", "Recognising the writing was stopped from outside.");
  return unreadable(
    "The picture cannot be read: recognising its writing crashes; save it as PNG, and upload that.",
  );
}

function interrupted(): AppError {
  return new AppError("parse_failed", "Reading the file was interrupted.");
}
