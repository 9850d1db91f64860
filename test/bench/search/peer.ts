import type { Database } from "../../../src/postgres/sql.ts";

/** What PostgreSQL has by itself: the same segments as `tsvector`, a GIN index, and `ts_rank_cd`. */
export class TsRank {
  private constructor(private readonly sql: Database) {}

  /** @param workspaceId whose segments are copied; the peer has no others beside it */
  static async of(sql: Database, workspaceId: string): Promise<TsRank> {
    await sql`drop table if exists ranked`;
    await sql`create table ranked as select id, to_tsvector('simple', text) as terms from segments
      where workspace_id = ${workspaceId}`;
    await sql`create index on ranked using gin (terms)`;
    await sql`vacuum analyze ranked`;
    return new TsRank(sql);
  }

  async search(question: string): Promise<void> {
    const words = question.match(/[a-z]{4,}/gi) ?? [];
    await this.sql`select ranked.id, s.text from (
        select id, ts_rank_cd(terms, query) as score from ranked, to_tsquery('simple', ${words.join(" | ")}) query
        where terms @@ query order by score desc limit 10) ranked
      join segments s on s.id = ranked.id order by score desc`;
  }
}
