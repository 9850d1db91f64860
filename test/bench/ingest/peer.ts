import type postgres from "postgres";
import { textsOf } from "./corpus.ts";

/**
 * The least that makes a text searchable: one INSERT for each, into a table with a GIN index over its
 * `tsvector`. What it leaves out: HTTP and who may, the file, jobs that survive a crash, a parser's own process,
 * events, languages other than English, and BM25.
 * @param atOnce inserts under way
 * @returns texts a second
 */
export async function insertPlainly(
  sql: postgres.Sql,
  count: number,
  seed: number,
  atOnce: number,
): Promise<number> {
  await sql`create table plain (id bigint generated always as identity primary key, name text, body text,
    terms tsvector generated always as (to_tsvector('english', body)) stored)`;
  await sql`create index plain_terms on plain using gin (terms)`;
  const waiting = textsOf(count, seed);
  const startedAt = performance.now();
  const insert = async () => {
    for (const { name, content } of waiting)
      await sql`insert into plain (name, body) values (${name}, ${content})`;
  };
  await Promise.all(Array.from({ length: atOnce }, insert));
  return (count * 1_000) / (performance.now() - startedAt);
}
