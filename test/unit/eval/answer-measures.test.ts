import { expect, test } from "bun:test";
import { type Answered, goldIn, measureAnswers } from "../../eval/answer-measures.ts";

const RAW = "Skerry Point\n\nThe light was built in 1887. It was painted red in 1887 and in 1902.";
const span = (text: string, documentId = "skerry") => {
  const start = RAW.indexOf(text);
  return { documentId, text, start, end: start + text.length };
};
const built: Omit<Answered, "spans"> = {
  gold: [{ text: "1887", start: RAW.indexOf("1887") }],
  goldDocumentId: "skerry",
};
const unanswerable: Omit<Answered, "spans"> = { gold: [], goldDocumentId: null };

test("the top citation is one thing, any citation another", () => {
  const figures = measureAnswers([
    { ...built, spans: [span("The light was built in 1887.")] },
    { ...built, spans: [span("Skerry Point"), span("built in 1887")] },
    { ...built, spans: [] },
    { ...built, spans: [span("Skerry Point")] },
  ]);
  expect(figures).toEqual({
    answerable: 4,
    unanswerable: 0,
    topContains: 0.25,
    topInPlace: 0.25,
    anyContains: 0.5,
    anyInPlace: 0.5,
    refusedAnswerable: 0.25,
    refusedUnanswerable: 0,
  });
});

test("the right words at another place are not in place, nor is the right place of another document", () => {
  const spans = [span("It was painted red in 1887"), span("The light was built in 1887.", "other")];
  for (const wrong of spans)
    expect(measureAnswers([{ ...built, spans: [wrong] }])).toMatchObject({
      topContains: 1,
      topInPlace: 0,
    });
});

test("case, width and white space do not matter", () => {
  const gold = [{ text: "Ｒed  Lamp", start: 0 }];
  const spans = [{ documentId: "a", text: "the red\nlamp burns", start: 0, end: 18 }];
  expect(measureAnswers([{ gold, goldDocumentId: "a", spans }]).topContains).toBe(1);
});

test("refusals count for the unanswerable and against the answerable", () => {
  const figures = measureAnswers([
    { ...unanswerable, spans: [] },
    { ...unanswerable, spans: [span("Skerry Point")] },
    { ...built, spans: [] },
  ]);
  expect(figures).toMatchObject({ refusedUnanswerable: 0.5, refusedAnswerable: 1 });
});

test("an answer is looked for around the place where the set has it", () => {
  const text = RAW.slice(RAW.indexOf("The"));
  const at = (raw: string, shift: number) =>
    goldIn(raw, [{ text: "1887", start: text.indexOf("1887") }], shift)[0]?.start;
  expect(at(RAW, RAW.length - text.length)).toBe(RAW.indexOf("1887"));
  expect(at(`\uFEFF ${RAW}`, RAW.length - text.length)).toBe(RAW.indexOf("1887") + 2);
  expect(at("no such answer", 3)).toBe(text.indexOf("1887") + 3);
});
