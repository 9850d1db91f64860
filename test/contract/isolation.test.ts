import { describe, expect, test } from "bun:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { join } from "node:path";
import { onBothSetUps } from "../support/both.ts";
import type { Citation, Client } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { addMember } from "../support/people.ts";
import { expectError, libraryOf, reaches } from "../support/scenes.ts";
import type { SetUp } from "../support/set-up.ts";

/** Documents that every workspace has, but for the name: what tells one workspace from another. */
const TOPICS: readonly ((name: string) => string)[] = [
  (name) => `The lighthouse of Skerry Point was kept by ${name} until the lamp was changed.`,
  (name) => `Смотрителем маяка на мысе Скерри был ${name} до замены лампы.`,
  (name) => `Người giữ ngọn hải đăng ở mũi Skerry là ${name} cho đến khi thay đèn.`,
  (name) => `燈塔的看守是 ${name} 。他每天早上記錄天氣。`,
];
const QUESTIONS = [
  "Who kept the lighthouse of Skerry Point?",
  "Кто был смотрителем маяка?",
  "Người giữ ngọn hải đăng là ai?",
  "nguoi giu ngon hai dang la ai",
  "燈塔的看守是誰？",
] as const;
const NAMES = ["Brandvold", "Ossington", "Quillfeather", "Tarkhanova"] as const;
const SEARCHES = 60;
const ANSWERS = 6;
const SEED = 20;

/** A workspace whose documents all name one keeper, and who may see it. */
interface Shelf {
  readonly name: string;
  readonly workspaceId: string;
  readonly documentIds: readonly string[];
  readonly owner: Client;
}

async function shelfOf(owner: Client, name: string): Promise<Shelf> {
  const files = TOPICS.map((text, at) => ({ name: `${at}.txt`, content: text(name) }));
  const { workspace, documents } = await libraryOf(owner, ...files);
  return { name, owner, workspaceId: workspace.id, documentIds: documents.map(({ id }) => id) };
}

/** Two workspaces of one user, one of another in the same tenant, and one in another tenant. */
async function shelvesOf(setUp: SetUp): Promise<Shelf[]> {
  const tenant_id = crypto.randomUUID();
  const first = await setUp.user({ tenant_id });
  const owners = [first, first, await setUp.user({ tenant_id }), await setUp.user()];
  return await Promise.all(owners.map((owner, at) => shelfOf(owner, NAMES[at] ?? "")));
}

const pick = <T>(items: readonly T[]) => fc.constantFrom(...items);

/** Whatever anybody might look for, names of other workspaces among it. */
const question = fc.oneof(
  pick(QUESTIONS),
  pick(NAMES),
  fc.tuple(pick(QUESTIONS), pick(NAMES)).map((parts) => parts.join(" ")),
);

function expectOwn(shelf: Shelf, citations: readonly Citation[], told: string): void {
  for (const { document_id } of citations) expect(shelf.documentIds).toContain(document_id);
  for (const name of NAMES) if (name !== shelf.name) expect(told).not.toContain(name);
}

async function answer({ owner, workspaceId }: Pick<Shelf, "owner" | "workspaceId">, about: string) {
  const { id } = await owner.createConversation(workspaceId);
  const { content, metadata } = await owner.ask(id, about);
  return { content, citations: metadata?.citations ?? [] };
}

