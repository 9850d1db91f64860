import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { shelve, type Shelf } from "../eval/ingest.ts";
import { measureRankings } from "../eval/ranking-measures.ts";
import { searchAll } from "../eval/search.ts";
import type { Query, SetDocument } from "../eval/set.ts";
import { steadySetUps } from "../support/both.ts";
import { type Random, seededRandom } from "../support/random.ts";

const SEED = 7;
const DOCUMENTS = 50;
const QUERIES = 25;
/** Whoever starts both set-ups first waits for them. */
const TIMEOUT_MS = 120_000;
/** As many as there are: which of a greater number are looked at, each index says by its own sums. */
const LIMIT = 100;
/** Two scores closer than this, as a share of the greater, are a tie: databases add up in orders of their own. */
const TIE_SHARE = 1e-3;
const NDCG_DIFFERENCE_MAX = 0.005;

/** Topics in several languages; words of the first are common, so that weights matter. */
const COMMON = "year river people city work water night story".split(" ");
const TOPICS = [
  "lighthouse keeper lamp oil tower beacon ship captain storm coast",
  "railway tunnel engine station bridge signal platform carriage timetable brakes",
  "hải đăng người giữ đèn dầu tháp tàu thuyền bão bờ biển",
  "đường sắt hầm ga cầu toa tín hiệu bánh lịch chạy",
  "маяк смотритель лампа масло башня корабль капитан шторм берег туман",
  "燈塔 看守 油燈 船隻 船長 風暴 海岸 霧氣 天氣 記錄",
].map((words) => words.split(" "));

const sentences = (random: Random, words: readonly string[], length: number) =>
  Array.from(
    { length },
    () => random.pick(words) + random.pick([" ", " ", " ", ". ", "\n\n"]),
  ).join("");

function documentsOf(random: Random): SetDocument[] {
  return Array.from({ length: DOCUMENTS }, (_, at) => {
    const topic = random.pick(TOPICS);
    const other = random.pick(TOPICS);
    const words = [...topic, ...topic, ...other.slice(0, 4), ...COMMON];
    // Longer than one segment, some of them.
    const text = sentences(random, words, random.between(10, 700));
    return { id: `${at}`, title: `${random.pick(topic)} ${random.pick(topic)}`, text };
  });
}

function queriesOf(random: Random): Query[] {
  return Array.from({ length: QUERIES }, (_, at) => {
    const words = [...random.pick(TOPICS), ...COMMON.slice(0, 3)];
    const text = Array.from({ length: random.between(1, 6) }, () => random.pick(words)).join(" ");
    return { id: `${at}`, text };
  });
}

/** How often a document has the words of a query is how well it fits, as far as this test goes. */
function judge(documents: readonly SetDocument[], { text }: Query): Map<string, number> {
  const words = text.split(" ");
  return new Map(
    documents.map((document) => {
      const had = words.filter((word) => document.text.includes(word)).length;
      return [document.id, had === words.length ? 2 : Number(had * 2 > words.length)];
    }),
  );
}

interface Found {
  /** The document in the set and the place of the segment. */
  readonly what: string;
  readonly score: number;
}

async function find({ user, workspaceId, setIds }: Shelf, query: string): Promise<Found[]> {
  const { items } = await user.search(workspaceId, query, { limit: LIMIT });
  return items.map(({ document_id, segment_index, score }) => ({
    what: `${setIds.get(document_id)} ${segment_index}`,
    score,
  }));
}

function areTied(a: number, b: number): boolean {
  return Math.abs(a - b) <= TIE_SHARE * Math.max(Math.abs(a), Math.abs(b));
}

/** The same at every place, or another that is tied with it; the last may be tied with what was cut off. */
function expectSameOrder(one: readonly Found[], other: readonly Found[]): void {
  expect(other).toHaveLength(one.length);
  const scores = new Map(other.map(({ what, score }) => [what, score]));
  const last = other.at(-1)?.score ?? 0;
  for (const [at, { what, score }] of one.entries()) {
    expect([at, score, areTied(score, other[at]?.score ?? Number.NaN)]).toEqual([at, score, true]);
    expect([what, score, areTied(score, scores.get(what) ?? last)]).toEqual([what, score, true]);
  }
}

setDefaultTimeout(TIMEOUT_MS);

describe("The same documents, embedded and networked", () => {
  const random = seededRandom(SEED);
  const documents = documentsOf(random);
  const queries = queriesOf(random);
  let shelves: Shelf[] = [];
  beforeAll(async () => {
    const setUps = await steadySetUps();
    const users = await Promise.all(setUps.map((setUp) => setUp.user()));
    shelves = await Promise.all(users.map((user) => shelve(user, documents)));
  });

  test("are found in the same order, but for ties", async () => {
    for (const { text } of queries) {
      const [one = [], other = []] = await Promise.all(shelves.map((shelf) => find(shelf, text)));
      expect(one.length).toBeGreaterThan(0);
      expectSameOrder(one, other);
    }
  });

  test("are found equally well: within 0.005 nDCG@10", async () => {
    const judgements = new Map(queries.map((query) => [query.id, judge(documents, query)]));
    const ids = queries.map(({ id }) => id);
    const [one = 0, other = 0] = await Promise.all(
      shelves.map(async (shelf) => {
        const { rankings } = await searchAll(shelf, queries);
        return measureRankings(rankings, judgements, ids).ndcgAt10;
      }),
    );
    expect(one).toBeGreaterThan(0.5);
    expect(Math.abs(one - other)).toBeLessThanOrEqual(NDCG_DIFFERENCE_MAX);
  });
});
