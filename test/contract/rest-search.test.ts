import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Client } from "../support/client.ts";
import {
  expectError,
  libraryOf,
  LIGHTHOUSE,
  RAILWAY_ANSWER,
  RAILWAY_QUESTION,
  railwayPdf,
} from "../support/scenes.ts";

interface Found {
  readonly items: readonly {
    readonly score: number;
    readonly text: string;
    readonly document_id: string;
    readonly document_title: string;
    readonly segment_index: number;
    readonly page_idx: number;
    readonly start: number;
    readonly end: number;
    readonly snippet_preview: string;
  }[];
  readonly metadata: { readonly method: string };
}

const search = (client: Client, workspaceId: string, json: unknown) =>
  client.expect<Found>(200, "POST", `/api/workspaces/${workspaceId}/search`, { json });

describe("2. REST: search", () => {
  onBothSetUps((setUp) => {
    test("POST `/api/workspaces/{w}/search`: `{items:[{score, text, ...citation fields}]}`, best first", async () => {
      const user = await setUp().user();
      const { workspace, documents } = await libraryOf(user, LIGHTHOUSE, railwayPdf());
      const { items, metadata } = await search(user, workspace.id, { query: RAILWAY_QUESTION });
      expect(metadata).toEqual({ method: "bm25" });
      const [best] = items;
      if (!best) throw new Error("Nothing was found.");
      expect(best).toMatchObject({
        document_id: documents[1]?.id,
        document_title: "railway.pdf",
        page_idx: 1,
      });
      expect(best.text).toContain(RAILWAY_ANSWER);
      expect(best.text).toStartWith(best.snippet_preview);
      const { text } = await user.rawText(workspace.id, best.document_id);
      expect(text.slice(best.start, best.end)).toBe(best.text);
      const scores = items.map(({ score }) => score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    });

    test("of some documents, and no more than asked for", async () => {
      const user = await setUp().user();
      const { workspace, documents } = await libraryOf(user, LIGHTHOUSE, railwayPdf());
      const query = "the lamp of the lighthouse, the tunnel of the railway";
      const among = (document_ids: readonly (string | undefined)[]) =>
        search(user, workspace.id, { query, document_ids });
      const idOf = ({ items }: Found) => items.map(({ document_id }) => document_id);
      expect(idOf(await among([documents[0]?.id]))).toEqual([documents[0]?.id ?? ""]);
      expect(idOf(await among([]))).toEqual([]);
      expect(idOf(await among([crypto.randomUUID()]))).toEqual([]);
      expect(await search(user, workspace.id, { query, limit: 1 })).toMatchObject({
        items: { length: 1 },
      });
    });

    test("another workspace's documents are not found, be they named", async () => {
      const user = await setUp().user();
      const { documents } = await libraryOf(user, LIGHTHOUSE);
      const other = await libraryOf(user, railwayPdf());
      const json = { query: "lighthouse lamp oil", document_ids: [documents[0]?.id] };
      expect((await search(user, other.workspace.id, json)).items).toEqual([]);
    });

    test("what cannot be searched for gets a sentence: 400 or 422", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const path = `/api/workspaces/${workspace.id}/search`;
      const ask = (json: unknown) => user.call("POST", path, { json });
      for (const json of [
        {},
        { query: 7 },
        { query: "x".repeat(16_001) },
        { query: "x", limit: 0 },
        { query: "x", limit: 101 },
        { query: "x", document_ids: ["none"] },
      ])
        expectError(await ask(json), 422);
      expect((await ask({ query: "x", limit: 101 })).body).toMatchObject({
        detail: "The field 'limit' is not valid: expected a whole number from 1 to 100.",
      });
      for (const query of [" ", "a\0b"]) expectError(await ask({ query }), 422);
      expect((await search(user, workspace.id, { query: "?!" })).items).toEqual([]);
    });
  });
});
