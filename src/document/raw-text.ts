import { AppError } from "../error.ts";
import type { Sql } from "../postgres/sql.ts";
import { listSegments } from "../retrieval/store.ts";
import { openWorkspace } from "../workspace/store.ts";
import type { DocumentStatus } from "./document.ts";
import { findDocument } from "./store.ts";
import { loadText } from "./text-store.ts";

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
 * The text that citations point into.
 * @throws AppError `not_parsed_yet` before there is one
 */
export async function rawText(
  sql: Sql,
  userId: string,
  workspaceId: string,
  documentId: string,
): Promise<RawText> {
  await openWorkspace(sql, userId, workspaceId, "viewer");
  const { status } = await findDocument(sql, workspaceId, documentId);
  const parsed = await loadText(sql, documentId);
  if (!parsed) throw new AppError("not_parsed_yet", "The document has not been parsed yet.");
  const segments = await listSegments(sql, documentId);
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
}
