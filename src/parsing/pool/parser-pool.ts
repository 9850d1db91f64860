import { AppError } from "../../error.ts";
import type { Service } from "../../service.ts";
import { type Format, isImage } from "../format.ts";
import { areBlank } from "../letter-count.ts";
import type { ReadLimits } from "../limits.ts";
import type { Recogniser } from "../ocr/recogniser.ts";
import { Recognition } from "../ocr/recognition.ts";
import { documentOf, type ParsedDocument } from "../parsed.ts";
import type { Report } from "../pipe/failure.ts";
import type { ParseRequest } from "../pipe/to-parser.ts";
import { watchMemory } from "../process-memory.ts";
import type { Recognise } from "../reader.ts";
import { Deadline } from "./deadline.ts";
import { ParserDied, ParserProcess } from "./parser-process.ts";
import { Slots } from "./slots.ts";
import { type ParserLimits, verdictOn } from "./verdict.ts";

export interface ParserPoolOptions extends ParserLimits {
  /** What starts a parser process, in full paths: this program with its hidden argument. */
  readonly command: readonly string[];
  /** What one document may hold. */
  readonly limits: ReadLimits;
  /** So many documents are read at once. */
  readonly concurrency: number;
  /** Reads images and scans; without it they fail. */
  readonly recogniser?: Recogniser;
}

/** A file on disk that is to be read. */
export interface ParseInput {
  readonly path: string;
  readonly fileName: string;
  readonly format: Format;
}

export interface ParseOptions {
  /** Stops the work at once; `parse` then fails with an error that may be retried. */
  readonly signal: AbortSignal;
  /** Told the share done, 0 to 100. */
  readonly onProgress: (percent: number) => void;
  /** Told what is left out of the document, for the log. */
  readonly onReport: (report: Report) => void;
}

export interface ParseResult {
  readonly document: ParsedDocument;
  /** What Document AI answered, to be kept beside the file. */
  readonly rawOutput?: { readonly extension: string; readonly body: string };
}

/** Started after the rest of the engine, whose start it would delay. */
const PRESTART_DELAY_MS = 300;
/** Memory that a library leaks goes with its process. */
const DOCUMENTS_PER_PROCESS_MAX = 200;
/**
 * A parser that has grown beyond is replaced by a small one. One begins with 60, most of them the executable's, and has
 * 130 after a hundred short PDFs. With 100 it was replaced every ten, which took three times the processor time.
 */
const IDLE_MEMORY_MB_MAX = 160;

/** How long more than one parser is kept, when nothing is read. */
const IDLE_KEPT_MS = 3_000;

/**
 * Reads documents in child processes, so that a hostile file can harm only its own parser. Idle parsers are
 * kept warm, since starting one takes far longer than reading a page: all of them while documents keep
 * coming, then one.
 */
