import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { evaluateSet } from "../eval/evaluate.ts";
import { loadSet } from "../eval/load.ts";
import { renderReport } from "../eval/report.ts";
import { onBothSetUps } from "../support/both.ts";
import { spawnChild } from "../support/child.ts";
import { temporaryFolder } from "../support/folder.ts";

const DOCUMENTS = [
  {
    _id: "lamp",
    title: "The lamp",
    text: "The lamp of Skerry Point burns whale oil. It is lit at dusk.",
  },
  { _id: "keeper", title: "The keeper", text: "Magnus Brae kept the tower from 1887 until 1902." },
  {
    _id: "railway",
    title: "The railway",
    text: "The railway through the Karn tunnel was opened in 1911.",
  },
  { _id: "gull", title: "The gull", text: "A gull lays three eggs in spring." },
  { _id: "empty", title: "", text: "" },
];
const QUERIES = [
  { _id: "oil", text: "Which oil does the lamp burn?" },
  { _id: "tunnel", text: "When was the railway through the tunnel opened?" },
  { _id: "none", text: "Which submarine parliament regulates volcanic chess?" },
];
const ANSWERS = {
  oil: { doc: "lamp", answers: [{ text: "whale oil", answer_start: 31 }] },
  tunnel: { doc: "railway", answers: [{ text: "1911", answer_start: 49 }] },
  none: { doc: null, answers: [] },
};
// The gull is wanted for oil and has nothing in common with it: one of two relevant documents is found.
const QRELS = "query-id\tcorpus-id\tscore\noil\tlamp\t1\noil\tgull\t1\ntunnel\trailway\t1\n";

async function tinySet(): Promise<string> {
  const folder = join(temporaryFolder("eval"), "tiny");
  mkdirSync(join(folder, "qrels"), { recursive: true });
  const lines = (values: readonly unknown[]) =>
    values.map((each) => JSON.stringify(each)).join("\n");
  await Bun.write(join(folder, "corpus.jsonl"), lines(DOCUMENTS));
  await Bun.write(join(folder, "queries.jsonl"), lines(QUERIES));
  await Bun.write(join(folder, "answers.json"), JSON.stringify(ANSWERS));
  await Bun.write(join(folder, "qrels/test.tsv"), QRELS);
  return folder;
}

describe("./dev eval", () => {
  onBothSetUps((setUp) => {
    test("takes a set through the whole engine and measures what it finds and answers", async () => {
      const set = await loadSet(await tinySet());
      const result = await evaluateSet(setUp(), set, {
        search: true,
        answers: true,
        compare: true,
      });
      const [engine, bm25, postgres] = result.searches;
      expect(engine?.by).toBe(`rag-engine, ${setUp().name}, bm25`);
      expect([bm25?.by, postgres?.by]).toEqual(["plain BM25", "ts_rank_cd"]);
      for (const { figures } of result.searches) {
        expect(figures).toMatchObject({
          queries: 2,
          recallAt10: 0.75,
          recallAt100: 0.75,
          mrrAt10: 1,
        });
        // Of the two relevant documents one is found, first: (1 / (1 + 1 / log2 3) + 1) / 2.
        expect(figures.ndcgAt10).toBeCloseTo(0.80657, 5);
      }
      expect(engine?.tookMs).toHaveLength(2);
      expect(result.answers).toEqual({
        answerable: 2,
        unanswerable: 1,
        topContains: 1,
        topInPlace: 1,
        anyContains: 1,
        anyInPlace: 1,
        refusedUnanswerable: 1,
        refusedAnswerable: 0,
      });
      const report = renderReport([result]);
      expect(report).toMatch(/^tiny +as written +plain BM25 .* 0\.8066 .*\+0\.0 % against it$/m);
      expect(report).toMatch(/^tiny +2 +100\.0 % .* 1 +100\.0 %$/m);
    });
  });

  test("what it cannot read gets one sentence, and no engine is started", async () => {
    const cmd = [process.execPath, join(import.meta.dir, "../eval/main.ts"), "/no/such/set"];
    const child = spawnChild({ cmd });
    expect(await child.exited).toBe(2);
    await child.drained;
    expect(child.stderr()).toBe("There is no folder or file /no/such/set.\n");
  });
});
