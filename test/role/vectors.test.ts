import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Client, UploadFile } from "../support/client.ts";
import { type EmbeddingServer, refusal, startEmbeddings } from "../support/embedding-server.ts";
import { runVerb, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { libraryOf, LIGHTHOUSE, reaches } from "../support/scenes.ts";
import { startReranker } from "../support/rerank-server.ts";
import { embedded, networked, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

/** Bounds a hang alone. */
const PATIENCE = { timeoutMs: 40_000 } as const;

type TextFile = UploadFile & { readonly content: string };
const text = (name: string, content: string): TextFile => ({ name, type: "text/plain", content });
const CAR = text("garage.txt", "The car stands in the garage behind the mill.");
const CAT = text("window.txt", "The kitten sleeps on the window sill.");
/** No word of it is in either, but its meaning is. */
const VEHICLE = "vehicle";

let endpoint: EmbeddingServer;
let setUp: SetUp;
beforeAll(async () => {
  endpoint = startEmbeddings();
  setUp = await embedded({ env: endpoint.env });
});
afterAll(async () => {
  await setUp.stop();
  await endpoint.stop();
});

const titles = (found: Awaited<ReturnType<Client["search"]>>) =>
  found.items.map(({ document_title }) => document_title);

/** Waits until a question is answered by vectors as well: on a busy machine they may come too late. */
function hybrid(
  user: Client,
  workspaceId: string,
  query: string,
  options?: { document_ids: string[] },
) {
  return eventually(async () => {
    const found = await user.search(workspaceId, query, options);
    expect(found.metadata.method).toBe("hybrid");
    return found;
  }, PATIENCE);
}

/** Waits until its best segments are of these documents: each is embedded in its own time. */
function findsFirst(user: Client, workspaceId: string, query: string, ...best: string[]) {
  return eventually(async () => {
    const found = await hybrid(user, workspaceId, query);
    expect(titles(found).slice(0, best.length)).toEqual(best);
    return found;
  }, PATIENCE);
}

/** Behaves so for questions and documents until the test is over. */
async function whileEndpoint(
  behaves: Parameters<EmbeddingServer["answerWith"]>[0],
  body: () => Promise<void>,
): Promise<void> {
  endpoint.answerWith(behaves);
  try {
    await body();
  } finally {
    endpoint.answerWith();
  }
}

describe("with an embedding endpoint, in the embedded database", () => {
  test("what means the same is found without a common word, whole and with its place", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, CAT, CAR);
    const { items } = await findsFirst(user, workspace.id, VEHICLE, CAR.name, CAT.name);
    expect(items[0]).toMatchObject({ text: CAR.content, start: 0, end: CAR.content.length });
    expect(items[0]?.score).toBeGreaterThan(items[1]?.score ?? Infinity);
    const conversation = await user.createConversation(workspace.id);
    await eventually(async () => {
      const { metadata } = await user.ask(conversation.id, "Where is the car?");
      expect(metadata).toMatchObject({ retrieval: { method: "hybrid" } });
      return true;
    });
  });

  test("documents are embedded with their titles, and tell their tenant how far they are", async () => {
    const user = await setUp.user();
    const socket = await user.connect();
    const { documents } = await libraryOf(user, CAR);
    const frame = await socket.frame(({ type, payload }) => {
      const { event, type: stage } = payload as Record<string, unknown>;
      return type === "job.progress" && stage === "embed" && event === "parse_done";
    });
    expect(frame.payload).toMatchObject({ document_id: documents[0]?.id, progress: 100 });
    const sent = endpoint.requests().flat();
    expect(sent).toContain(`${CAR.name}\n${CAR.content}`);
  });

  test("a copy of a text that is found by its meaning is shown once", async () => {
    const user = await setUp.user();
    const copy = { ...CAR, name: `Copy of ${CAR.name}` };
    const { workspace, documents } = await libraryOf(user, CAR, copy);
    for (const { id } of documents)
      await eventually(async () => {
        const alone = await hybrid(user, workspace.id, VEHICLE, { document_ids: [id] });
        expect(alone.items).toHaveLength(1);
        return true;
      }, PATIENCE);
    expect((await hybrid(user, workspace.id, VEHICLE)).items).toHaveLength(1);
  });

  test("another workspace's vectors are not found, nor those of documents not asked for", async () => {
    const [mine, theirs] = [await setUp.user(), await setUp.user()];
    const other = await libraryOf(theirs, CAR);
    await findsFirst(theirs, other.workspace.id, VEHICLE, CAR.name);
    const { workspace, documents } = await libraryOf(mine, CAT, CAR);
    await findsFirst(mine, workspace.id, VEHICLE, CAR.name, CAT.name);
    const ids = [...documents, ...other.documents].map(({ id }) => id);
    const found = await hybrid(mine, workspace.id, VEHICLE, { document_ids: ids });
    expect(titles(found).toSorted()).toEqual([CAR.name, CAT.name]);
    const [cat] = documents;
    const among = await hybrid(mine, workspace.id, VEHICLE, { document_ids: [cat?.id ?? ""] });
    expect(titles(among)).toEqual([CAT.name]);
  });

  test("a deleted document is not found from that moment on", async () => {
    const user = await setUp.user();
    const { workspace, documents } = await libraryOf(user, CAT, CAR);
    await findsFirst(user, workspace.id, VEHICLE, CAR.name, CAT.name);
    const [, car] = documents;
    await user.expect(204, "DELETE", `/api/workspaces/${workspace.id}/documents/${car?.id}`);
    expect(titles(await hybrid(user, workspace.id, VEHICLE))).toEqual([CAT.name]);
  });

  test("a document that is reprocessed is embedded anew", async () => {
    const user = await setUp.user();
    const { workspace, documents } = await libraryOf(user, CAR);
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
    const path = `/api/workspaces/${workspace.id}/documents/${documents[0]?.id}`;
    await user.expect(202, "POST", `${path}/reprocess`);
    await reaches(user, workspace.id, documents[0]?.id ?? "", "ingested");
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
  });

  test("an endpoint that is slow, down or talks nonsense leaves finding by words, and says so", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, CAR);
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
    const byWords = async (query: string, degraded: RegExp) => {
      const found = await user.search(workspace.id, query);
      expect(titles(found)).toEqual([CAR.name]);
      expect(found.metadata).toMatchObject({ method: "bm25" });
      expect(found.metadata.degraded).toMatch(degraded);
    };
    endpoint.hold();
    try {
      await byWords("slow garage", /^The embedding endpoint did not answer in time\.$/);
    } finally {
      endpoint.release();
    }
    await whileEndpoint(
      () => refusal(503),
      async () => {
        await byWords("busy garage", /^The embedding endpoint .*\.$/);
        await byWords("dead garage", /^The embedding endpoint .*\.$/);
        // Where the seconds are over before the next question, it is tried once more.
        await eventually(async () => {
          await byWords("dead car", /left alone for some seconds/);
          return true;
        });
      },
    );
    await findsFirst(user, workspace.id, VEHICLE, CAR.name); // Remembered.
    await findsFirst(user, workspace.id, "a vehicle again", CAR.name);
  });

  test("a document is found by its words before it has vectors, and after that by both", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, CAT);
    await findsFirst(user, workspace.id, "feline", CAT.name);
    const pass = (texts: readonly string[]) =>
      texts.some((each) => each.startsWith(CAR.name)) ? refusal(503) : undefined;
    await whileEndpoint(pass, async () => {
      const [added] = (await user.upload(workspace.id, CAR)).items;
      await reaches(user, workspace.id, added?.document.id ?? "", "ingested");
      const found = await hybrid(user, workspace.id, "car garage mill");
      expect(titles(found)).toEqual([CAR.name, CAT.name]);
    });
    await findsFirst(user, workspace.id, "vehicle", CAR.name);
  });

  test("a text that the endpoint refuses is a dead letter, findable by its words, until it is retried", async () => {
    const user = await setUp.user();
    const taboo = text("taboo.txt", `The unspeakable doctor. ${"unspeakable ".repeat(20)}`);
    const pass = (texts: readonly string[]) =>
      texts.some((each) => each.includes("unspeakable")) ? refusal(400) : undefined;
    const failed = async () => {
      const { stdout } = await runVerb(["jobs", "--kind", "embed", "--json"], {
        env: setUp.api().env,
      });
      return JSON.parse(stdout) as { jobs: { id: string; errorMessage: string }[] };
    };
    await whileEndpoint(pass, async () => {
      const { workspace } = await libraryOf(user, taboo);
      const [job] = await eventually(async () => {
        const listed = (await failed()).jobs;
        return listed.length > 0 && listed;
      });
      expect(job?.errorMessage).toBe("The embedding endpoint refused the text (status 400).");
      expect(titles(await user.search(workspace.id, "doctor"))).toEqual([taboo.name]);
      endpoint.answerWith();
      const retried = await runVerb(["jobs", "retry", job?.id ?? ""], { env: setUp.api().env });
      expect(retried.code).toBe(0);
      await findsFirst(user, workspace.id, "physician", taboo.name);
    });
  });

  test("killed amid a long document, it goes on where it was", async () => {
    const user = await setUp.user();
    const long = text(
      "long.txt",
      Array.from(
        { length: 300 },
        (_, i) => `# Part ${i}\n${`word${i} and more. `.repeat(60)}`,
      ).join("\n\n"),
    );
    const workspace = await user.createWorkspace();
    let answered = 0;
    endpoint.answerWith((texts) => {
      if (!texts.some((each) => each.startsWith(long.name))) return undefined;
      return (answered += texts.length) > 160 ? refusal(503) : undefined;
    });
    const [added] = (await user.upload(workspace.id, long)).items;
    await reaches(user, workspace.id, added?.document.id ?? "", "ingested");
    await eventually(() => answered > 160);
    await setUp.restartApi("SIGKILL");
    const before = endpoint.requests().length;
    endpoint.answerWith();
    await eventually(async () => {
      const sent = endpoint.requests().slice(before).flat();
      return sent.some((each) => each.includes("word299"));
    }, PATIENCE);
    const again = endpoint.requests().slice(before).flat();
    expect(again.some((each) => each.includes("word0 "))).toBe(false);
    await findsFirst(user, workspace.id, "word299", long.name);
  });

  test("another model, or another dimension, takes over in the background", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, CAT, CAR);
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
    const begin = async (env: Record<string, string>) => {
      const old = setUp.api();
      await old.stop();
      setUp.replace(old, await startEngine({ env: { ...old.env, ...env } }));
    };
    await begin({ RAG_EMBEDDING_MODEL: "other-e5-embedding" });
    expect(titles(await user.search(workspace.id, "kitten"))).toContain(CAT.name);
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
    expect(endpoint.requests().flat()).toContain(`query: ${VEHICLE}`);
    endpoint.haveDimensions(100);
    await begin({});
    await findsFirst(user, workspace.id, VEHICLE, CAR.name);
  });
});

