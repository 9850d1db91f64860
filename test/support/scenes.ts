import { expect } from "bun:test";
import type {
  Citation,
  Client,
  Conversation,
  Document,
  ErrorBody,
  Reply,
  UploadFile,
  Workspace,
} from "./client.ts";
import { eventually } from "./eventually.ts";
import { buildPdf } from "./pdf.ts";
import type { SetUp } from "./set-up.ts";
import { expectShape } from "./shape.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** ISO 8601 with a zone. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Matchers; `unknown`, because what they stand for is a claim. */
export const aString: unknown = expect.any(String);
export const aNumber: unknown = expect.any(Number);
export const anId: unknown = expect.stringMatching(UUID);
export const anInstant: unknown = expect.stringMatching(INSTANT);

/** What stands where an id belongs, and is no UUID. */
export const UUIDS_THAT_ARE_NONE = [
  "1",
  "null",
  "not-a-uuid",
  "00000000-0000-0000-0000-00000000000g",
  "urn:uuid:00000000-0000-0000-0000-000000000000",
  "%27%3B%20drop%20table%20documents%3B--",
  "%00",
  "x".repeat(2_000),
] as const;

/** A small document of plain text, and a question that one sentence of it answers. */
export const LIGHTHOUSE: UploadFile = {
  name: "lighthouse.txt",
  type: "text/plain",
  content: [
    "The lighthouse of Skerry Point was finished in 1874.",
    "Its keeper, Morag Sinclair, wrote down the weather every morning.",
    "The lamp burned colza oil until it was changed to paraffin.",
    "Supplies came by boat twice a month, when the sea allowed it.",
  ].join("\n"),
};
export const LIGHTHOUSE_QUESTION = "Who wrote down the weather at the lighthouse?";
export const LIGHTHOUSE_ANSWER = "Morag Sinclair";

/** Two pages; what the question asks for stands on the second, index 1. */
export function railwayPdf(): UploadFile {
  const first =
    "The valley railway opened with four stations.\nIts first engine was painted green.";
  const second =
    "The tunnel below Harrow Hill is 812 metres long.\nIt was dug from both ends within three years.";
  return { name: "railway.pdf", type: "application/pdf", content: buildPdf([first, second]) };
}
export const RAILWAY_QUESTION = "How long is the tunnel below Harrow Hill?";
export const RAILWAY_ANSWER = "812 metres";

/** It claims to be a PDF, and no reader can make sense of it: its parsing fails for good. */
export const BROKEN_PDF: UploadFile = {
  name: "broken.pdf",
  type: "application/pdf",
  content: "%PDF-1.7\nnothing of what a PDF needs follows\n%%EOF\n",
};

/** Waits until a document has come to a status. */
export function reaches(
  client: Client,
  workspaceId: string,
  documentId: string,
  status: Document["status"],
  timeoutMs?: number,
): Promise<Document> {
  const inState = async () => {
    const { document } = await client.document(workspaceId, documentId);
    if (document.status === status) return document;
    throw new Error(`The document is ${document.status}, not ${status}.`);
  };
  return eventually(inState, timeoutMs === undefined ? {} : { timeoutMs });
}

/** A workspace with documents that are ready for questions. */
export async function libraryOf(
  client: Client,
  ...files: UploadFile[]
): Promise<{ workspace: Workspace; documents: readonly Document[] }> {
  const workspace = await client.createWorkspace();
  const { items } = await client.upload(workspace.id, ...files);
  const documents = await Promise.all(
    items.map(({ document }) => reaches(client, workspace.id, document.id, "ingested")),
  );
  return { workspace, documents };
}

/** The first of a library that has at least one document, and a conversation about it. */
export async function talkAbout(
  client: Client,
  file: UploadFile,
): Promise<{ workspace: Workspace; document: Document; conversation: Conversation }> {
  const { workspace, documents } = await libraryOf(client, file);
  const [document] = documents;
  if (!document) throw new Error("The upload gave no document.");
  return { workspace, document, conversation: await client.createConversation(workspace.id) };
}

/** Every citation is a true quotation: its offsets select the quoted text in the raw text. */
export async function expectTrueQuotes(
  client: Client,
  workspaceId: string,
  citations: readonly Citation[],
): Promise<string[]> {
  return Promise.all(
    citations.map(async (citation) => {
      const raw = await client.rawText(workspaceId, citation.document_id);
      const quote = raw.text.slice(citation.start, citation.end);
      expect(quote.length).toBeGreaterThan(0);
      expect(quote.length).toBe(citation.end - citation.start);
      return quote;
    }),
  );
}

/** An error with a status, one clear sentence and a stable code, and nothing else. */
export function expectError(reply: Reply<unknown>, status: number): ErrorBody {
  expectShape(reply, { status, body: { detail: aString } });
  const body = reply.body as ErrorBody;
  expect(Object.keys(body).toSorted()).toEqual(["code", "detail"]);
  expect(body.code).toMatch(/^[a-z][a-z0-9_]*$/);
  expect(body.detail.length).toBeGreaterThan(5);
  expect(body.detail).not.toContain("\n");
  return body;
}

/** Runs `attempt`; afterwards the user's lists and the stored objects are what they were. */
export async function changingNothing<T>(
  setUp: SetUp,
  client: Client,
  workspaceId: string,
  attempt: () => Promise<T>,
): Promise<T> {
  const before = await everything(setUp, client, workspaceId);
  const outcome = await attempt();
  await eventually(async () => {
    expect(await everything(setUp, client, workspaceId)).toEqual(before);
    return true;
  });
  return outcome;
}

async function everything(setUp: SetUp, client: Client, workspaceId: string): Promise<unknown> {
  const lists = ["documents", "conversations", "members"].map((each) =>
    client.all(`/api/workspaces/${workspaceId}/${each}`),
  );
  return {
    workspaces: await client.expect(200, "GET", "/api/workspaces"),
    lists: await Promise.all(lists),
    objects: await setUp.objects(),
  };
}
