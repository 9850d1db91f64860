import { AppError } from "../../error.ts";
import type { Sql } from "../../postgres/sql.ts";
import { PostingsIndex } from "./postings-index.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { TextsearchIndex } from "./textsearch-index.ts";

/**
 * The index that this database was given when it was migrated.
 * @throws AppError `unavailable` if it has not been migrated
 */
export async function chooseIndex(sql: Sql): Promise<SegmentIndex> {
  const [row] = await sql<{ kind: SegmentIndex["kind"] }[]>`select kind from retrieval_index`;
  if (!row) throw new AppError("unavailable", "The database has not been migrated.");
  return row.kind === "postings" ? new PostingsIndex() : new TextsearchIndex();
}
