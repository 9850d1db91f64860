import { RefusedError } from "./client/engine-client.ts";
import type { WireDocument } from "./client/wire.ts";

/** A file that was sent: the document it has become, or why the engine does not take it. */
export interface SentFile {
  readonly file: string;
  readonly document?: WireDocument;
  readonly refusal?: string;
}

type Upload = (files: readonly string[]) => Promise<readonly WireDocument[]>;

/** What the engine takes at once is more, in number and in size. */
const FILES_AT_ONCE = 10;
/** How the engine says that it is a file's fault: empty or misnamed, too large, of a type that is not read. */
const FAULTS_OF_FILES = new Set([400, 413, 415]);

/**
 * Sends files, a few at once. The engine takes all files of a call or none: where it refuses, each goes by itself.
 * @returns what became of the next files, in their order, as soon as it is known
 */
export async function* sendFiles(
  files: readonly string[],
  upload: Upload,
): AsyncGenerator<SentFile[]> {
  for (let at = 0; at < files.length; at += FILES_AT_ONCE)
    yield* send(files.slice(at, at + FILES_AT_ONCE), upload);
}

async function* send(files: readonly string[], upload: Upload): AsyncGenerator<SentFile[]> {
  try {
    const documents = await upload(files);
    yield documents.map((document, index) => ({ file: files[index] ?? document.title, document }));
  } catch (error) {
    if (!(error instanceof RefusedError) || !FAULTS_OF_FILES.has(error.status)) throw error;
    if (files.length === 1) yield files.map((file) => ({ file, refusal: error.message }));
    else for (const file of files) yield* send([file], upload);
  }
}
