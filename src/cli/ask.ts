import { basename } from "node:path";
import { AppError } from "../error.ts";
import { citationsOf, renderAnswer, type Source } from "./ask-answer.ts";
import { type AskArguments, checkFiles, parseAskArguments } from "./ask-arguments.ts";
import { ask, type AskOutcome } from "./ask-session.ts";
import { palette, type Screen, type Terminal } from "./ask-terminal.ts";
import { printable, wrap } from "./ask-text.ts";
import { EngineClient } from "./client/engine-client.ts";
import type { WireMessage } from "./client/wire.ts";
import { complaintOf } from "./complaint.ts";
import type { LocatedEngine } from "./locate-engine.ts";

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_WRONG_USE = 2;
/** As shells report a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

export interface AskDeps {
  /** Finds an engine or starts one for this question. */
  locateEngine(): Promise<LocatedEngine>;
  readonly out: Terminal;
  /** Aborts when the user gives up (Ctrl-C): what was begun is taken back and the terminal left clean. */
  readonly signal?: AbortSignal;
}

/**
 * `ask FILE… "QUESTION"`: sends the files, shows them being read, prints the answer with its sources.
 * @returns the exit code: 0 answered, 1 failed, 2 wrong use, 130 interrupted; trouble is one sentence on stderr
 */
export async function runAsk(args: readonly string[], deps: AskDeps): Promise<number> {
  try {
    const request = parseAskArguments(args);
    const { files, complaints } = await checkFiles(request);
    for (const sentence of complaints) complain(deps.out.err, sentence);
    if (files.length === 0) return EXIT_WRONG_USE;
    return await askAnEngine({ ...request, files }, deps);
  } catch (error) {
    if (deps.signal?.aborted) return EXIT_INTERRUPTED;
    complain(deps.out.err, complaintOf(error));
    const wrongUse = error instanceof AppError && error.code === "invalid_request";
    return wrongUse ? EXIT_WRONG_USE : EXIT_FAILED;
  }
}

async function askAnEngine(request: AskArguments, deps: AskDeps): Promise<number> {
  const engine = await deps.locateEngine();
  try {
    const signal = AbortSignal.any(
      [deps.signal, engine.ended].filter((each) => each !== undefined),
    );
    signal.throwIfAborted();
    const client = new EngineClient(engine, signal);
    const outcome = await ask(request, { engine, client, screen: deps.out.err, signal });
    return await report(outcome, request, client, deps.out);
  } finally {
    await engine.stop();
  }
}

async function report(
  outcome: AskOutcome,
  request: AskArguments,
  client: EngineClient,
  { out, err }: Terminal,
): Promise<number> {
  for (const { file, sentence } of outcome.failures) complain(err, naming(file, sentence));
  const { message } = outcome;
  if (!message) return EXIT_FAILED;
  if (request.json) out.write(`${JSON.stringify(message, null, 2)}\n`);
  if (message.status === "error") complain(err, message.content);
  else if (!request.json) await printAnswer(message, outcome, client, { out, err });
  return message.status === "error" ? EXIT_FAILED : EXIT_DONE;
}

/** The engine names the files that it does not take, but not those that it could not read. */
function naming(file: string, sentence: string): string {
  const name = basename(file);
  return sentence.includes(name) ? sentence : `${name}: ${sentence}`;
}

async function printAnswer(
  message: WireMessage,
  outcome: AskOutcome,
  client: EngineClient,
  { out, err }: Terminal,
): Promise<void> {
  const sources = await quoteSources(message, outcome, client);
  if (err.live) err.write("\n");
  out.write(`${renderAnswer(message, sources, out).join("\n")}\n`);
}

async function quoteSources(
  message: WireMessage,
  { workspaceId, documents }: AskOutcome,
  client: EngineClient,
): Promise<Source[]> {
  const texts = new Map<string, string>();
  const sources: Source[] = [];
  for (const [index, citation] of citationsOf(message).entries()) {
    const { document_id: id, start, end } = citation;
    const text = texts.get(id) ?? (await client.rawText(workspaceId, id));
    texts.set(id, text);
    const quote = text.slice(start, end);
    // Engines of before do not tell.
    const { page_unit: pageUnit = "page" } = documents.find((each) => each.id === id) ?? {};
    sources.push({ number: index + 1, citation, quote, pageUnit });
  }
  return sources;
}

function complain(screen: Screen, sentence: string): void {
  const { bad } = palette(screen.live);
  const text = printable(sentence).trim();
  // One line where another program may read it; wrapped where a person does.
  const lines = screen.live ? wrap(text, screen.size().columns) : [text];
  screen.write(`${lines.map(bad).join("\n")}\n`);
}
