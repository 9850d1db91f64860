import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chosenOf, readArguments } from "../../eval/arguments.ts";
import { PlainBm25 } from "../../eval/baseline/bm25.ts";
import { PLAIN_TERMS } from "../../eval/baseline/terms.ts";
import { languageOfSet, withoutDiacritics } from "../../eval/language.ts";
import { loadSet } from "../../eval/load.ts";
import { fileTextOf, textStartOf } from "../../eval/set.ts";
import { temporaryFolder } from "../../support/folder.ts";

const CORPUS = `{"_id": "a", "title": "Oil", "text": "The lamp burns oil."}\n\n{"_id": 7, "text": "𝟙 Gull"}\n`;
const QUERIES = `{"_id": "1", "text": "what burns?"}\n{"_id": "2", "text": "which bird?"}\n{"_id": "3", "text": "why?"}\n`;

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder("set");
  mkdirSync(join(folder, "qrels"));
  for (const [name, content] of Object.entries(files)) await Bun.write(join(folder, name), content);
  return folder;
}

const beir = (others: Readonly<Record<string, string>>) =>
  folderOf({ "corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, ...others });

test("a folder in the layout of BEIR, judgements with a head or without", async () => {
  for (const head of ["query-id\tcorpus-id\tscore\n", ""]) {
    const set = await loadSet(
      await beir({
        "qrels/test.tsv": `${head}1\ta\t2\n2\t7\t1\n3\ta\t0\r\n`,
        "qrels/dev.tsv": "3\ta\t1\n",
      }),
    );
    expect(set.judgedIn).toBe("qrels/test.tsv");
    expect(set.documents.map(({ id, title }) => [id, title])).toEqual([
      ["a", "Oil"],
      ["7", ""],
    ]);
    expect(set.queries.map(({ id }) => id)).toEqual(["1", "2"]);
    expect(set.judgements.get("1")).toEqual(new Map([["a", 2]]));
  }
});

test("answers beside it, with offsets as Python counts them", async () => {
  const answers = {
    2: { doc: 7, answers: [{ text: "Gull", answer_start: 2 }] },
    3: { answers: [] },
  };
  const set = await loadSet(
    await beir({ "qrels/dev.tsv": "1\ta\t1\n", "answers.json": JSON.stringify(answers) }),
  );
  expect(set.judgedIn).toBe("qrels/dev.tsv");
  expect(set.questions).toEqual([
    { id: "2", text: "which bird?", documentId: "7", answers: [{ text: "Gull", start: 3 }] },
    { id: "3", text: "why?", documentId: null, answers: [] },
  ]);
});

test("a file in the layout of SQuAD, or a folder with one", async () => {
  const qas = [
    { id: "q", question: "What burns?", answers: [{ text: "oil", answer_start: 10 }] },
    { id: "n", question: "Who burns?", is_impossible: true, answers: [] },
  ];
  const paragraphs = [
    { context: "Lamps burn oil.", qas },
    { context: "Lamps burn oil.", qas: [{ id: "r", question: "Lamps?", answers: [] }] },
  ];
  const folder = await folderOf({
    "dev.json": JSON.stringify({ data: [{ title: "Oil", paragraphs }] }),
  });
  for (const path of [folder, join(folder, "dev.json")]) {
    const { documents, queries, questions, judgements } = await loadSet(path);
    expect(documents).toEqual([{ id: "0", title: "Oil", text: "Lamps burn oil." }]);
    expect(queries).toEqual([{ id: "q", text: "What burns?" }]);
    expect(judgements.get("q")).toEqual(new Map([["0", 1]]));
    expect(questions.map(({ id, answers }) => [id, answers.length])).toEqual([
      ["q", 1],
      ["n", 0],
      ["r", 0],
    ]);
  }
});

test("what is wrong with a set is one sentence that names the place", async () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{}, /no qrels\/\*\.tsv in/],
    [{ "qrels/test.tsv": "1\ta\t1\n1\ta\n" }, /test\.tsv, line 2, is not a judgement/],
    [
      { "qrels/test.tsv": "", "corpus.jsonl": `${CORPUS}{"_id": "b"}` },
      /corpus\.jsonl, line 4, is not a document/,
    ],
    [{ "qrels/test.tsv": "", "queries.jsonl": "{" }, /queries\.jsonl, line 1, is no JSON/],
    [{ "qrels/test.tsv": "", "corpus.jsonl": "" }, /no document in/],
  ];
  for (const [files, sentence] of wrong)
    expect(await loadSet(await beir(files)).catch(String)).toMatch(sentence);
  expect(await loadSet("/no/such/place").catch(String)).toMatch(
    /no folder or file \/no\/such\/place/,
  );
  expect(await loadSet(await folderOf({})).catch(String)).toMatch(/no corpus\.jsonl/);
  expect(await loadSet(await folderOf({ "a.json": "{}" })).catch(String)).toMatch(
    /\/data is wrong/,
  );
});