test("the executable finds by meaning too, and has it reranked", async () => {
  const reranker = startReranker();
  const env = { ...endpoint.env, RAG_RERANK_URL: reranker.url };
  const alone = await embedded({ env, compiled: true });
  try {
    const user = await alone.user();
    const best = text("best.txt", "A lake is best.");
    const { workspace } = await libraryOf(user, CAT, CAR, best);
    await eventually(async () => {
      const found = await user.search(workspace.id, VEHICLE);
      expect(found.metadata).toEqual({ method: "hybrid", reranked: true });
      expect(titles(found)).toEqual([best.name, CAR.name, CAT.name]);
      return true;
    });
  } finally {
    await alone.stop();
    await reranker.stop();
  }
});

test("without pgvector it is told once in each process's log, and words serve", async () => {
  const network = await networked({ env: endpoint.env });
  try {
    const user = await network.user();
    const { workspace } = await libraryOf(user, LIGHTHOUSE);
    const found = await user.search(workspace.id, "lighthouse");
    expect(found).toMatchObject({ items: { length: 1 }, metadata: { method: "bm25" } });
    expect(found.metadata.degraded).toBeUndefined();
    for (const engine of network.engines())
      await eventually(() => {
        const told = engine.logs().match(/the database has no pgvector/g) ?? [];
        return told.length === (engine.env["ROLE"] === "parse" ? 0 : 1);
      });
  } finally {
    await network.stop();
  }
});
