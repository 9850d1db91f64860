import { basename } from "node:path";
import { type Static, Type as t } from "@sinclair/typebox";
import { readJson } from "./read.ts";
import {
  type EvaluationSet,
  type GoldQuestion,
  type Grades,
  type SetDocument,
  unitOffset,
} from "./set.ts";

const Answer = t.Object({ text: t.String(), answer_start: t.Integer() });
const Question = t.Object({
  id: t.Union([t.String(), t.Number()]),
  question: t.String(),
  is_impossible: t.Optional(t.Boolean()),
  answers: t.Optional(t.Array(Answer)),
});
const SQUAD = {
  name: "in the layout of SQuAD, {data: [{title, paragraphs: [{context, qas}]}]}",
  schema: t.Object({
    data: t.Array(
      t.Object({
        title: t.Optional(t.Union([t.String(), t.Null()])),
        paragraphs: t.Array(t.Object({ context: t.String(), qas: t.Array(Question) })),
      }),
    ),
  }),
};

/**
 * Reads a file in the layout of SQuAD: each paragraph is a document, relevant to the questions that it answers.
 * @throws InputError for what is malformed
 */
export async function readSquad(path: string): Promise<EvaluationSet> {
  const { data } = await readJson(path, SQUAD);
  const documents = new Map<string, SetDocument>();
  const questions: GoldQuestion[] = [];
  for (const { title: titled, paragraphs } of data) {
    const title = titled ?? "";
    for (const { context, qas } of paragraphs) {
      // Some sets repeat a paragraph for each of its questions.
      const key = `${title}\n${context}`;
      const document = documents.get(key) ?? { id: `${documents.size}`, title, text: context };
      documents.set(key, document);
      const asked = qas.filter(({ question }) => question.trim() !== "");
      questions.push(...asked.map((question) => questionOf(question, document)));
    }
  }
  const answerable = questions.filter(({ answers }) => answers.length > 0);
  return {
    name: basename(path, ".json"),
    documents: [...documents.values()],
    queries: answerable.map(({ id, text }) => ({ id, text })),
    judgements: new Map(answerable.map((question) => [question.id, gradesOf(question)])),
    judgedIn: basename(path),
    questions,
  };
}

function questionOf(question: Static<typeof Question>, { id, text }: SetDocument): GoldQuestion {
  const answers = question.is_impossible ? [] : (question.answers ?? []);
  return {
    id: String(question.id),
    text: question.question,
    documentId: id,
    answers: answers.map((answer) => ({
      text: answer.text,
      start: unitOffset(text, answer.text, answer.answer_start),
    })),
  };
}

function gradesOf({ documentId }: GoldQuestion): Grades {
  return new Map(documentId === null ? [] : [[documentId, 1]]);
}
