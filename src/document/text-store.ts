import type { Page, ParsedDocument } from "../parsing/parsed.ts";
import type { Json, Sql } from "../postgres/sql.ts";
import { forgetOtherTexts } from "./text-version.ts";

/** A part of the raw text is cut here, at a boundary between characters. UTF-16 units. */
const TEXT_PART_LENGTH = 200_000;

/** Replaces the raw text and pages of documents, which are parsed now. */
export async function storeTexts(
  tx: Sql,
  documents: readonly { readonly id: string; readonly parsed: ParsedDocument }[],
): Promise<void> {
  const ids = documents.map(({ id }) => id);
  await tx`delete from document_texts where document_id = any(${ids}::uuid[])`;
  for (const parts of statementsOf(documents.flatMap(({ id, parsed }) => partsOf(id, parsed.text))))
    await tx`insert into document_texts (document_id, part_index, content)
      select * from unnest(${parts.map(({ id }) => id)}::uuid[], ${parts.map(({ index }) => index)}::integer[],
        ${parts.map(({ content }) => content)}::text[])`;
  const pages: Json = documents.map(({ id, parsed }) => {
    return { id, pages: parsed.pages.map(({ pageIdx, start, end }) => [pageIdx, start, end]) };
  });
  await tx`update documents d set status = 'parsed', updated_at = now(), pages = parsed.pages
    from jsonb_to_recordset(${tx.json(pages)}) as parsed (id uuid, pages jsonb)
    where d.id = any(${ids}::uuid[]) and d.id = parsed.id`;
  await forgetOtherTexts(tx, ids);
}

/** What the reader of a document made of it. */
export interface DocumentText {
  readonly title: string;
  readonly text: string;
  readonly pages: Page[];
}

/** @returns null until the document has been parsed */
export async function loadText(sql: Sql, id: string): Promise<DocumentText | null> {
  return (await loadTexts(sql, [id]))[0] ?? null;
}

/** The same for many, in their order. */
export async function loadTexts(
  sql: Sql,
  ids: readonly string[],
): Promise<(DocumentText | null)[]> {
  const rows = await sql<
    { id: string; title: string; pages: [number, number, number][] | null }[]
  >`select id, title, pages from documents where id = any(${[...ids]}::uuid[])`;
  const parts = await sql<{ document_id: string; content: string }[]>`
    select document_id, content from document_texts where document_id = any(${[...ids]}::uuid[])
    order by document_id, part_index`;
  const documents = new Map(rows.map((row) => [row.id, row]));
  const texts = Map.groupBy(parts, (part) => part.document_id);
  return ids.map((id) => {
    const { title = "", pages } = documents.get(id) ?? {};
    if (!pages) return null;
    return {
      title,
      text: (texts.get(id) ?? []).map(({ content }) => content).join(""),
      pages: pages.map(([pageIdx, start, end]) => ({ pageIdx, start, end })),
    };
  });
}

interface TextPart {
  readonly id: string;
  readonly index: number;
  readonly content: string;
}

function partsOf(id: string, text: string): TextPart[] {
  const parts: TextPart[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + TEXT_PART_LENGTH, text.length);
    // A surrogate pair stays whole, or neither half could be stored.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    parts.push({ id, index: parts.length, content: text.slice(start, end) });
    start = end;
  }
  return parts;
}

/** Short parts share a statement, which carries no more than the longest part. */
function* statementsOf(parts: readonly TextPart[]): Generator<TextPart[]> {
  let together: TextPart[] = [];
  let length = 0;
  for (const part of parts) {
    if (together.length > 0 && length + part.content.length > TEXT_PART_LENGTH) {
      yield together;
      together = [];
      length = 0;
    }
    together.push(part);
    length += part.content.length;
  }
  if (together.length > 0) yield together;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
