import { getDocument, PDFWorker } from "pdfjs-dist";
import { messageOf, type PermanentError } from "../../error.ts";
import { damaged, locked } from "../limits.ts";
import { EmbeddedFiles } from "./embedded-files.ts";
import type { PdfDocument } from "./library.ts";
import { workerPort } from "./port.ts";

/** pdf.js reports errors only; it warns of every other font. */
const VERBOSITY_ERRORS = 0;

interface OpenPdf {
  readonly document: PdfDocument;
  /** Lets go of all that was read; to be called once. */
  readonly close: () => Promise<void>;
}

/** So that no picture is ever decoded. */
const NO_PICTURE = 1;

/**
 * Opens a PDF, for its texts alone if nothing else is said.
 *
 * @param bytes the file, which stays as it is
 * @param maxImageSize pictures of more dots are not decoded
 * @throws PermanentError `parse_failed` if the file is damaged or password-protected
 */
export async function openPdf(bytes: Uint8Array, maxImageSize = NO_PICTURE): Promise<OpenPdf> {
  const worker = PDFWorker.create({
    port: workerPort() as unknown as Worker,
    verbosity: VERBOSITY_ERRORS,
  });
  const task = getDocument({
    data: bytes,
    worker,
    verbosity: VERBOSITY_ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    // Their names, by which bold ones are told.
    fontExtraProperties: true,
    maxImageSize,
    enableXfa: true,
    stopAtErrors: false,
    useWorkerFetch: false,
    cMapPacked: true,
    BinaryDataFactory: EmbeddedFiles,
  });
  const close = async () => {
    await task.destroy();
    worker.destroy();
  };
  try {
    return { document: await task.promise, close };
  } catch (error) {
    await close();
    throw explain(error);
  }
}

/** What pdf.js quotes of the file stands behind one of these. */
const QUOTATION = /\s*[:"'`([{<=].*/su;
const REASON_CHARS_MAX = 200;

/** Why pdf.js failed, in its words, without what it quotes of the file. */
export function reasonOf(error: unknown): string {
  return messageOf(error).replace(QUOTATION, "").slice(0, REASON_CHARS_MAX);
}

/** What a person is told of a file that cannot be opened. */
export function explain(error: unknown): PermanentError {
  const name = error instanceof Error || isNamed(error) ? error.name : "";
  if (name === "PasswordException") return locked("PDF", error);
  return damaged("PDF", error);
}

/** pdf.js's exceptions look like errors and are none. */
function isNamed(error: unknown): error is { name: string } {
  return typeof error === "object" && error !== null && "name" in error;
}
