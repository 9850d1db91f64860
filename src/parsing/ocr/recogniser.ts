import type { DocumentAiClient } from "../../inference/document-ai.ts";
import type { Picture } from "../reader.ts";

/** What was seen in a picture, or in a whole PDF. */
export interface Recognised {
  /** The text of each page, in order; most pictures are one. */
  readonly pages: readonly string[];
  /** The answer as a service gave it, JSON. */
  readonly raw?: string;
}

/** Reads the writing in pictures. */
export interface Recogniser {
  /** As `parser_type` calls it. */
  readonly name: "document_ai" | "tesseract";
  /** A PDF that is nothing but a scan may be given as it is, up to so many pages; 0 if never. */
  readonly wholePdfPagesMax: number;
  /** Whether it is there at all; what is installed later is found then. */
  present(): boolean;
  /**
   * @param signal stops it at once
   * @throws PermanentError `parse_failed` if the picture or the set-up is at fault
   * @throws AppError `unavailable`, `parse_failed` if a later attempt may succeed
   */
  recognise(picture: Picture, signal: AbortSignal): Promise<Recognised>;
}

/** What a call may bring without the pictures of its pages in the answer. */
const DOCUMENT_AI_PAGES_MAX = 30;

export function byDocumentAi(client: DocumentAiClient): Recogniser {
  return {
    name: "document_ai",
    wholePdfPagesMax: DOCUMENT_AI_PAGES_MAX,
    present: () => true,
    recognise: ({ bytes, mimeType }, signal) => client.process(bytes, mimeType, signal),
  };
}
