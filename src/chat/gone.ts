import { findIndexedTexts, type IndexedText } from "../document/text-version.ts";
import type { Sql } from "../postgres/sql.ts";
import type { Message } from "./chat.ts";

type Cited = Pick<Message, "metadata" | "created_at">;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Messages as they are to be read: each citation whose document is gone, or whose document's text has become
 * another since, is marked `gone: true`, wherever it stands in the metadata. One query, and none where nothing
 * is cited.
 */
export async function withGone<M extends Cited>(sql: Sql, messages: readonly M[]): Promise<M[]> {
  const ids = new Set(messages.flatMap(({ metadata }) => citedDocuments(metadata)));
  if (ids.size === 0) return [...messages];
  const texts = await findIndexedTexts(sql, [...ids]);
  const textOf = new Map(texts.map((text) => [text.documentId, text]));
  return messages.map((message) => marked(message, textOf));
}

function marked<M extends Cited>(message: M, textOf: ReadonlyMap<string, IndexedText>): M {
  const versions = fieldsOf(message.metadata["rag_doc_ids"]);
  const metadata = markGone(message.metadata, (id) => {
    const text = textOf.get(id);
    if (!text) return true;
    // Older answers do not know which text they cite, but when.
    return versions ? versions[id] !== text.version : text.since > new Date(message.created_at);
  });
  return { ...message, metadata };
}

/** Marks the citations of documents that are gone, and leaves alone what is marked already. Pure. */
export function markGone<T extends Fields>(
  metadata: T,
  isGone: (documentId: string) => boolean,
): T {
  const citations = listOf(metadata["citations"]);
  if (citations.length === 0) return metadata;
  const mark = (citation: Fields) =>
    isGone(String(citation["document_id"])) ? { ...citation, gone: true } : citation;
  const sections = listOf(metadata["sections"]).map((section) => ({
    ...section,
    citations: listOf(section["citations"]).map(mark),
  }));
  return { ...metadata, sections, citations: citations.map(mark) };
}

/** Whether an answer rests on something that is gone. */
export function citesGone({ metadata }: Pick<Message, "metadata">): boolean {
  return listOf(metadata["citations"]).some((citation) => citation["gone"] === true);
}

function citedDocuments(metadata: Fields): string[] {
  return listOf(metadata["citations"]).flatMap(({ document_id }) =>
    typeof document_id === "string" ? [document_id] : [],
  );
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((each) => each !== undefined) : [];
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}
