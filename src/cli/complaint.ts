import { AppError, messageOf } from "../error.ts";
import { isMissingTable, isOutage } from "../postgres/outage.ts";

/** One sentence about what ended a verb: what the system or a database says of itself helps a person less. */
export function complaintOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  if (isMissingTable(error)) return "The database is empty: run rag-engine migrate first.";
  if (isFault(error) && error.path !== undefined && error.syscall !== "connect")
    return fileComplaint(error, error.path);
  if (isOutage(error)) return `The database cannot be reached: ${messageOf(error)}.`;
  return messageOf(error);
}

/** What Node's `fs` and `net` throw. */
interface Fault extends Error {
  readonly syscall: string;
  readonly path?: string;
}

function isFault(error: unknown): error is Fault {
  return error instanceof Error && "syscall" in error;
}

/** `ENOENT: no such file or directory, mkdir '/data'` */
function fileComplaint({ message, syscall }: Fault, path: string): string {
  const reason = /^[A-Z]\w*: (.+), \w+ '/u.exec(message)?.[1] ?? message;
  // A folder that this user must be able to make, and to close to others, is the engine's own.
  const hint =
    syscall === "mkdir" || syscall === "chmod" ? "; set DATA_DIR to a folder of your own" : "";
  return `${path} cannot be used (${reason})${hint}.`;
}
