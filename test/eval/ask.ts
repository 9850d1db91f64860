import { inParallel } from "../support/parallel.ts";
import { eventually } from "../support/eventually.ts";
import type { Citation, Message } from "../support/client.ts";
import { type Answered, type CitedSpan, goldIn } from "./answer-measures.ts";
import type { Shelf } from "./ingest.ts";
import { type GoldQuestion, type SetDocument, textStartOf } from "./set.ts";

/** As many as an API process works at. */
const QUESTIONS_AT_ONCE = 8;
const LATE_MS = 120_000;

/**
 * Asks every question in a conversation of its own, where no other question can change what it means.
 * @throws Error for a question that gets an error instead of an answer
 */
export async function askAll(
  shelf: Shelf,
  documents: readonly SetDocument[],
  questions: readonly GoldQuestion[],
): Promise<Answered[]> {
  const texts = rawTexts(shelf);
  const known = new Map(documents.map((document) => [document.id, document]));
  return await inParallel(questions, QUESTIONS_AT_ONCE, async (question) => {
    const { metadata } = await ask(shelf, question.text);
    const spans = await Promise.all((metadata?.citations ?? []).map((each) => spanOf(each, texts)));
    const document = known.get(question.documentId ?? "");
    const raw = document ? await texts.ofSet(document.id) : "";
    return {
      spans,
      goldDocumentId: question.documentId,
      gold: document ? goldIn(raw, question.answers, textStartOf(document)) : question.answers,
    };
  });
}

async function ask({ user, workspaceId }: Shelf, question: string): Promise<Message> {
  const { id } = await user.createConversation(workspaceId, "Question");
  const path = `/api/conversations/${id}/messages`;
  const { body } = await user.call<Message>("POST", path, { json: { content: question } });
  const settled = async () =>
    (await user.messages(id)).find(({ id: each, status }) => each === body.id && isSettled(status));
  const answer = isSettled(body.status)
    ? body
    : await eventually(settled, { timeoutMs: LATE_MS, pollMs: 200 });
  if (answer.status === "done") return answer;
  throw new Error(`"${question}" was answered with an error: ${answer.content}`);
}

function isSettled(status: Message["status"]): boolean {
  return status === "done" || status === "error";
}

interface RawTexts {
  ofEngine(documentId: string): Promise<string>;
  /** @param setId the document's id in the set; the text of one that could not be read is empty */
  ofSet(setId: string): Promise<string>;
  setIdOf(documentId: string): string;
}

/** The documents as the engine has read them, each fetched once. */
function rawTexts({ user, workspaceId, setIds }: Shelf): RawTexts {
  const engineIds = new Map([...setIds].map(([engineId, setId]) => [setId, engineId]));
  const fetched = new Map<string, Promise<string>>();
  const ofEngine = (id: string) => {
    const text = fetched.get(id) ?? user.rawText(workspaceId, id).then((raw) => raw.text);
    fetched.set(id, text);
    return text;
  };
  return {
    ofEngine,
    ofSet: (setId) => {
      const id = engineIds.get(setId);
      return id === undefined ? Promise.resolve("") : ofEngine(id);
    },
    setIdOf: (id) => setIds.get(id) ?? id,
  };
}

async function spanOf(citation: Citation, texts: RawTexts): Promise<CitedSpan> {
  const { document_id, start, end } = citation;
  const text = (await texts.ofEngine(document_id)).slice(start, end);
  return { documentId: texts.setIdOf(document_id), text, start, end };
}
