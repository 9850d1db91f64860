import { MB, unreadable } from "../limits.ts";
import type { Attachment } from "../attachments.ts";
import type { ReadContext } from "../reader.ts";
import type { PdfDocument } from "./library.ts";
import { reasonOf } from "./open.ts";

/** More of them belong to no document that anybody reads. */
const FILES_MAX = 1_000;
/** Unpacked, and together, for they are held at once; pdf.js unpacks no more of one either. */
const BYTES_MAX = 128 * MB;
/**
 * What says once more what the pages say: an invoice for programs, what a table or the whole was made of (ISO 32000-2,
 * 7.11.3, `AFRelationship`).
 */
const SAME_AGAIN = new Set(["Alternative", "Data", "FormData", "Schema", "Source"]);

/** A file that a PDF brings along. */
export interface AttachedFile {
  readonly name: string;
  /** Undefined if it is damaged or too large. */
  readonly bytes: Uint8Array | undefined;
}

/** As pdf.js tells of one. */
interface FileSpec {
  readonly filename: string;
  readonly relationship?: string;
}

/** The files that a PDF brings along: those of the whole, as a portfolio has them, and those pinned to a page. */
export class AttachedFiles {
  readonly #names = new Map<string, string>();
  #isFull = false;

  private constructor(
    private readonly document: PdfDocument,
    private readonly report: ReadContext["report"],
  ) {}

  /** Of the whole; none if the list of them is damaged. */
  static async of(document: PdfDocument, report: ReadContext["report"]): Promise<AttachedFiles> {
    const files = new AttachedFiles(document, report);
    const named: unknown = await document.getAttachments().catch((error: unknown) => {
      report("The list of a PDF's attachments cannot be read.", error);
    });
    if (named instanceof Map)
      for (const [id, spec] of named as Map<string, FileSpec>) files.#add(id, spec);
    return files;
  }

  /** How many are known so far. */
  get count(): number {
    return this.#names.size;
  }

  /** Of a page, by what is noted on it. */
  learn(annotations: readonly unknown[]): void {
    for (const annotation of annotations) {
      const { fileId, file } = annotation as { fileId?: string; file?: FileSpec };
      if (fileId !== undefined && file) this.#add(fileId, file);
    }
  }

  /** All of them, each once: what is pinned to a page may be listed for the whole as well. */
  async read(): Promise<AttachedFile[]> {
    if (this.#isFull) this.report(`A PDF brings more than ${FILES_MAX} files.`, undefined);
    const files = new Map<string, AttachedFile>();
    let room = BYTES_MAX;
    for (const [id, name] of this.#names) {
      const content = await this.#contentOf(id);
      if (content === null) continue;
      const bytes = content && content.length <= room ? content : undefined;
      room -= bytes?.length ?? 0;
      const key = content ? `${content.length} ${Bun.hash(content)} ${name}` : id;
      if (!files.has(key)) files.set(key, { name, bytes });
    }
    return [...files.values()];
  }

  #add(id: string, { filename, relationship = "" }: FileSpec): void {
    if (SAME_AGAIN.has(relationship)) return;
    if (this.#names.size < FILES_MAX) this.#names.set(id, filename);
    else this.#isFull = true;
  }

  /** @returns null of a file that lies elsewhere, undefined of one that is damaged or too large */
  async #contentOf(id: string): Promise<Uint8Array | null | undefined> {
    try {
      const content: unknown = await this.document.getAttachmentContent(id);
      return content instanceof Uint8Array ? content : null;
    } catch (error) {
      this.report(`An attachment of a PDF cannot be unpacked: ${reasonOf(error)}`, error);
      return undefined;
    }
  }
}

/** As mails have them, to be read by the readers of their kinds. */
export function attachmentOf(
  { name, bytes }: AttachedFile,
  { readWithin }: Pick<ReadContext, "readWithin">,
): Attachment {
  const lost = () => unreadable(`It is damaged, or larger than ${BYTES_MAX / MB} MB.`);
  return { name, pages: () => (bytes ? readWithin(name, bytes) : Promise.reject(lost())) };
}
