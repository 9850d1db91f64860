import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { analyse } from "../../src/retrieval/analyse.ts";
import { frequenciesOf, saturation } from "../../src/retrieval/ranking/bm25.ts";
import { candidatesFor, rank } from "../../src/retrieval/ranking/ranking.ts";
import type { Candidates } from "../../src/retrieval/index/segment-index.ts";
import {
  NO_SEQUENCE,
  packSequence,
  unpackSequences,
} from "../../src/retrieval/terms/term-sequence.ts";
import { queryTermsOf } from "../../src/retrieval/terms/terms.ts";

interface Text {
  readonly text: string;
  readonly title?: string;
}

/** What an index would give for a question, over documents that are numbered in their order. */
async function candidatesOf(documents: readonly Text[], question: string): Promise<Candidates> {
  const segments = await Promise.all(
    documents.map(async ({ text, title = "…" }, documentId) => {
      const pages = [{ pageIdx: 0, start: 0, end: text.length }];
      const analysed = await analyse({ text, pages, title: `${title}.txt` });
      return analysed.map((segment) => ({ ...segment, documentId: String(documentId) }));
    }),
  ).then((all) => all.flat());
  const lengthSum = segments.reduce((sum, { terms }) => sum + terms.length, 0);
  const corpus = { segmentCount: segments.length, meanLength: lengthSum / segments.length };
  const weights = new Map<string, number>();
  for (const term of queryTermsOf(question)) {
    const df = segments.filter(({ terms }) => terms.includes(term)).length;
    if (df > 0) weights.set(term, Math.log(1 + (segments.length - df + 0.5) / (df + 0.5)));
  }
  const scored = segments.map(({ documentId, segmentIndex, terms, sequence }) => {
    const frequencies = frequenciesOf(terms);
    const score = Array.from(weights, ([term, weight]) => {
      return weight * saturation(frequencies.get(term) ?? 0, terms.length, corpus);
    }).reduce((sum, part) => sum + part, 0);
    return { documentId, segmentIndex, length: terms.length, score, sequence };
  });
  return { corpus, weights, segments: scored.filter(({ score }) => score > 0) };
}

async function ranked(texts: readonly (string | Text)[], question: string): Promise<number[]> {
  const documents = texts.map((each) => (typeof each === "string" ? { text: each } : each));
  const hits = rank(await candidatesOf(documents, question), 10);
  return hits.map(({ documentId }) => Number(documentId));
}

const filler = (count: number, word: string) =>
  Array.from({ length: count }, (_, at) => `${word}${at}`).join(" ");

describe("What is asked for comes first", () => {
  test("where its words stand near each other", async () => {
    const apart = `The keeper ${filler(20, "x")} of every lighthouse.`;
    const near = `A lighthouse keeper of ${filler(20, "y")} every day.`;
    expect(await ranked([apart, near], "lighthouse keeper")).toEqual([1, 0]);
    const [far, close] = [`Hải ${filler(20, "x")} đăng biển.`, `Hải đăng ${filler(20, "y")} biển.`];
    expect(await ranked([far, close], "hải đăng")).toEqual([1, 0]);
  });

  test("where a document begins with it", async () => {
    const later = `Notes ${filler(30, "x")} about ballast ${filler(5, "z")}.`;
    const first = `Ballast ${filler(30, "y")} as all of this ${filler(5, "z")}.`;
    expect(await ranked([later, first], "ballast")).toEqual([1, 0]);
  });

  test("where its document's title or its heading says so", async () => {
    const text = "It lasts for twelve months and may be extended once.";
    expect(
      (
        await ranked([text, { text, title: "apprenticeship-contract" }], "apprenticeship months")
      )[0],
    ).toBe(1);
    const under = (heading: string) =>
      `# ${heading}\n\n${filler(300, "a ")}. ${filler(300, "b ")}. It lasts twelve months.`;
    expect(
      (await ranked([under("Sales"), under("Apprenticeship")], "apprenticeship lasts months"))[0],
    ).toBe(1);
  });

  test("also in segments that an earlier version stored without their words' places", async () => {
    const { segments, ...figures } = await candidatesOf(
      [{ text: "gulls and ships" }, { text: "gulls, gulls over gulls" }, { text: "ships" }],
      "gulls",
    );
    const stored = segments.map((segment) => ({ ...segment, sequence: NO_SEQUENCE }));
    const hits = rank({ ...figures, segments: stored }, 10);
    expect(hits.map(({ documentId }) => documentId)).toEqual(["1", "0"]);
  });
});

describe("What tells the same", () => {
  const passage = `Every keeper of a lighthouse writes down the weather. ${filler(40, "word ")}.`;

  test("is shown once, in one document or in several, the best of it", async () => {
    const copies = [passage, `${passage} again`, "A lighthouse without a keeper."];
    expect(new Set(await ranked(copies, "lighthouse keeper weather"))).toEqual(new Set([0, 2]));
  });

  test("leaves room for others", async () => {
    const documents = [
      ...Array.from({ length: 8 }, () => ({ text: passage })),
      { text: "One keeper of a lighthouse." },
    ];
    const hits = rank(await candidatesOf(documents, "lighthouse keeper"), 2);
    expect(hits.map(({ documentId }) => documentId).toSorted()).toEqual(["0", "8"]);
  });

  test("does not hide a short passage that says something else", async () => {
    const terms = ["The notice period is 12 months.", "The notice period is 24 months."];
    expect((await ranked(terms, "notice period")).length).toBe(2);
  });
});

describe("Any candidates", () => {
  const word = fc.constantFrom("ba", "be", "bi", "bo", "hải", "đăng", "語文", "C++");
  const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(" "));

  test("are ranked alike in whatever order an index gives them, best first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 20 }),
        text,
        async (texts, question) => {
          const documents = texts.map((each) => ({ text: each }));
          const candidates = await candidatesOf(documents, question);
          const hits = rank(candidates, 10);
          const reversed = candidates.segments.toReversed();
          const packed = reversed.map(({ sequence }) => packSequence(sequence));
          // As the database breaks its lines.
          const sequences = unpackSequences(packed.map((each) => each.replace(/.{76}/g, "$&\n")));
          const segments = reversed.map((segment, at) => {
            return { ...segment, sequence: sequences[at] ?? NO_SEQUENCE };
          });
          expect(segments.map(({ sequence }) => sequence)).toEqual(
            reversed.map(({ sequence }) => sequence),
          );
          expect(rank({ ...candidates, segments }, 10)).toEqual(hits);
          const scores = hits.map(({ score }) => score);
          expect(scores).toEqual(scores.toSorted((a, b) => b - a));
          for (const score of scores) expect(score).toBeGreaterThan(0);
          expect(hits.length > 0).toBe(candidates.segments.length > 0);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("are asked for in a number that leaves something to choose from", () => {
    for (const limit of [1, 10, 100, 500]) expect(candidatesFor(limit)).toBeGreaterThan(limit);
  });
});
