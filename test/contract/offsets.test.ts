import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Citation, Client, RawText, UploadFile } from "../support/client.ts";
import { multilingualText } from "../support/multilingual.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { libraryOf } from "../support/scenes.ts";

/** Told by a test that fails, so that its run can be repeated. */
const SEEDS = [1, 2];
const FILES = 4;
const BLOCKS_MAX = 40;
const QUERIES = 12;
const QUESTIONS = 4;
const HALF_CHARACTER = /^[\udc00-\udfff]|[\ud800-\udbff]$/;

function filesOf(random: Random): UploadFile[] {
  return Array.from({ length: FILES }, (_, at) => ({
    name: `${at}.${random.pick(["txt", "md"])}`,
    content: random.pick(["", "\uFEFF"]) + multilingualText(random, random.between(1, BLOCKS_MAX)),
  }));
}

/** Some words of a text that stand beside each other. */
function wordsOf(random: Random, { text }: RawText): string {
  const words = text.split(/\s+/);
  const at = random.between(0, words.length - 1);
  return words.slice(at, at + random.between(1, 8)).join(" ");
}

/** Segments stand in order, cover all but white space once, and cut no character in two. */
function expectSegments({ text, segments }: RawText): void {
  let covered = 0;
  for (const [at, { segment_index, start, end }] of segments.entries()) {
    expect(segment_index).toBe(at);
    expect(text.slice(covered, start).trim()).toBe("");
    const part = text.slice(start, end);
    expect(part).toHaveLength(end - start);
    expect(part.trim()).toBe(part);
    expect(part).not.toMatch(HALF_CHARACTER);
    covered = end;
  }
  expect(text.slice(covered).trim()).toBe("");
}

/** @returns what is quoted, which lies within the segment that is named */
function quoteOf(citation: Citation, texts: ReadonlyMap<string, RawText>): string {
  const raw = texts.get(citation.document_id);
  const segment = raw?.segments[citation.segment_index];
  if (!raw || !segment) throw new Error("The citation names a segment that is not there.");
  const { start, end } = citation;
  expect(segment.page_idx).toBe(citation.page_idx);
  expect(start).toBeGreaterThanOrEqual(segment.start);
  expect(end).toBeLessThanOrEqual(segment.end);
  const quote = raw.text.slice(start, end);
  expect(quote).not.toBe("");
  expect(quote).not.toMatch(HALF_CHARACTER);
  expect(quote).toStartWith(citation.snippet_preview.replace(/…$/, ""));
  return quote;
}

async function rawTextsOf(user: Client, random: Random) {
  const { workspace, documents } = await libraryOf(user, ...filesOf(random));
  const raws = await Promise.all(documents.map(({ id }) => user.rawText(workspace.id, id)));
  return { workspace, texts: new Map(raws.map((raw) => [raw.document_id, raw])) };
}

const visible = (text: string) => text.replace(/\s+/gu, "");

describe("Offsets are exact, whatever the language", () => {
  onBothSetUps((setUp) => {
    test.each(SEEDS)(
      "of every segment, whatever is found and whatever is cited: seed %d",
      async (seed) => {
        const random = seededRandom(seed);
        const user = await setUp().user();
        const { workspace, texts } = await rawTextsOf(user, random);
        const raws = [...texts.values()];
        for (const raw of raws) expectSegments(raw);
        let found = 0;
        for (let at = 0; at < QUERIES; at++) {
          const { items } = await user.search(workspace.id, wordsOf(random, random.pick(raws)));
          for (const item of items) expect(quoteOf(item, texts)).toBe(item.text);
          found += items.length;
        }
        let cited = 0;
        for (let at = 0; at < QUESTIONS; at++) {
          const { id } = await user.createConversation(workspace.id);
          const { metadata } = await user.ask(id, wordsOf(random, random.pick(raws)));
          for (const { text, citations } of metadata?.sections ?? [])
            for (const citation of citations)
              expect(visible(text)).toContain(visible(quoteOf(citation, texts)));
          cited += metadata?.citations?.length ?? 0;
        }
        expect(found).toBeGreaterThan(0);
        expect(cited).toBeGreaterThan(0);
      },
    );
  });
});
