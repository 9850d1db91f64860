import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { AppError, messageOf } from "../error.ts";

/** What `ask` was told to do. */
export interface AskArguments {
  readonly files: readonly string[];
  readonly question: string;
  /** Print the AI message as it came, for other programs. */
  readonly json: boolean;
}

export const ASK_USAGE = 'rag-engine ask [--json] FILE… "QUESTION"';

/** @throws AppError `invalid_request` with one sentence that says what to type instead */
export function parseAskArguments(args: readonly string[]): AskArguments {
  const end = args.indexOf("--");
  const options = (end < 0 ? args : args.slice(0, end)).filter((arg) => /^-./u.test(arg));
  const unknown = options.find((option) => option !== "--json");
  if (unknown !== undefined) throw wrong(`There is no option ${unknown}.`);
  const words = args.filter(
    (arg, index) => index !== end && (isPast(end, index) || arg !== "--json"),
  );
  const question = words.at(-1)?.trim() ?? "";
  const files = words.slice(0, -1);
  if (words.length === 0) throw wrong("Name at least one file and ask a question.");
  if (files.length === 0) throw wrong("Name at least one file, and put the question behind it.");
  if (question === "") throw wrong("The question is empty.");
  return { files, question, json: options.includes("--json") };
}

function isPast(end: number, index: number): boolean {
  return end >= 0 && index > end;
}

function wrong(sentence: string): AppError {
  return new AppError("invalid_request", `${sentence} Usage: ${ASK_USAGE}`);
}

/** The files that can be sent, and a sentence about each that cannot. */
export interface CheckedFiles {
  readonly files: readonly string[];
  readonly complaints: readonly string[];
}

/**
 * Looks at the files before anything is sent, so that a slip of the finger changes nothing.
 * @throws AppError `invalid_request` about a file that is not there, or a question that is a file
 */
export async function checkFiles({ files, question }: AskArguments): Promise<CheckedFiles> {
  const found = await Promise.all(files.map(complaintOf));
  if (await isFile(question)) {
    throw wrong(`The question is missing: the last argument, ${question}, is a file.`);
  }
  return {
    files: files.filter((_, index) => found[index] === undefined),
    complaints: found.filter((complaint) => complaint !== undefined),
  };
}

/** Why a file cannot be sent, if it cannot. */
async function complaintOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    throw new AppError("invalid_request", missing(path, error), { cause: error });
  });
  if (found.isDirectory()) return `${path} is a folder; name the files in it.`;
  if (!found.isFile()) return `${path} is not a regular file.`;
  if (found.size === 0) return `${path} is empty.`;
  return await access(path, constants.R_OK).then(
    () => undefined,
    () => `${path} may not be read.`,
  );
}

function missing(path: string, error: unknown): string {
  const absent = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!absent) return `${path} cannot be read: ${messageOf(error)}.`;
  // Most likely a question that was typed without quotes.
  const hint = /[./]/u.test(path) ? "" : " Put the question in quotes, as the last argument.";
  return `There is no file ${path}.${hint}`;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
