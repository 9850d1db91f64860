import { AppError } from "../error.ts";
import type { Database } from "../postgres/sql.ts";
import { inSnapshot } from "../postgres/transaction.ts";
import { listSegments } from "../retrieval/store.ts";
import { openWorkspace } from "../workspace/store.ts";
import type { DocumentStatus } from "./document.ts";
import { findDocument } from "./store.ts";
import { loadText } from "./text-store.ts";
import { findIndexedTexts } from "./text-version.ts";

/** Wire format. */
export interface RawText {
  readonly document_id: string;
  readonly workspace_id: string;
  readonly status: DocumentStatus;
  readonly text: string;
  readonly segments: readonly {
    readonly segment_index: number;
    readonly page_idx: number;
    readonly start: number;
    readonly end: number;
  }[];
}

/**
 * The text that citations point into, with its segments: none before it is ingested, even while those of the
 * text that it has replaced are still searched.
 * @throws AppError `not_parsed_yet` before there is one
 */
export async function rawText(
  sql: Database,
  userId: string,
  workspaceId: string,
  documentId: string,
): Promise<RawText> {
  return await inSnapshot(sql, async (tx) => {
    await openWorkspace(tx, userId, workspaceId, "viewer");
    const { status } = await findDocument(tx, workspaceId, documentId);
    const parsed = await loadText(tx, documentId);
    if (!parsed) throw withoutText(status);
    const [indexed] = await findIndexedTexts(tx, [documentId]);
    const segments = indexed ? await listSegments(tx, documentId) : [];
    return {
      document_id: documentId,
      workspace_id: workspaceId,
      status,
      text: parsed.text,
      segments: segments.map(({ segmentIndex, pageIdx, start, end }) => ({
        segment_index: segmentIndex,
        page_idx: pageIdx,
        start,
        end,
      })),
    };
  });
}

function withoutText(status: DocumentStatus): AppError {
  const sentence =
    status === "error"
      ? "The document could not be read, so it has no text."
      : "The document is still being read.";
  return new AppError("not_parsed_yet", sentence);
}