describe("Nothing crosses a workspace", () => {
  onBothSetUps((setUp) => {
    test("whatever is searched for, by name or in whichever documents", async () => {
      const shelves = await shelvesOf(setUp());
      const all = shelves.flatMap(({ documentIds }) => documentIds);
      const among = fc.option(fc.subarray(all), { nil: undefined });
      const limit = fc.integer({ min: 1, max: 100 });
      await fc.assert(
        fc.asyncProperty(pick(shelves), question, among, limit, async (shelf, query, ids, most) => {
          const options = { limit: most, ...(ids && { document_ids: ids }) };
          const { items } = await shelf.owner.search(shelf.workspaceId, query, options);
          expectOwn(shelf, items, items.map(({ text }) => text).join("\n"));
          if (ids) for (const { document_id } of items) expect(ids).toContain(document_id);
        }),
        { numRuns: SEARCHES, seed: SEED },
      );
      for (const shelf of shelves)
        for (const query of QUESTIONS)
          expect((await shelf.owner.search(shelf.workspaceId, query)).items).not.toEqual([]);
    });

    test("whatever is asked", async () => {
      const shelves = await shelvesOf(setUp());
      await fc.assert(
        fc.asyncProperty(pick(shelves), question, async (shelf, about) => {
          const { content, citations } = await answer(shelf, about);
          expectOwn(shelf, citations, content);
        }),
        { numRuns: ANSWERS, seed: SEED },
      );
      for (const shelf of shelves)
        expect((await answer(shelf, QUESTIONS[0])).content).toContain(shelf.name);
    });

    test("who is no member finds nothing there, and no more once they have left", async () => {
      const [shelf, , neighbour, stranger] = await shelvesOf(setUp());
      if (!shelf || !neighbour || !stranger) throw new Error("There are four shelves.");
      const path = `/api/workspaces/${shelf.workspaceId}`;
      const search = ({ owner }: Shelf) =>
        owner.call("POST", `${path}/search`, { json: { query: QUESTIONS[0] } });
      for (const other of [neighbour, stranger]) expectError(await search(other), 404);
      await addMember(shelf.owner, shelf.workspaceId, stranger.owner, "viewer");
      expect((await search(stranger)).status).toBe(200);
      await shelf.owner.expect(204, "DELETE", `${path}/members/${stranger.owner.userId}`);
      expectError(await search(stranger), 404);
    });

    test("a deleted document is found by nothing from the next question on; its copies elsewhere stay", async () => {
      const [shelf, copies] = await shelvesOf(setUp());
      if (!shelf || !copies) throw new Error("There are four shelves.");
      const { owner, workspaceId, documentIds } = shelf;
      for (const [at, id] of documentIds.entries()) {
        const query = `${QUESTIONS[0]} ${QUESTIONS[1]} ${QUESTIONS[2]} ${QUESTIONS[4]} ${shelf.name}`;
        await owner.expect(204, "DELETE", `/api/workspaces/${workspaceId}/documents/${id}`);
        const { items } = await owner.search(workspaceId, query);
        const left = documentIds.slice(at + 1);
        expect(items.map(({ document_id }) => document_id).toSorted()).toEqual(left.toSorted());
        const named = await owner.search(workspaceId, query, { document_ids: [id] });
        expect(named.items).toEqual([]);
        const { citations } = await answer(shelf, query);
        for (const { document_id } of citations) expect(left).toContain(document_id);
        expect((await copies.owner.search(copies.workspaceId, query)).items).toHaveLength(
          copies.documentIds.length,
        );
      }
      expect((await answer(shelf, QUESTIONS[0])).citations).toEqual([]);
    });

    test("a reprocessed document is found by its new text, and by its old text no more", async () => {
      const owner = await setUp().user();
      const shelf = await shelfOf(owner, "Brandvold");
      const [id = ""] = shelf.documentIds;
      await replaceFile(setUp(), id, "The lighthouse of Skerry Point was kept by Ossington alone.");
      const path = `/api/workspaces/${shelf.workspaceId}/documents/${id}`;
      await owner.expect(202, "POST", `${path}/reprocess`);
      await reaches(owner, shelf.workspaceId, id, "ingested");
      const find = async (query: string) =>
        (await owner.search(shelf.workspaceId, query, { document_ids: [id] })).items;
      expect(await find("Brandvold")).toEqual([]);
      expect(await find("the lamp was changed")).toEqual([]);
      const [found] = await find("Ossington");
      expect(found?.text).toEndWith("Ossington alone.");
      expect((await answer(shelf, QUESTIONS[0])).content).toContain("Ossington");
    });
  });
});

/** What somebody does who corrects a file where it is stored. */
async function replaceFile(setUp: SetUp, documentId: string, content: string): Promise<void> {
  const key = await eventually(async () =>
    (await setUp.objects()).find((each) => each.includes(documentId) && each.endsWith(".txt")),
  );
  const { dataDir, network } = setUp;
  if (dataDir !== undefined) await Bun.write(join(dataDir, "files", key), content);
  if (network) {
    const { bucket } = network.s3;
    await network.s3
      .client()
      .send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }
}
