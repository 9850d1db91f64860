import { AppError, PermanentError } from "../error.ts";
import type { ParseFailure } from "./child.ts";
import { type Frame, FRAME, FrameReader } from "./frames.ts";
import type { ParseRequest } from "./parse-file.ts";
import type { ParsedDocument } from "./parsed.ts";
import { residentMb, volunteerForOom } from "./process-memory.ts";

/** Why a parser process was killed from here. */
export type KillReason = "memory" | "deadline" | "stopped";

/** How a process ended that had not answered. */
export interface Death {
  /** Set if it was killed from here. */
  readonly reason: KillReason | undefined;
  /** It was up: what happened then may be the document's doing. */
  readonly ready: boolean;
  /** The document reached it; if not, it had died before. */
  readonly delivered: boolean;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** The process died over a document. */
export class ParserDied extends Error {
  constructor(readonly death: Death) {
    super(`The parser ended with ${death.signal ?? death.exitCode}.`);
  }
}

/** The payload of a `done` frame. */
type Finished = Omit<ParsedDocument, "text">;

interface Running {
  readonly onProgress: (percent: number) => void;
  readonly resolve: (document: ParsedDocument) => void;
  readonly reject: (error: Error) => void;
  readonly decoder: TextDecoder;
  readonly parts: string[];
}

/** A child of this process that reads documents, one at a time. */
export class ParserProcess {
  readonly #process: Bun.Subprocess<"pipe", "pipe", "ignore">;
  #running: Running | undefined;
  #ready = false;
  #delivered = false;
  #killed: KillReason | undefined;
  #dead = false;
  #documents = 0;

  /**
   * Starts it. Its environment is empty, for it shall know no secret, and its folder is the root, where
   * no `.env` lies that Bun would read.
   *
   * @throws Error if the command cannot be started
   */
  constructor(command: readonly string[]) {
    this.#process = Bun.spawn([...command], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      env: {},
      cwd: "/",
    });
    // An idle parser keeps nobody from exiting; it ends with its stdin.
    this.#process.unref();
    volunteerForOom(this.pid);
    void this.#readFrames();
  }

  get pid(): number {
    return this.#process.pid;
  }

  get dead(): boolean {
    const { exitCode, signalCode } = this.#process;
    return this.#dead || exitCode !== null || signalCode !== null;
  }

  /** How many documents it was given so far. */
  get documents(): number {
    return this.#documents;
  }

  /** In MiB; undefined where the system does not tell. */
  get residentMb(): number | undefined {
    return this.#dead ? undefined : residentMb(this.pid);
  }

  /**
   * Reads one document.
   *
   * @param onProgress told the share done, 0 to 100
   * @throws AppError, PermanentError if the parser says that the file cannot be read
   * @throws ParserDied if the process ended over it
   */
  run(request: ParseRequest, onProgress: (percent: number) => void): Promise<ParsedDocument> {
    if (this.#running) throw new Error("This parser is busy.");
    this.#documents++;
    return new Promise((resolve, reject) => {
      if (this.dead) return reject(new ParserDied(this.#death()));
      this.#running = { onProgress, resolve, reject, decoder: new TextDecoder(), parts: [] };
      void this.#deliver(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends it at once; the document it is at, if any, fails with `ParserDied`. */
  kill(reason: KillReason): void {
    this.#killed ??= reason;
    this.#process.kill("SIGKILL");
  }

  /** Resolves when the process is gone. */
  async gone(): Promise<void> {
    await this.#process.exited;
  }

  async #deliver(line: string): Promise<void> {
    this.#delivered = true;
    try {
      await this.#process.stdin.write(line);
      await this.#process.stdin.flush();
    } catch {
      // It died while it was idle; that its stdout closes settles the rest.
      this.#delivered = false;
      this.#process.kill("SIGKILL");
    }
  }

  async #readFrames(): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const bytes of this.#process.stdout) {
        for (const frame of reader.push(bytes)) this.#take(frame);
      }
    } catch {
      // What it says makes no sense any more.
      this.#process.kill("SIGKILL");
    }
    await this.#process.exited;
    this.#dead = true;
    this.#settle((running) => running.reject(new ParserDied(this.#death())));
  }

  #take({ kind, payload }: Frame): void {
    const running = this.#running;
    if (kind === FRAME.ready) this.#ready = true;
    else if (kind === FRAME.progress) running?.onProgress(payload[0] ?? 0);
    else if (kind === FRAME.text) running?.parts.push(running.decoder.decode(payload));
    else if (kind === FRAME.done) this.#finish(parseJson(payload) as Finished);
    else this.#fail(parseJson(payload) as ParseFailure);
  }

  #finish({ parserType, pages }: Finished): void {
    this.#settle(({ resolve, parts }) => resolve({ parserType, text: parts.join(""), pages }));
  }

  #fail({ code, message, permanent }: ParseFailure): void {
    const Kind = permanent ? PermanentError : AppError;
    this.#settle(({ reject }) => reject(new Kind(code, message)));
  }

  #settle(how: (running: Running) => void): void {
    const running = this.#running;
    this.#running = undefined;
    if (running) how(running);
  }

  #death(): Death {
    const { exitCode, signalCode } = this.#process;
    const signal = signalCode === null ? null : String(signalCode);
    const [reason, ready, delivered] = [this.#killed, this.#ready, this.#delivered];
    return { reason, ready, delivered, exitCode, signal };
  }
}

/** The frames come from the same program, so their shape is known. */
function parseJson(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(payload)) as unknown;
}
