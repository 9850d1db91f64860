import { beforeAll, describe, expect, test } from "bun:test";
import { onBothSetUps, UPLOAD_LIMIT_MB } from "../support/both.ts";
import type { Client, Reply, UploadFile, Workspace } from "../support/client.ts";
import { buildPdf } from "../support/pdf.ts";
import {
  changingNothing,
  expectError,
  libraryOf,
  LIGHTHOUSE,
  UUIDS_THAT_ARE_NONE,
} from "../support/scenes.ts";

const TOO_LARGE: UploadFile = {
  name: "large.txt",
  content: "x".repeat(UPLOAD_LIMIT_MB * 1024 * 1024 + 1),
};
/** A program that calls itself a document. */
const UNREADABLE: UploadFile = {
  name: "report.docx",
  content: new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0, 0]),
};

describe("Bad input gets a clear answer and changes nothing", () => {
  onBothSetUps((setUp) => {
    let user: Client;
    let workspace: Workspace;
    beforeAll(async () => {
      user = await setUp().user();
      ({ workspace } = await libraryOf(user, LIGHTHOUSE));
    });

    /** Uploads, expects to be refused, and finds everything as it was. */
    async function refused(status: number, ...files: UploadFile[]): Promise<string> {
      const reply = await changingNothing(setUp(), user, workspace.id, () =>
        user.tryUpload(workspace.id, ...files),
      );
      return expectError(reply, status).detail;
    }

    const upload = (raw: string | FormData, headers: Record<string, string> = {}) =>
      changingNothing(setUp(), user, workspace.id, () =>
        user.call("POST", `/api/workspaces/${workspace.id}/documents/upload`, { raw, headers }),
      );

    test("no file", async () => {
      await refused(400);
      const form = new FormData();
      form.append("title", "a field, but no file");
      expectError(await upload(form), 400);
    });

    test("a part of another name than `files`", async () => {
      const form = new FormData();
      form.append("attachments", new Blob(["words"]), "words.txt");
      expectError(await upload(form), 400);
    });

    test("a body that is not multipart, or is cut off", async () => {
      const status = async (raw: string, type: string) => {
        const reply = await upload(raw, { "content-type": type });
        expectError(reply, reply.status);
        return reply.status;
      };
      expect([400, 415, 422]).toContain(await status("{}", "application/json"));
      expect([400, 415, 422]).toContain(await status("words", "multipart/form-data"));
      const cut =
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf a fi';
      expect([400, 422]).toContain(await status(cut, "multipart/form-data; boundary=b"));
    });

    test("an empty file", async () => {
      await refused(400, { name: "empty.txt", content: "" });
    });

    test("a file over `MAX_UPLOAD_MB`", async () => {
      const detail = await refused(413, TOO_LARGE);
      expect(detail).toContain(`${UPLOAD_LIMIT_MB} MB`);
    });

    test("a type nothing can parse (415, naming the file and the types that work)", async () => {
      const detail = await refused(415, UNREADABLE);
      expect(detail).toStartWith(`"${UNREADABLE.name}" `);
      for (const type of ["PDF", "Markdown", "CSV", "JSON"])
        expect(detail.toLowerCase()).toContain(type.toLowerCase());
    });

    test.each([
      ["`../`", "../../etc/passwd.txt"],
      ["NUL", "before\0after.txt"],
      ["10,000 characters", `${"n".repeat(10_000)}.txt`],
    ])("a file name with %s", async (_, name) => {
      await nameIsRefused(setUp(), user, name);
    });

    test.each([
      ["too large", TOO_LARGE, 413],
      ["unreadable", UNREADABLE, 415],
      ["empty", { name: "empty.txt", content: "" }, 400],
    ])(
      "of a multi-file upload either every file is accepted or none: one is %s",
      async (_, bad, status) => {
        const pdf = { name: "fine.pdf", content: buildPdf(["A page of words."]) };
        await refused(status, LIGHTHOUSE, bad, pdf);
        await refused(status, LIGHTHOUSE, pdf, bad);
      },
    );

    test("malformed JSON", async () => {
      const headers = { "content-type": "application/json" };
      for (const raw of ["{", '{"name": ', "name=x", "", '{"name":"x"} and more', '"\\ud800'])
        await changingNothing(setUp(), user, workspace.id, async () => {
          const reply = await user.call("POST", "/api/workspaces", { raw, headers });
          expect([400, 422]).toContain(reply.status);
          expectError(reply, reply.status);
        });
    });

    test("wrong types", async () => {
      const conversation = await user.createConversation(workspace.id);
      const wrong: [string, string, unknown][] = [
        ["POST", "/api/workspaces", { name: 7 }],
        ["POST", "/api/workspaces", {}],
        ["POST", "/api/workspaces", []],
        ["POST", "/api/workspaces", { name: "" }],
        ["POST", "/api/workspaces", { name: "fine", description: { deep: true } }],
        ["POST", "/api/workspaces", { name: "a NUL \0 in it" }],
        ["PATCH", `/api/workspaces/${workspace.id}`, { name: null }],
        ["PATCH", `/api/workspaces/${workspace.id}`, { name: ["x"] }],
        ["POST", `/api/workspaces/${workspace.id}/conversations`, { title: false }],
        ["POST", `/api/workspaces/${workspace.id}/conversations`, {}],
        ["POST", `/api/conversations/${conversation.id}/messages`, { content: 1 }],
        ["POST", `/api/conversations/${conversation.id}/messages`, { content: "" }],
        ["POST", `/api/conversations/${conversation.id}/messages`, { text: "hello" }],
      ];
      for (const [method, path, json] of wrong)
        await changingNothing(setUp(), user, workspace.id, async () => {
          const reply = await user.call(method, path, { json });
          expect([reply.status, method, path, json]).toEqual([
            reply.status === 400 ? 400 : 422,
            method,
            path,
            json,
          ]);
          expectError(reply, reply.status);
        });
      expect(await user.messages(conversation.id)).toEqual([]);
    });

    test("a text far too long", async () => {
      const json = { name: "n".repeat(3_000_000) };
      await changingNothing(setUp(), user, workspace.id, async () => {
        const reply: Reply<unknown> = await user.call("POST", "/api/workspaces", { json });
        expect(expectError(reply, 413).code).toBe("request_too_large");
      });
    });

    test("ids that are no UUIDs", async () => {
      for (const id of UUIDS_THAT_ARE_NONE) {
        const paths = [
          `/api/workspaces/${id}`,
          `/api/workspaces/${id}/documents`,
          `/api/workspaces/${workspace.id}/documents/${id}`,
          `/api/workspaces/${workspace.id}/documents/${id}/raw-text`,
          `/api/workspaces/${workspace.id}/documents/${id}/file`,
          `/api/conversations/${id}/messages`,
        ];
        for (const path of paths) {
          const reply = await user.call("GET", path);
          expect([path, [400, 404, 422].includes(reply.status)]).toEqual([path, true]);
          expectError(reply, reply.status);
        }
      }
    });
  });
});

/** The name is refused, and nothing is stored under it or elsewhere. */
async function nameIsRefused(
  setUp: Parameters<typeof changingNothing>[0],
  user: Client,
  name: string,
): Promise<void> {
  const workspace = await user.createWorkspace();
  await changingNothing(setUp, user, workspace.id, async () => {
    // A form made by hand: FormData cleans names before it sends them.
    const body = [
      "--edge",
      `Content-Disposition: form-data; name="files"; filename="${name}"`,
      "Content-Type: text/plain",
      "",
      "words",
      "--edge--",
      "",
    ].join("\r\n");
    const reply = await user.call("POST", `/api/workspaces/${workspace.id}/documents/upload`, {
      raw: body,
      headers: { "content-type": "multipart/form-data; boundary=edge" },
    });
    expect([400, 422]).toContain(reply.status);
    expectError(reply, reply.status);
  });
}