test("the options of the command", () => {
  expect(readArguments(["a", "b", "--compare"])).toEqual({
    paths: ["a", "b"],
    compare: true,
    networked: false,
    seed: 1,
  });
  expect(readArguments(["a", "--half", "odd", "--sample", "5"])).toMatchObject({
    half: "odd",
    sample: 5,
  });
  for (const wrong of [[], ["a", "--half", "left"], ["a", "--sample", "few"], ["a", "--what"]])
    expect(() => readArguments(wrong)).toThrow();
  expect(() => readArguments(["--help"])).toThrow("'--help'; ./dev help tells what there is.");
});

test("a sample is the same for the same seed, and the halves make the whole", () => {
  const queries = Array.from({ length: 9 }, (_, at) => ({ id: `${at}`, text: "" }));
  const set = {
    name: "",
    documents: [],
    judgements: new Map(),
    judgedIn: "",
    queries,
    questions: [],
  };
  const ids = (choice: Parameters<typeof chosenOf>[1]) =>
    chosenOf(set, choice).queries.map(({ id }) => id);
  expect(ids({ half: "odd", seed: 1 })).toEqual(["0", "2", "4", "6", "8"]);
  expect(ids({ half: "even", seed: 1 })).toEqual(["1", "3", "5", "7"]);
  expect(ids({ sample: 4, seed: 3 })).toHaveLength(4);
  expect(ids({ sample: 4, seed: 3 })).toEqual(ids({ sample: 4, seed: 3 }));
  expect(ids({ sample: 20, seed: 3 })).toHaveLength(9);
});

test("a file begins with its title, once", () => {
  const document = { id: "a", title: "Oil", text: "It burns." };
  expect(fileTextOf(document)).toBe("Oil\n\nIt burns.");
  expect(textStartOf(document)).toBe(5);
  expect(fileTextOf({ ...document, text: "Oil burns." })).toBe("Oil burns.");
  expect(fileTextOf({ ...document, title: "" })).toBe("It burns.");
});

test("a set's language decides the baselines' terms", () => {
  const of = (text: string) => languageOfSet([{ id: "a", title: "", text }]);
  expect(of("The lamp of the tower burns oil in winter and is lit at four.")).toBe("English");
  expect(of("Ngọn hải đăng được xây dựng vào năm 1887 trên đảo.")).toBe("Vietnamese");
  expect(of("Маяк построен в 1887 году.")).toBe("spaced");
  expect(of("Der Leuchtturm wurde 1887 gebaut.")).toBe("spaced");
  expect(of("灯塔建于1887年。")).toBe("spaceless");
  expect(PLAIN_TERMS.English("The lamps were burning")).toEqual(["lamp", "burn"]);
  expect(PLAIN_TERMS.spaceless("燈塔在 1887 年")).toEqual(["燈塔", "塔在", "1887", "年"]);
  expect(withoutDiacritics("Đường đến Huế")).toBe("Duong den Hue");
});

test("plain BM25 gives the scores of the textbook", () => {
  const document = (id: string, text: string) => ({ id, title: "", text });
  const bm25 = new PlainBm25(
    [document("a", "oil lamp"), document("b", "oil oil gull gull"), document("c", "gull lamp sea")],
    PLAIN_TERMS.spaced,
  );
  // idf(oil) = ln 1.6; b's repetition outweighs its length: 2.2 · 2 / (2 + 1.2 · 1.25) > 2.2 / (1 + 1.2 · 0.75)
  expect(bm25.rank("oil", 10)).toEqual(["b", "a"]);
  expect(bm25.rank("sea lamp", 10)).toEqual(["c", "a"]);
  expect(bm25.rank("sea lamp", 1)).toEqual(["c"]);
  expect(bm25.rank("whale", 10)).toEqual([]);
});
