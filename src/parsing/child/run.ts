import type { ParsedDocument } from "../parsed.ts";
import { failureOf, reportOf } from "../pipe/failure.ts";
import { encodeFrame, FRAME, type FrameKind, TEXT_PART_CHARS } from "../pipe/frames.ts";
import type { ParseRequest, ToParser } from "../pipe/to-parser.ts";
import type { Recognise } from "../reader.ts";
import { AskParent } from "./ask-parent.ts";
import { confine } from "./confine.ts";
import { dieWithParent } from "./die-with-parent.ts";
import { parseFile } from "./parse-file.ts";

export type Send = (kind: FrameKind, payload?: Uint8Array) => Promise<void>;

/**
 * The life of a parser process: reads requests, a line of JSON each, from stdin, one document at a time, and answers each in
 * frames on stdout. It ends with its stdin, so that it never outlives its parent; in the middle of a
 * document it ends at once.
 */
export async function runParserChild(): Promise<void> {
  dieWithParent();
  confine();
  keepDiscreet();
  const send = frameSender();
  await send(FRAME.ready);
  const parent = new AskParent(send);
  let busy: Promise<void> = Promise.resolve();
  let documents = 0;
  for await (const line of linesOf(Bun.stdin.stream())) {
    const said = JSON.parse(line) as ToParser;
    if (said.kind === "parse") {
      documents++;
      const { request } = said;
      busy = busy.then(() => serve(request, send, parent.recognise)).finally(() => documents--);
    } else parent.answered(said);
  }
  if (documents > 0) process.kill(process.pid, "SIGKILL");
}

async function serve(request: ParseRequest, send: Send, recognise: Recognise): Promise<void> {
  let percent = -1;
  const progress = (share: number) => {
    if (Math.floor(share) === percent) return;
    percent = Math.floor(share);
    void send(FRAME.progress, Uint8Array.of(percent)).catch(() => undefined);
  };
  const report = (what: string, cause: unknown) =>
    void send(FRAME.report, json(reportOf(what, cause))).catch(() => undefined);
  try {
    const document = await parseFile(request, progress, recognise, report);
    await sendDocument(document, send);
  } catch (error) {
    await send(FRAME.failed, json(failureOf(error)));
  }
}

async function sendDocument(
  { parserType, text, pages }: ParsedDocument,
  send: Send,
): Promise<void> {
  let start = 0;
  while (start < text.length) {
    const end = partEnd(text, start);
    await send(FRAME.text, Buffer.from(text.slice(start, end)));
    start = end;
  }
  await send(FRAME.done, json({ parserType, pages }));
}

/** Never between the halves of a surrogate pair: each part is UTF-8 by itself. */
function partEnd(text: string, start: number): number {
  const end = start + TEXT_PART_CHARS;
  const lead = text.charCodeAt(end - 1);
  return lead >= 0xd800 && lead < 0xdc00 ? end - 1 : end;
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/**
 * Each frame is out before the next is made: a slow reader slows the parser, not its memory. If none waits it is written
 * at once, so that progress is seen also while a library does its work in one go.
 */
function frameSender(): Send {
  const writer = Bun.stdout.writer();
  const write = (frame: Uint8Array) => {
    void writer.write(frame);
    return writer.flush();
  };
  /** What is still on its way. */
  let last: Promise<unknown> | undefined;
  return async (kind, payload = new Uint8Array()) => {
    const frame = encodeFrame(kind, payload);
    const written = last ? last.then(() => write(frame)) : write(frame);
    if (!(written instanceof Promise)) return;
    last = written;
    try {
      await written;
    } finally {
      if (last === written) last = undefined;
    }
  };
}

/** Libraries print as they please: stdout belongs to the frames, and the log quotes no document. */
function keepDiscreet(): void {
  const printed = () => {
    const { what, origin = "" } = reportOf("A library prints something.", new Error());
    return process.stderr.write(`${what} ${origin.replaceAll(/\s+/g, " ")}\n`);
  };
  console.log = console.info = console.debug = console.warn = console.error = printed;
  process.stdout.write = printed;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
