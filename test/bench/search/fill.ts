import { inTransaction } from "../../../src/postgres/transaction.ts";
import type { Database } from "../../../src/postgres/sql.ts";
import type { IndexedSegment } from "../../../src/retrieval/segment.ts";
import type { DocumentSegments, SegmentIndex } from "../../../src/retrieval/index/segment-index.ts";
import { codesOf } from "../../../src/retrieval/terms/term-sequence.ts";
import { termsOf } from "../../../src/retrieval/terms/terms.ts";
import type { Writer } from "./corpus.ts";

/** Segments of most documents; a library of a thousand pages has them as well as notes of one paragraph. */
const DOCUMENT_LENGTHS = [1, 1, 2, 3, 5, 8, 40] as const;
const DOCUMENTS_PER_TRANSACTION = 21;
const NOTHING = new Int32Array(0);

/** What a part of the engine stores and finds with. */
export interface Library {
  readonly sql: Database;
  readonly index: SegmentIndex;
}

/**
 * Stores so many segments in a workspace as the ingest does, but for the jobs, and taking each word's terms once.
 * @returns some of their texts, to ask for
 */
export async function fill(
  { sql, index }: Library,
  writer: Writer,
  workspaceId: string,
  segmentCount: number,
): Promise<string[]> {
  const asked: string[] = [];
  let stored = 0;
  while (stored < segmentCount) {
    const documents: DocumentSegments[] = [];
    for (let at = 0; at < DOCUMENTS_PER_TRANSACTION && stored < segmentCount; at++) {
      const length = DOCUMENT_LENGTHS[at % DOCUMENT_LENGTHS.length] ?? 1;
      const texts = writer.document(Math.min(length, segmentCount - stored));
      documents.push({ workspaceId, documentId: crypto.randomUUID(), segments: indexed(texts) });
      stored += texts.length;
      asked.push(texts[0] ?? "");
    }
    await inTransaction(sql, async (tx) => {
      for (const { documentId } of documents)
        await tx`insert into documents (id, workspace_id, title, source_type, status)
          values (${documentId}, ${workspaceId}, 'Paper', 'text', 'ingested')`;
      await index.add(tx, documents);
    });
  }
  return asked;
}

function indexed(texts: readonly string[]): IndexedSegment[] {
  let start = 0;
  return texts.map((text, segmentIndex) => {
    const terms = text.split(/[^A-Za-z]+/).flatMap(termsOfWord);
    const body = codesOf({ terms, places: terms.map((_, place) => place) });
    const segment = {
      segmentIndex,
      pageIdx: 0,
      start,
      end: start + text.length,
      text,
      headings: "",
    };
    start += text.length + 2;
    return { ...segment, terms, sequence: { title: NOTHING, headings: NOTHING, body } };
  });
}

const known = new Map<string, readonly string[]>();

function termsOfWord(word: string): readonly string[] {
  const terms = known.get(word) ?? termsOf(word);
  known.set(word, terms);
  return terms;
}
