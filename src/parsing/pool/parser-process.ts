import { AppError } from "../../error.ts";
import { logger } from "../../log.ts";
import { keepTrace } from "../../trace.ts";
import { MB, type ReadLimits } from "../limits.ts";
import type { ParsedDocument } from "../parsed.ts";
import { errorOf, failureOf, type ParseFailure, type Report } from "../pipe/failure.ts";
import { type Frame, FRAME, FrameReader } from "../pipe/frames.ts";
import type { ParseRequest, ToParser } from "../pipe/to-parser.ts";
import { residentMb, volunteerForOom } from "../process-memory.ts";
import type { Picture, Recognise } from "../reader.ts";
import { PictureParts } from "./picture-parts.ts";
import { linesOf, Reports } from "./reports.ts";

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

/**
 * What runs so often is compiled by the costliest compiler, counted as JavaScriptCore does: ten times its usual.
 * Measured over a process's first fifty documents of a page: a fifth less processor time; long ones lose nothing.
 */
const RUNS_TO_OPTIMISE = 640_000;

/** The process died over a document. */
export class ParserDied extends Error {
  constructor(readonly death: Death) {
    super(`The parser ended with ${death.signal ?? death.exitCode}.`);
  }
}

/** The payload of a `done` frame. */
type Finished = Omit<ParsedDocument, "text">;

/** What a parser may ask for while it reads a document. */
export interface ParserHelp {
  /** Told the share done, 0 to 100. */
  readonly onProgress: (percent: number) => void;
  readonly recognise: Recognise;
  /** Told what is left out, for the log. */
  readonly onReport: (report: Report) => void;
}

interface Running extends Pick<ParserHelp, "onProgress" | "recognise"> {
  readonly resolve: (document: ParsedDocument) => void;
  readonly reject: (error: Error) => void;
  readonly decoder: TextDecoder;
  readonly parts: string[];
  textBytesLeft: number;
  readonly picture: PictureParts;
}

/**
 * What a parser takes for all the memory that there is: from half of it on it lets its heap grow by a quarter between two
 * collections of garbage. Told of all that it has, it dies of garbage over files of 100 MB; so it takes 10 to 20 % more
 * processor time for them, and none for others.
 */
const TOLD_MEMORY_SHARE = 0.25;

/** A child of this process that reads documents, one at a time. */
export class ParserProcess {
  readonly #process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  #running: Running | undefined;
  #ready = false;
  #delivered = false;
  #killed: KillReason | undefined;
  #dead = false;
  #documents = 0;
  /** Of the last document: what is written to stderr may come after its end. */
  #reports = new Reports(({ what }) => logger("parsing").warn(what));

  /**
   * Starts it. Its environment tells how it is to use memory and compilers, and nothing else, for it shall know no
   * secret; its folder is the root, where no `.env` lies that Bun would read.
   *
   * @throws Error if the command cannot be started
   */
  constructor(command: readonly string[], memoryMb: number) {
    this.#process = Bun.spawn([...command], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
      env: {
        BUN_JSC_forceRAMSize: String(TOLD_MEMORY_SHARE * memoryMb * MB),
        BUN_JSC_thresholdForFTLOptimizeAfterWarmUp: String(RUNS_TO_OPTIMISE),
      },
      cwd: "/",
    });
    // An idle parser keeps nobody from exiting; it ends with its stdin.
    this.#process.unref();
    volunteerForOom(this.pid);
    void this.#readFrames();
    void this.#readComplaints();
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
   * @throws AppError, PermanentError if the parser says that the file cannot be read
   * @throws ParserDied if the process ended over it
   */
  run(request: ParseRequest, help: ParserHelp): Promise<ParsedDocument> {
    if (this.#running) throw new Error("This parser is busy.");
    this.#documents++;
    return new Promise((resolve, reject) => {
      if (this.dead) return reject(new ParserDied(this.#death()));
      const [decoder, picture] = [new TextDecoder(), new PictureParts()];
      const textBytesLeft = textBytesMax(request.limits);
      this.#reports = new Reports(keepTrace(help.onReport));
      this.#running = {
        // What the process says is heard where it was started: for the document that it read first.
        onProgress: keepTrace(help.onProgress),
        recognise: keepTrace(help.recognise),
        resolve,
        reject,
        decoder,
        parts: [],
        textBytesLeft,
        picture,
      };
      void this.#deliver(request);
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

  async #deliver(request: ParseRequest): Promise<void> {
    this.#delivered = true;
    try {
      await this.#say({ kind: "parse", request });
    } catch {
      // It died while it was idle; that its stdout closes settles the rest.
      this.#delivered = false;
      this.#process.kill("SIGKILL");
    }
  }

  async #say(what: ToParser): Promise<void> {
    await this.#process.stdin.write(`${JSON.stringify(what)}\n`);
    await this.#process.stdin.flush();
  }

  /** Also to what is asked for a document that has ended: who asks next waits until that is settled. */
  async #answer(recognised: ReturnType<Recognise> = tooLate()): Promise<void> {
    const answer = await recognised.then(
      (pages): ToParser => ({ kind: "recognised", pages }),
      (error: unknown): ToParser => ({ kind: "unrecognised", failure: failureOf(error) }),
    );
    // If it died meanwhile, that its stdout closes settles the rest.
    await this.#say(answer).catch(() => undefined);
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

  /** Mostly how the runtime fell, and errors that nobody caught. */
  async #readComplaints(): Promise<void> {
    try {
      for await (const line of linesOf(this.#process.stderr))
        this.#reports.take({ what: `The parser says: ${line}` });
    } catch {
      // It is gone, and what it had to say with it.
    }
  }

  #take({ kind, payload }: Frame): void {
    const running = this.#running;
    if (kind === FRAME.ready) this.#ready = true;
    else if (kind === FRAME.progress) running?.onProgress(payload[0] ?? 0);
    else if (kind === FRAME.text) this.#takeText(payload);
    else if (kind === FRAME.report) this.#reports.take(parseJson(payload) as Report);
    else if (kind === FRAME.picture) running?.picture.push(payload);
    else if (kind === FRAME.recognise) {
      const about = parseJson(payload) as Omit<Picture, "bytes">;
      void this.#answer(running && running.recognise(running.picture.take(about)));
    } else if (kind === FRAME.done) this.#finish(parseJson(payload) as Finished);
    else this.#fail(parseJson(payload) as ParseFailure);
  }

  /** A file that took its parser over could let it send without end. */
  #takeText(payload: Uint8Array): void {
    const running = this.#running;
    if (!running) return;
    running.textBytesLeft -= payload.length;
    if (running.textBytesLeft < 0) this.kill("memory");
    else running.parts.push(running.decoder.decode(payload));
  }

  #finish({ parserType, pages }: Finished): void {
    this.#settle(({ resolve, parts }) => resolve({ parserType, text: parts.join(""), pages }));
  }

  #fail(failure: ParseFailure): void {
    this.#settle(({ reject }) => reject(errorOf(failure)));
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

function tooLate(): Promise<never> {
  return Promise.reject(new AppError("parse_failed", "The document has ended."));
}

/** What the text of a document may take on its way, the ends of its pages among it: as UTF-8, three bytes a unit. */
function textBytesMax({ textMbMax, pagesMax }: ReadLimits): number {
  return 3 * (textMbMax * MB + 2 * pagesMax);
}

/** The frames come from the same program, so their shape is known. */
function parseJson(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(payload)) as unknown;
}
