import type { Client, Document, Page, UploadFile } from "../support/client.ts";
import { inParallel } from "../support/parallel.ts";
import { fileTextOf, type SetDocument } from "./set.ts";

/** A set in the engine. */
export interface Shelf {
  readonly user: Client;
  readonly workspaceId: string;
  /** The engine's id of a document → the set's own. */
  readonly setIds: ReadonlyMap<string, string>;
  /** Documents a second, from the first upload until the last was searchable. */
  readonly documentsPerSecond: number;
  /** Documents of the set that the engine could not read. */
  readonly unreadable: readonly string[];
}

const FILES_PER_UPLOAD = 25;
const UPLOADS_AT_ONCE = 4;
const POLL_MS = 100;
const STALLED_MS = 120_000;
const NAME_LENGTH_MAX = 100;

/**
 * Puts a set into a workspace of its own and waits until all of it can be found.
 * @throws Error if the engine gets nowhere for two minutes
 */
export async function shelve(user: Client, documents: readonly SetDocument[]): Promise<Shelf> {
  const { id: workspaceId } = await user.createWorkspace("Evaluation");
  // A file without a word is refused, and would never be found.
  const readable = documents.filter((document) => fileTextOf(document).trim() !== "");
  const startedAt = performance.now();
  const setIds = new Map<string, string>();
  await inParallel(batchesOf(readable), UPLOADS_AT_ONCE, async (batch) => {
    const { items } = await user.upload(workspaceId, ...batch.map(fileOf));
    for (const [at, { document }] of items.entries())
      setIds.set(document.id, batch[at]?.id ?? document.title);
  });
  const failed = await untilSearchable(user, workspaceId, readable.length);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    user,
    workspaceId,
    setIds,
    documentsPerSecond: readable.length / seconds,
    unreadable: failed.map((id) => setIds.get(id) ?? id),
  };
}

function batchesOf(documents: readonly SetDocument[]): SetDocument[][] {
  const count = Math.ceil(documents.length / FILES_PER_UPLOAD);
  return Array.from({ length: count }, (_, at) =>
    documents.slice(at * FILES_PER_UPLOAD, (at + 1) * FILES_PER_UPLOAD),
  );
}

/** The name follows from the id, so that a person can tell what was found. */
function fileOf(document: SetDocument): UploadFile {
  const name = document.id.replace(/[^A-Za-z0-9_-]/g, "_").slice(0, NAME_LENGTH_MAX);
  return { name: `${name}.txt`, content: fileTextOf(document), type: "text/plain" };
}

/** @returns the ids of those that ended in an error */
async function untilSearchable(
  user: Client,
  workspaceId: string,
  count: number,
): Promise<string[]> {
  const settled = new Map<string, Document["status"]>();
  let since: string | undefined;
  for (let movedAt = performance.now(); settled.size < count;) {
    const { changed, asOf } = await changedDocuments(user, workspaceId, since);
    since = asOf;
    const before = settled.size;
    for (const { id, status } of changed)
      if (status === "ingested" || status === "error") settled.set(id, status);
    if (settled.size > before) movedAt = performance.now();
    if (performance.now() - movedAt > STALLED_MS)
      throw new Error(`${count - settled.size} of ${count} documents never became searchable.`);
    if (settled.size < count) await Bun.sleep(POLL_MS);
  }
  return [...settled].flatMap(([id, status]) => (status === "error" ? [id] : []));
}

async function changedDocuments(user: Client, workspaceId: string, since: string | undefined) {
  const path = `/api/workspaces/${workspaceId}/documents?limit=200`;
  const scope = since === undefined ? path : `${path}&since=${since}`;
  const changed: Document[] = [];
  let asOf: string | undefined;
  for (let cursor: string | null = ""; cursor !== null;) {
    const behind: string = cursor && `&cursor=${cursor}`;
    const page: Page<Document> = await user.expect(200, "GET", scope + behind);
    changed.push(...page.items);
    asOf ??= page.as_of; // What changes while the pages are read is told next time.
    cursor = page.next_cursor;
  }
  return { changed, asOf };
}
