import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { Type as t } from "@sinclair/typebox";
import { readJson, readJsonLines, readText } from "./read.ts";
import {
  type EvaluationSet,
  type GoldQuestion,
  type Grades,
  InputError,
  isRelevant,
  type Query,
  type SetDocument,
  unitOffset,
} from "./set.ts";

const Id = t.Union([t.String(), t.Number()]);
const DOCUMENT = {
  name: "a document, {_id, title?, text}",
  schema: t.Object({
    _id: Id,
    title: t.Optional(t.Union([t.String(), t.Null()])),
    text: t.String(),
  }),
};
const QUERY = { name: "a query, {_id, text}", schema: t.Object({ _id: Id, text: t.String() }) };
const GoldAnswers = t.Object({
  doc: t.Optional(t.Union([Id, t.Null()])),
  answers: t.Array(t.Object({ text: t.String(), answer_start: t.Integer() })),
});
const ANSWERS = {
  name: "a table of answers, {query: {doc, answers: [{text, answer_start}]}}",
  schema: t.Record(t.String(), GoldAnswers),
};

/** Of several files the first of these is taken, as whoever publishes figures does; else all there are. */
const PREFERRED = ["test.tsv", "dev.tsv", "train.tsv"];

/**
 * Reads a folder in the layout of BEIR, with an `answers.json` beside it if there is one.
 * @throws InputError for what is missing or malformed
 */
export async function readBeir(folder: string): Promise<EvaluationSet> {
  const documents = (await readJsonLines(join(folder, "corpus.jsonl"), DOCUMENT)).map(
    ({ _id, title, text }): SetDocument => ({ id: String(_id), title: title ?? "", text }),
  );
  const all = (await readJsonLines(join(folder, "queries.jsonl"), QUERY))
    .filter(({ text }) => text.trim() !== "")
    .map(({ _id, text }): Query => ({ id: String(_id), text }));
  const files = judgementFiles(folder);
  const judgements = await readJudgements(files.map((file) => join(folder, "qrels", file)));
  return {
    name: basename(folder),
    documents,
    queries: all.filter(({ id }) => [...(judgements.get(id)?.values() ?? [])].some(isRelevant)),
    judgements,
    judgedIn: files.map((file) => `qrels/${file}`).join(", "),
    questions: await readAnswers(join(folder, "answers.json"), all, documents),
  };
}

function judgementFiles(folder: string): string[] {
  const qrels = join(folder, "qrels");
  const all = existsSync(qrels) ? readdirSync(qrels).filter((name) => name.endsWith(".tsv")) : [];
  if (all.length === 0) throw new InputError(`There is no qrels/*.tsv in ${folder}.`);
  const preferred = PREFERRED.find((name) => all.includes(name));
  return preferred ? [preferred] : all.toSorted();
}

async function readJudgements(paths: readonly string[]): Promise<Map<string, Grades>> {
  const judgements = new Map<string, Map<string, number>>();
  for (const path of paths) {
    for (const [at, line] of (await readText(path)).split(/\r?\n/).entries()) {
      const judged = judgementOf(line, at, path);
      if (!judged) continue;
      const grades = judgements.get(judged.query) ?? new Map<string, number>();
      judgements.set(judged.query, grades.set(judged.document, judged.grade));
    }
  }
  return judgements;
}

/** Three columns, as BEIR has them, or four, as TREC has them; a head is no number at its end. */
function judgementOf(line: string, at: number, path: string) {
  if (line.trim() === "") return undefined;
  const cells = line.trim().split(line.includes("\t") ? "\t" : /\s+/);
  const [query = "", document = ""] = cells.length === 4 ? [cells[0], cells[2]] : cells;
  const grade = Number(cells.at(-1));
  if (cells.length >= 3 && cells.length <= 4 && Number.isFinite(grade))
    return { query, document, grade };
  if (at === 0) return undefined;
  throw new InputError(`${path}, line ${at + 1}, is not a judgement: query, document, grade.`);
}

async function readAnswers(
  path: string,
  queries: readonly Query[],
  documents: readonly SetDocument[],
): Promise<GoldQuestion[]> {
  if (!existsSync(path)) return [];
  const gold = await readJson(path, ANSWERS);
  const texts = new Map(documents.map(({ id, text }) => [id, text]));
  return queries.flatMap((query) => {
    const known = gold[query.id];
    if (!known) return [];
    const documentId = known.doc === null || known.doc === undefined ? null : String(known.doc);
    const text = texts.get(documentId ?? "") ?? "";
    const answers = known.answers.map((answer) => ({
      text: answer.text,
      start: unitOffset(text, answer.text, answer.answer_start),
    }));
    return [{ ...query, documentId, answers }];
  });
}
