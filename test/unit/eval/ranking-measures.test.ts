import { expect, test } from "bun:test";
import {
  documentsOf,
  measureRankings,
  ndcg,
  recall,
  reciprocalRank,
} from "../../eval/ranking-measures.ts";

const grades = new Map([
  ["best", 2],
  ["good", 1],
  ["bad", 0],
]);

test("nDCG: the gain is the grade, the discount log2(rank + 1), the norm the best order", () => {
  expect(ndcg(["best", "good"], grades, 10)).toBe(1);
  // (1 + 0 + 2 / log2 4) / (2 + 1 / log2 3) = 2 / 2.63093
  expect(ndcg(["good", "unjudged", "best"], grades, 10)).toBeCloseTo(0.76019, 5);
  // 1 / 2.63093: what stands behind the depth counts for nothing.
  expect(ndcg(["good", "bad", "best"], grades, 2)).toBeCloseTo(0.38009, 5);
  expect(ndcg([], grades, 10)).toBe(0);
});

test("nDCG: the norm has no more documents than the depth, and a grade below 0 is none", () => {
  const three = new Map([1, 2, 3].map((id) => [`${id}`, 1]));
  expect(ndcg(["1", "2"], three, 2)).toBe(1);
  expect(ndcg(["worse", "1"], new Map([["worse", -1]]).set("1", 1), 10)).toBeCloseTo(0.63093, 5);
});

test("recall: the share of all relevant documents among the first", () => {
  expect(recall(["best", "bad", "good"], grades, 2)).toBe(0.5);
  expect(recall(["best", "bad", "good"], grades, 3)).toBe(1);
});

test("reciprocal rank: of the first relevant document within the depth", () => {
  expect(reciprocalRank(["bad", "unjudged", "good", "best"], grades, 10)).toBeCloseTo(1 / 3, 9);
  expect(reciprocalRank(["bad", "unjudged", "good"], grades, 2)).toBe(0);
});

test("means are taken over the queries that have a relevant document, found or not", () => {
  const judgements = new Map([
    ["found", grades],
    ["missed", new Map([["best", 1]])],
    ["hopeless", new Map([["best", 0]])],
  ]);
  const rankings = new Map([
    ["found", ["best", "good"]],
    ["hopeless", ["best"]],
  ]);
  expect(measureRankings(rankings, judgements, [...judgements.keys(), "unjudged"])).toEqual({
    queries: 2,
    ndcgAt10: 0.5,
    recallAt10: 0.5,
    recallAt100: 0.5,
    mrrAt10: 0.5,
  });
});

test("a document ranks where its best segment does", () => {
  const segments = ["b", "a", "b", "c", "a"].map((documentId) => ({ documentId }));
  expect(documentsOf(segments)).toEqual(["b", "a", "c"]);
});
