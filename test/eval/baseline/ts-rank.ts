import postgres from "postgres";
import { freshDatabase } from "../../support/postgres.ts";
import type { SetLanguage } from "../language.ts";
import { fileTextOf, type Query, type SetDocument } from "../set.ts";

const DOCUMENTS_PER_INSERT = 200;
/** A tsvector holds a megabyte at most. */
const CHARACTERS_MAX = 250_000;

/**
 * What PostgreSQL itself finds, as it is commonly asked: the words of the query joined by `or`, ordered by
 * `ts_rank_cd` over title and text, `english` for English and `simple` for the rest.
 * @returns query → its best documents, best first
 */
export async function rankByPostgres(
  documents: readonly SetDocument[],
  queries: readonly Query[],
  { language, limit }: { readonly language: SetLanguage; readonly limit: number },
): Promise<Map<string, string[]>> {
  const sql = postgres(await freshDatabase(), { max: 1, onnotice: () => undefined });
  const dictionary = language === "English" ? "english" : "simple";
  try {
    await fill(sql, documents, dictionary);
    const rankings = new Map<string, string[]>();
    for (const { id, text } of queries)
      rankings.set(id, await rank(sql, text, { dictionary, limit }));
    return rankings;
  } finally {
    await sql.end();
  }
}

async function fill(
  sql: postgres.Sql,
  documents: readonly SetDocument[],
  dictionary: string,
): Promise<void> {
  await sql`create table documents (position integer primary key, id text, terms tsvector)`;
  for (let at = 0; at < documents.length; at += DOCUMENTS_PER_INSERT) {
    const rows = documents.slice(at, at + DOCUMENTS_PER_INSERT).map((document, offset) => ({
      position: at + offset,
      id: document.id,
      text: fileTextOf(document).slice(0, CHARACTERS_MAX).replaceAll("\0", ""),
    }));
    await sql`
      insert into documents
      select position, id, to_tsvector(${dictionary}::regconfig, text)
      from jsonb_to_recordset(${sql.json(rows)}) as rows (position integer, id text, text text)`;
  }
  await sql`create index on documents using gin (terms)`;
  await sql`analyze documents`;
}

async function rank(
  sql: postgres.Sql,
  question: string,
  { dictionary, limit }: { readonly dictionary: string; readonly limit: number },
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with asked as (
      select replace(plainto_tsquery(${dictionary}::regconfig, ${question})::text, '&', '|')::tsquery as query
    )
    select id from documents, asked where terms @@ query
    order by ts_rank_cd(terms, query) desc, position limit ${limit}`;
  return rows.map(({ id }) => id);
}
