import type { PermanentError } from "../../error.ts";
import { unreadable } from "../limits.ts";

/** @param what it is that cannot be read, as the beginning of a sentence */
export function needsOcr(what: string): PermanentError {
  return unreadable(
    `${what}; it can be read by OCR once tesseract is installed or Google Document AI is configured.`,
  );
}