export class ParserPool implements Service {
  readonly name = "parsers";
  readonly #options: ParserPoolOptions;
  readonly #slots: Slots;
  readonly #all = new Set<ParserProcess>();
  #idle: ParserProcess[] = [];
  #prestart: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: ParserPoolOptions) {
    this.#options = options;
    this.#slots = new Slots(options.concurrency);
  }

  async start(): Promise<void> {
    this.#stopped = false;
    this.#warmSoon();
  }

  /** Kills every parser; what they were reading fails with an error that may be retried. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#prestart);
    clearTimeout(this.#rest);
    const all = [...this.#all];
    for (const parser of all) parser.kill("stopped");
    await Promise.all(all.map((parser) => parser.gone()));
  }

  /**
   * Reads a file into text.
   *
   * @throws PermanentError `parse_failed` if the file is at fault: damaged, password-protected, a scan
   *   without OCR, too costly to read
   * @throws AppError `parse_failed`, `unavailable` if a later attempt may succeed
   */
  parse(file: ParseInput, options: ParseOptions): Promise<ParseResult> {
    return this.#slots.use(options.signal, () => this.#parse(file, options));
  }

  async #parse(file: ParseInput, options: ParseOptions): Promise<ParseResult> {
    const { path, fileName: name, format } = file;
    const { limits, recogniser } = this.#options;
    const ocr = recogniser?.present() ? recogniser : undefined;
    const request = { path, name, format: format.name, limits };
    if (!ocr) return { document: await this.#parseInChild(request, NO_OCR, options) };
    const ended = new AbortController();
    const either = AbortSignal.any([options.signal, ended.signal]);
    const recognition = new Recognition(ocr, this.#options.deadlineSeconds, either);
    try {
      const document = await this.#parseInChild(
        { ...request, ocr: { name: ocr.name, wholePdfPagesMax: ocr.wholePdfPagesMax } },
        recognition.recognise,
        options,
      );
      if (recognition.overrun) throw recognition.overrun;
      if (isWholeScan(document, ocr)) return await recogniseWhole(ocr, file, options.signal);
      return { document, ...(isImage(format.name) ? kept(recognition.raw) : {}) };
    } finally {
      ended.abort();
    }
  }

  async #parseInChild(
    request: ParseRequest,
    recognise: Recognise,
    options: ParseOptions,
  ): Promise<ParsedDocument> {
    for (let deaths = 1; ; deaths++) {
      const parser = this.#take();
      try {
        return await this.#supervise(parser, request, recognise, options);
      } catch (error) {
        if (!(error instanceof ParserDied)) throw error;
        const verdict = verdictOn(error.death, deaths, this.#options);
        if (verdict !== "again") throw verdict;
      } finally {
        this.#giveBack(parser);
      }
    }
  }

  async #supervise(
    parser: ParserProcess,
    request: ParseRequest,
    recognise: Recognise,
    { signal, onProgress, onReport }: ParseOptions,
  ): Promise<ParsedDocument> {
    const { memoryLimitMb, deadlineSeconds } = this.#options;
    const abort = () => parser.kill("stopped");
    const deadline = new Deadline(deadlineSeconds * 1000, () => parser.kill("deadline"));
    const endWatch = watchMemory(
      () => parser.residentMb,
      memoryLimitMb,
      () => parser.kill("memory"),
    );
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      return await parser.run(request, {
        onProgress,
        onReport,
        recognise: (picture) => deadline.without(() => recognise(picture)),
      });
    } finally {
      deadline.end();
      endWatch();
      signal.removeEventListener("abort", abort);
    }
  }

  #take(): ParserProcess {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop())
      // One that was killed just now has no memory any more, before its end is told.
      if (idle.residentMb !== undefined) return idle;
    return this.#spawn();
  }

  #giveBack(parser: ParserProcess): void {
    const worn =
      parser.documents >= DOCUMENTS_PER_PROCESS_MAX ||
      (parser.residentMb ?? Number.POSITIVE_INFINITY) > IDLE_MEMORY_MB_MAX;
    if (worn || this.#stopped) parser.kill("stopped");
    else this.#idle.push(parser);
    if (this.#idle.length === 0) this.#warmSoon();
    else this.#restLater();
  }

  #restLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      for (const parser of this.#idle.splice(1)) parser.kill("stopped");
    }, IDLE_KEPT_MS);
    this.#rest.unref();
  }

  #spawn(): ParserProcess {
    if (this.#stopped) throw new AppError("unavailable", "The engine is stopping.");
    const parser = startParser(this.#options);
    this.#all.add(parser);
    void parser.gone().then(() => this.#all.delete(parser));
    return parser;
  }

  #warmSoon(): void {
    clearTimeout(this.#prestart);
    if (this.#stopped) return;
    this.#prestart = setTimeout(() => {
      this.#idle = this.#idle.filter(({ dead }) => !dead);
      if (this.#idle.length > 0) return;
      try {
        this.#idle.push(this.#spawn());
      } catch {
        // The next document tries again, and says so.
      }
    }, PRESTART_DELAY_MS);
    this.#prestart.unref();
  }
}

function startParser({ command, memoryLimitMb }: ParserPoolOptions): ParserProcess {
  try {
    return new ParserProcess(command, memoryLimitMb);
  } catch (error) {
    throw new AppError("parse_failed", "The parser could not be started.", { cause: error });
  }
}

/** A parser that was not told of any OCR asks for none. */
const NO_OCR: Recognise = () => Promise.reject(new Error("There is no OCR."));

/** The parser left the whole of a PDF without text to the one who recognises. */
function isWholeScan({ parserType, pages, text }: ParsedDocument, ocr: Recogniser): boolean {
  return parserType === "pdf" && pages.length <= ocr.wholePdfPagesMax && areBlank([text]);
}

async function recogniseWhole(
  ocr: Recogniser,
  { path, format: { mimeType } }: ParseInput,
  signal: AbortSignal,
): Promise<ParseResult> {
  const bytes = await Bun.file(path).bytes();
  const { pages, raw } = await ocr.recognise({ bytes, mimeType }, signal);
  return { document: documentOf(ocr.name, pages), ...kept(raw) };
}

function kept(raw: string | undefined): Pick<ParseResult, "rawOutput"> {
  return raw === undefined ? {} : { rawOutput: { extension: ".docai.json", body: raw } };
}
