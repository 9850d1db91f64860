import { describe, expect, test } from "bun:test";
import { onBothSetUps, onTheBreakableNetwork } from "../support/both.ts";
import type { Client, Document, UploadFile } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import {
  aNumber,
  anId,
  anInstant,
  aString,
  BROKEN_PDF,
  expectError,
  libraryOf,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  RAILWAY_ANSWER,
  railwayPdf,
  reaches,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

const aDocument = {
  id: anId,
  title: aString,
  status: expect.stringMatching(/^(pending|parsed|ingested|error)$/) as unknown,
  source_type: aString,
  page_unit: aString,
  created_at: anInstant,
  updated_at: anInstant,
};

/** One ingested document in a workspace of its own, and the path to it. */
async function single(
  client: Client,
  file: UploadFile,
): Promise<{ workspaceId: string; document: Document; path: string }> {
  const { workspace, documents } = await libraryOf(client, file);
  const [document] = documents;
  if (!document) throw new Error("The upload gave no document.");
  const path = `/api/workspaces/${workspace.id}/documents/${document.id}`;
  return { workspaceId: workspace.id, document, path };
}

describe("2. REST: documents", () => {
  onBothSetUps((setUp) => {
    test("POST `/api/workspaces/{w}/documents/upload`, one or more parts named `files`: `{items:[{document, file_id}]}`", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const files = [LIGHTHOUSE, railwayPdf(), { name: "notes.md", content: "# Notes\n\nNone." }];
      const { items } = await user.upload(workspace.id, ...files);
      expectShape(
        items,
        files.map(() => ({ document: aDocument, file_id: anId })),
      );
      expect(items.map(({ document }) => document.title)).toEqual(files.map(({ name }) => name));
      expect(items.map(({ document }) => document.status)).toEqual(files.map(() => "pending"));
      expect(new Set(items.map(({ file_id }) => file_id)).size).toBe(3);
      for (const { document } of items) await reaches(user, workspace.id, document.id, "ingested");
    });

    test("text is read as it is, CSV and TSV as tables, JSON as lines", async () => {
      const user = await setUp().user();
      const files = [
        { name: "a.txt", content: "plain words" },
        { name: "b.md", content: "# Heading\n\nmarked words\n" },
        { name: "c.csv", content: "name,height\nSkerry,41\n" },
        { name: "d.tsv", content: "name\theight\nHarrow\t12\n" },
        { name: "e.json", content: '{"name": "Harrow", "height": 12}' },
      ];
      const texts = [
        "plain words",
        "# Heading\n\nmarked words",
        "| name | height |\n| --- | --- |\n| Skerry | 41 |",
        "| name | height |\n| --- | --- |\n| Harrow | 12 |",
        "name: Harrow\nheight: 12",
      ];
      const { workspace, documents } = await libraryOf(user, ...files);
      for (const [index, text] of texts.entries()) {
        const raw = await user.rawText(workspace.id, documents[index]?.id ?? "");
        expect(raw.text.trim()).toBe(text);
      }
    });

    test("GET `/api/workspaces/{w}/documents`: `{items:[document]}`, newest first", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      expect(await user.documents(workspace.id)).toEqual([]);
      for (const name of ["one.txt", "two.txt", "three.txt"])
        await user.upload(workspace.id, { name, content: `This is ${name}.` });
      const items = await user.documents(workspace.id);
      expectShape(items, [aDocument, aDocument, aDocument]);
      expect(items.map(({ title }) => title)).toEqual(["three.txt", "two.txt", "one.txt"]);
    });

    test("GET `/api/workspaces/{w}/documents/{d}`: `{document, parse_job}`", async () => {
      const user = await setUp().user();
      const { workspaceId, document } = await single(user, LIGHTHOUSE);
      const reply = await user.document(workspaceId, document.id);
      expect(reply.document).toEqual(document);
      expectShape(reply.parse_job, {
        id: anId,
        status: "success",
        error_message: null,
        retry_count: 0,
        started_at: anInstant,
        finished_at: anInstant,
      });
    });

    test("parse_job of a document that cannot be read: `failed`, with a sentence; the document is `error`", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, BROKEN_PDF);
      const id = items[0]?.document.id ?? "";
      await reaches(user, workspace.id, id, "error");
      const { parse_job } = await user.document(workspace.id, id);
      expectShape(parse_job, { status: "failed", retry_count: 0, error_message: aString });
      expect(parse_job?.error_message).toMatch(/^[^\n]{10,}$/);
    });

    test("GET `…/raw-text`: `{document_id, workspace_id, status, text, segments:[{segment_index, page_idx, start, end}]}`", async () => {
      const user = await setUp().user();
      const { workspaceId, document, path } = await single(user, railwayPdf());
      const raw = await user.rawText(workspaceId, document.id);
      const ids = { document_id: document.id, workspace_id: workspaceId, status: "ingested" };
      expectShape(raw, ids);
      expect(raw.text).toContain(RAILWAY_ANSWER);
      expect(await user.expect<unknown>(200, "GET", `${path}/raw-text`)).toEqual(raw);
      const shape = { segment_index: aNumber, page_idx: aNumber, start: aNumber, end: aNumber };
      expectShape(
        raw.segments,
        raw.segments.map(() => shape),
      );
      expect(raw.segments.map((each) => each.segment_index)).toEqual([...raw.segments.keys()]);
      const holding = raw.segments.find(({ start, end }) =>
        raw.text.slice(start, end).includes(RAILWAY_ANSWER),
      );
      expect(holding?.page_idx).toBe(1);
    });

    test("GET `…/raw-text`: 409 until parsed", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, BROKEN_PDF);
      const id = items[0]?.document.id ?? "";
      const path = `/api/workspaces/${workspace.id}/documents/${id}/raw-text`;
      await reaches(user, workspace.id, id, "error");
      expectError(await user.call("GET", path), 409);
    });

    test("GET `…/file`: the original bytes, own name and type, `Content-Disposition: attachment`", async () => {
      const user = await setUp().user();
      const pdf = { ...railwayPdf(), name: "Đường sắt – 2.pdf" };
      const { path } = await single(user, pdf);
      const response = await user.fetch("GET", `${path}/file`);
      expect(response.status).toBe(200);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.equals(Buffer.from(pdf.content))).toBe(true);
      expect(response.headers.get("content-type")).toStartWith("application/pdf");
      const disposition = response.headers.get("content-disposition") ?? "";
      expect(disposition).toStartWith("attachment");
      expect(disposition).toContain(`filename*=UTF-8''${encodeURIComponent(pdf.name)}`);
    });

    test("GET `…/file`: ranges", async () => {
      const user = await setUp().user();
      const content = "0123456789".repeat(10);
      const { path } = await single(user, { name: "digits.txt", content });
      const part = (range: string) =>
        user.call("GET", `${path}/file`, { headers: { range: `bytes=${range}` } });
      const middle = await part("10-13");
      expectShape(middle, { status: 206, body: "0123" });
      expect(middle.headers.get("content-range")).toBe("bytes 10-13/100");
      expectShape(await part("95-"), { status: 206, body: "56789" });
      expectShape(await part("-3"), { status: 206, body: "789" });
      expectShape(await part("90-1000"), { status: 206, body: "0123456789" });
      expect((await part("100-")).status).toBe(416);
      const whole = await user.call("GET", `${path}/file`);
      expect(whole.body).toBe(content);
      expect(whole.headers.get("accept-ranges")).toBe("bytes");
    });

    test("DELETE `/api/workspaces/{w}/documents/{d}`: 204, and nothing of it is found again", async () => {
      const user = await setUp().user();
      const { workspace, document, conversation } = await talkAbout(user, LIGHTHOUSE);
      const path = `/api/workspaces/${workspace.id}/documents/${document.id}`;
      expectShape(await user.call("DELETE", path), { status: 204, body: "" });
      expect(await user.documents(workspace.id)).toEqual([]);
      for (const gone of [path, `${path}/raw-text`, `${path}/file`])
        expectError(await user.call("GET", gone), 404);
      expectError(await user.call("DELETE", path), 404);
      const answer = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      expect(answer.metadata?.citations ?? []).toEqual([]);
      await eventually(async () => {
        const keys = await setUp().objects();
        return !keys.some((key) => key.includes(document.id));
      });
    });

    test("POST `…/reprocess`: 202, a new parse job for a document in `ingested`", async () => {
      const user = await setUp().user();
      const { workspaceId, document, path } = await single(user, LIGHTHOUSE);
      const first = await user.document(workspaceId, document.id);
      await user.expect(202, "POST", `${path}/reprocess`);
      const second = await eventually(async () => {
        const now = await user.document(workspaceId, document.id);
        const settled = now.document.status === "ingested";
        return settled && now.parse_job?.id !== first.parse_job?.id && now;
      });
      expectShape(second.parse_job, { status: "success", retry_count: 0 });
      expect((await user.rawText(workspaceId, document.id)).text).toContain("Morag Sinclair");
    });

    test("POST `…/reprocess`: 202, a new parse job for a document in `error`", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, BROKEN_PDF);
      const id = items[0]?.document.id ?? "";
      await reaches(user, workspace.id, id, "error");
      const first = await user.document(workspace.id, id);
      await user.expect(202, "POST", `/api/workspaces/${workspace.id}/documents/${id}/reprocess`);
      await eventually(async () => {
        const now = await user.document(workspace.id, id);
        return now.parse_job?.status === "failed" && now.parse_job.id !== first.parse_job?.id;
      });
      await reaches(user, workspace.id, id, "error");
    });
  });

  onTheBreakableNetwork((setUp) => {
    test("while a document is `pending`: raw text and reprocess answer 409", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const parser = setUp()
        .engines()
        .find((engine) => engine.env["ROLE"] === "parse");
      parser?.kill("SIGSTOP");
      try {
        const { items } = await user.upload(workspace.id, LIGHTHOUSE);
        const path = `/api/workspaces/${workspace.id}/documents/${items[0]?.document.id}`;
        expectError(await user.call("GET", `${path}/raw-text`), 409);
        expectError(await user.call("POST", `${path}/reprocess`), 409);
      } finally {
        parser?.kill("SIGCONT");
      }
      const [document] = await user.documents(workspace.id);
      await reaches(user, workspace.id, document?.id ?? "", "ingested");
    });
  });
});
