import type postgres from "postgres";

/** The column by which each table's rows belong to a document, or to a message. */
const TABLES = {
  jobs: ["document_id", "message_id"],
  documents: ["id"],
  files: ["document_id"],
  document_texts: ["document_id"],
  rag_documents: ["document_id"],
  segments: ["document_id"],
  segment_statistics: ["document_id"],
  messages: ["id"],
} as const;

/**
 * Every row about these documents and messages, by its table and content, with the transaction that wrote
 * it: a row that was written again with the same values differs.
 */
export async function rowsAbout(
  sql: postgres.Sql,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [table, columns] of Object.entries(TABLES)) {
    const wanted = columns.map((column) => sql`${sql(column)} = any(${[...ids]}::uuid[])`);
    const where = wanted.reduce((all, each) => sql`${all} or ${each}`);
    const rows = await sql<{ content: string; writer: string }[]>`
      select md5(t::text) as content, xmin::text as writer from ${sql(table)} t where ${where}`;
    for (const { content, writer } of rows) found.set(`${table} ${content}`, writer);
  }
  const [{ count } = { count: "0" }] = await sql<{ count: string }[]>`
    select count(*)::text as count from events where payload::text ~ ${ids.join("|")}`;
  return found.set("events", count);
}
