import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { EmbeddedPostgres } from "../../src/postgres/embedded/embedded-postgres.ts";
import { migrate } from "../../src/postgres/migrate.ts";
import type { Database } from "../../src/postgres/sql.ts";
import { chooseIndex } from "../../src/retrieval/index/choose-index.ts";
import { analyse } from "../../src/retrieval/analyse.ts";
import { segmentsOf } from "../../src/retrieval/segmentation/segmentation.ts";
import { Retriever } from "../../src/retrieval/retriever.ts";
import type { ScoredSegment, SegmentIndex } from "../../src/retrieval/index/segment-index.ts";
import { listSegments } from "../../src/retrieval/store.ts";
import { queryTermsOf, termsOf } from "../../src/retrieval/terms/terms.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freshDatabase } from "../support/postgres.ts";

/** Starting a server takes a second or two; this only bounds a hang. */
const START_TIMEOUT_MS = 120_000;

/** A title that no question finds. */
const WORDLESS = "….txt";

/** A database with its index, as every process has it. */
class Library {
  private constructor(
    readonly sql: Database,
    readonly index: SegmentIndex,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async onPostgres(): Promise<Library> {
    const sql = connect({ url: await freshDatabase() }, 8);
    await migrate(sql);
    return new Library(sql, await chooseIndex(sql), () => Promise.resolve());
  }

  static async embedded(): Promise<Library> {
    const server = new EmbeddedPostgres({ dataDir: temporaryFolder("retrieval") });
    await server.start();
    const sql = connect({ socketPath: server.socketPath }, 1);
    await migrate(sql);
    return new Library(sql, await chooseIndex(sql), () => server.stop());
  }

  async stop(): Promise<void> {
    await disconnect(this.sql, 1);
    await this.stopServer();
  }

  async workspace(...texts: string[]): Promise<{ id: string; documents: string[] }> {
    const id = crypto.randomUUID();
    await this
      .sql`insert into workspaces (id, user_id, tenant_id, name) values (${id}, ${id}, ${id}, 'w')`;
    const documents: string[] = [];
    for (const text of texts) documents.push(await this.add(id, text));
    return { id, documents };
  }

  /** Ids ascend, so that both databases break ties alike. */
  async add(
    workspaceId: string,
    text: string,
    documentId = nextId(),
    title = WORDLESS,
  ): Promise<string> {
    await this.sql.begin(async (tx) => {
      await tx`insert into documents (id, workspace_id, title, source_type)
        values (${documentId}, ${workspaceId}, ${title}, 'text') on conflict (id) do nothing`;
      await this.index.remove(tx, [{ workspaceId, documentId }]);
      const segments = await analyse({ ...parsed(text), title });
      await this.index.add(tx, [{ workspaceId, documentId, segments }]);
    });
    return documentId;
  }

  async search(
    workspaceId: string,
    question: string,
    limit = 10,
    documentIds?: string[],
  ): Promise<ScoredSegment[]> {
    const query = { workspaceId, question, limit, ...(documentIds && { documentIds }) };
    const { segments } = await new Retriever(this.index).retrieve(this.sql, query);
    return [...segments];
  }

  /** Rows that retrieval keeps, over all of its tables. */
  async rows(): Promise<number> {
    const own = this.index.kind === "postings" ? "postings" : "salted_segments";
    const [row] = await this.sql<{ count: number }[]>`
      select ((select count(*) from segments) + (select count(*) from segment_statistics)
        + (select count(*) from ${this.sql(own)}))::integer as count`;
    return row?.count ?? -1;
  }
}

let lastId = 0;
function nextId(): string {
  return `00000000-0000-4000-8000-${String(++lastId).padStart(12, "0")}`;
}

function parsed(text: string) {
  return { parserType: "text", text, pages: [{ pageIdx: 0, start: 0, end: text.length }] };
}

/** What BM25 counts with by the book, over one workspace held in memory. */
function figuresByTheBook(texts: readonly string[], question: string) {
  const documents = texts.map((text) => termsOf(text));
  const lengths = documents.map(({ length }) => length);
  const weights = new Map<string, number>();
  for (const term of queryTermsOf(question)) {
    const df = documents.filter((terms) => terms.includes(term)).length;
    if (df > 0) weights.set(term, Math.log(1 + (texts.length - df + 0.5) / (df + 0.5)));
  }
  const matching = documents.map((terms) => terms.some((term) => weights.has(term)));
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / texts.length;
  return { corpus: { segmentCount: texts.length, meanLength }, weights, lengths, matching };
}

const ANIMALS = [
  "The lighthouse keeper feeds seven gulls every morning.",
  "Gulls, gulls, gulls: the harbour is full of gulls and their noise.",
  "The harbour master counts ships, not birds, and keeps a ledger.",
  "Người gác hải đăng cho chim hải âu ăn mỗi buổi sáng.",
  "中華人民共和國成立於一九四九年。",
];

const SET_UPS = [
  ["plain SQL on PostgreSQL", "postings", () => Library.onPostgres()],
  ["pg_textsearch in the embedded database", "pg_textsearch", () => Library.embedded()],
] as const;

describe.each(SET_UPS)("The index by %s", (_label, kind, open) => {
  let library: Library;
  beforeAll(async () => {
    library = await open();
  }, START_TIMEOUT_MS);
  afterAll(() => library.stop(), START_TIMEOUT_MS);

  test("is the one that the migration chose, also when it runs again", async () => {
    expect(library.index.kind).toBe(kind);
    expect(await migrate(library.sql)).toEqual([]);
    await library.sql`delete from schema_migrations where id = 2`;
    expect(await migrate(library.sql)).toEqual(["retrieval"]);
    expect((await chooseIndex(library.sql)).kind).toBe(kind);
  });

  test("finds the best segment first, whole, with its place and its document's title", async () => {
    const { id, documents } = await library.workspace(...ANIMALS);
    const [best, second] = await library.search(id, "Where are the gulls?");
    expect(best?.score).toBeGreaterThan(second?.score ?? Infinity);
    expect(best).toMatchObject({
      documentId: documents[1] ?? "",
      documentTitle: WORDLESS,
      segmentIndex: 0,
      pageIdx: 0,
      start: 0,
      end: ANIMALS[1]?.length ?? 0,
      text: ANIMALS[1] ?? "",
    });
    expect(second?.documentId).toBe(documents[0] ?? "");
    for (const question of ["hải âu", "hai au", "共和國"]) {
      expect((await library.search(id, question)).length).toBe(1);
    }
  });

  test("finds a segment by its document's title, and by the headings that it stands under", async () => {
    const { id } = await library.workspace();
    const part = (word: string) => `${`${word} `.repeat(150)}${word}.`;
    const text = `# Harbours\n\n${part("salt")}\n\n## Quays\n\n${part("rope")}\n\n${part("tar")}`;
    await library.add(id, text, undefined, "annual_report.pdf");
    for (const title of ["report", "annual report", "reports"])
      expect((await library.search(id, title)).length).toBe(3);
    const found = await library.search(id, "quay");
    expect(found.map(({ headings }) => headings).toSorted()).toEqual([
      "Harbours",
      "Harbours › Quays",
    ]);
  });

  test("finds nothing for no terms, unknown terms, an empty or an unknown workspace", async () => {
    const { id } = await library.workspace(...ANIMALS);
    const empty = await library.workspace();
    expect(await library.search(id, "?!")).toEqual([]);
    expect(await library.search(id, "xylophone")).toEqual([]);
    expect(await library.search(empty.id, "gulls")).toEqual([]);
    expect(await library.search(crypto.randomUUID(), "gulls")).toEqual([]);
  });

  test("finds a word that every segment has", async () => {
    const { id } = await library.workspace("gulls", "gulls again");
    expect((await library.search(id, "gulls")).length).toBe(2);
  });

  test("keeps to the documents asked for, and to the limit", async () => {
    const { id, documents } = await library.workspace(
      ...ANIMALS,
      ...ANIMALS.map((text) => `${text} So it was in other years.`),
    );
    const chosen = [documents[0] ?? "", documents[5] ?? ""];
    const found = await library.search(id, "gulls in the harbour", 10, chosen);
    expect(found.map(({ documentId }) => documentId)).toEqual(chosen);
    expect((await library.search(id, "gulls in the harbour", 3)).length).toBe(3);
    expect(await library.search(id, "gulls", 10, [])).toEqual([]);
  });

  test("never shows one workspace to another, nor lets it change its scores", async () => {
    const mine = await library.workspace(...ANIMALS);
    const before = await library.search(mine.id, "gulls in the harbour");
    const theirs = await library.workspace(
      ...Array.from({ length: 30 }, (_, i) => `gulls harbour ${i}`),
    );
    const after = await library.search(mine.id, "gulls in the harbour");
    expect(after.map(({ documentId }) => documentId)).toEqual(
      before.map(({ documentId }) => documentId),
    );
    after.forEach(({ score }, place) => expect(score).toBeCloseTo(before[place]?.score ?? 0, 2));
    expect(await library.search(mine.id, "gulls", 10, theirs.documents)).toEqual([]);
  });

  test("replaces a document's segments when it is ingested again", async () => {
    const { id, documents } = await library.workspace("An old text about gulls.");
    const rows = await library.rows();
    await library.add(id, "A new text about whales.", documents[0]);
    expect(await library.search(id, "gulls")).toEqual([]);
    expect((await library.search(id, "whales")).length).toBe(1);
    await library.add(id, "An old text about gulls.", documents[0]);
    expect(await library.rows()).toBe(rows);
  });

  test("lists where a document's segments lie, in order", async () => {
    const text = Array.from({ length: 300 }, (_, i) => `Sentence ${i} is here.`).join(" ");
    const { documents } = await library.workspace(text);
    const expected = Array.from(
      segmentsOf(parsed(text)),
      ({ segmentIndex, pageIdx, start, end }) => ({
        segmentIndex,
        pageIdx,
        start,
        end,
      }),
    );
    expect([...(await library.sql.begin((tx) => listSegments(tx, documents[0] ?? "")))]).toEqual(
      expected,
    );
  });

  test("takes a document of thousands of segments, and lets go of all of it", async () => {
    const before = await library.rows();
    const text = Array.from(
      { length: 1_200 },
      (_, i) => `# Part ${i}\n${"gulls fly over ships ".repeat(25)}`,
    ).join("\n");
    const { id, documents } = await library.workspace(text, "one more");
    expect((await library.search(id, "part 1199", 1))[0]?.text).toContain("# Part 1199\n");
    await library.sql`delete from documents where id = ${documents[0] ?? ""}`;
    expect(await library.search(id, "gulls")).toEqual([]);
    expect((await library.search(id, "one more")).length).toBe(1);
    await library.sql`delete from workspaces where id = ${id}`;
    expect(await library.rows()).toBe(before);
  });

  test("scores as BM25 does over the one workspace, whatever others hold", async () => {
    await library.workspace(...Array.from({ length: 40 }, (_, i) => `ba be bi bo bu ${i}`));
    const word = fc.constantFrom("ba", "be", "bi", "bo", "bu", "da", "de", "di");
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
    const texts = fc.array(text, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(texts, text, async (workspaceTexts, question) => {
        const { id, documents } = await library.workspace(...workspaceTexts);
        const book = figuresByTheBook(workspaceTexts, question);
        const terms = queryTermsOf(question);
        const query = { workspaceId: id, terms, limit: 100 };
        const { corpus, weights, segments } = await library.index.candidates(library.sql, query);
        expect([...weights.keys()].toSorted()).toEqual([...book.weights.keys()].toSorted());
        for (const [term, weight] of book.weights) expect(weights.get(term)).toBeCloseTo(weight, 3);
        if (weights.size > 0) expect(corpus).toEqual(book.corpus);
        for (const { documentId, length } of segments)
          expect(length).toBe(book.lengths[documents.indexOf(documentId)] ?? -1);
        const given = new Set(segments.map(({ documentId }) => documentId));
        const wanted = documents.filter((_, place) => book.matching[place]);
        expect(wanted.filter((documentId) => !given.has(documentId))).toEqual([]);
        const found = await library.search(id, question, 100);
        expect(found.length > 0).toBe(wanted.length > 0);
        const order = found.map(({ score, documentId }) => [-score, documentId] as const);
        const sorted = order.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
        expect(order).toEqual(sorted);
      }),
      { numRuns: 25 },
    );
  });
});

test(
  "many documents of one workspace are ingested at once without waiting in a circle or losing count",
  async () => {
    const library = await Library.onPostgres();
    try {
      const { id } = await library.workspace();
      const texts = Array.from({ length: 60 }, (_, i) => `gulls and ships number ${i}`);
      const documents = await Promise.all(texts.map((text) => library.add(id, text)));
      const [counted] = await library.sql`
      select sum(segment_count)::integer as count from segment_statistics where workspace_id = ${id}`;
      expect(counted).toEqual({ count: 60 });
      const again = documents.flatMap((document, i) => [
        library.add(id, `whales ${i}`, document),
        library.add(id, `dolphins ${i}`, document),
      ]);
      await Promise.all(again);
      expect((await library.search(id, "whales dolphins", 100)).length).toBe(60);
    } finally {
      await library.stop();
    }
  },
  START_TIMEOUT_MS,
);
