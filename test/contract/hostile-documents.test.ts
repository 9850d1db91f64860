import { describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { UploadFile } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { SMALL_FILES } from "../support/good-files.ts";
import { contentTypesXml } from "../support/office.ts";
import { buildOle } from "../support/ole.ts";
import { assemblePdf, buildPdf } from "../support/pdf.ts";
import { expectError } from "../support/scenes.ts";
import { buildZip } from "../support/zip.ts";

const SENTENCE = /^[A-Z][^\n]{10,200}\.$/;

/** Told by its name and beginning for what it claims to be, and unreadable then. */
const UNREADABLE: readonly UploadFile[] = [
  { name: "cut.pdf", content: buildPdf(["The rent is 950 euro."]).subarray(0, 40) },
  {
    name: "circle.pdf",
    content: assemblePdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
    ]),
  },
  { name: "cut.docx", content: firstHalf("rent.docx") },
  { name: "cut.xlsx", content: firstHalf("rent.xlsx") },
  {
    name: "bomb.docx",
    content: buildZip({
      "[Content_Types].xml": contentTypesXml("word/document.xml", "wordprocessingml.document"),
      "word/document.xml": Buffer.alloc(8_000_000, "<a>"),
    }),
  },
];

function firstHalf(name: string): Uint8Array {
  const whole = SMALL_FILES.find((file) => file.name === name)?.bytes ?? new Uint8Array();
  return whole.subarray(0, whole.length / 2);
}

describe("documents that cannot be read", () => {
  onBothSetUps((setUp) => {
    test("end at once: the job failed without a retry, the document in error, a sentence that says why", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const { items } = await user.upload(workspace.id, ...UNREADABLE);
      for (const { document } of items) {
        const ended = await eventually(async () => {
          const now = await user.document(workspace.id, document.id);
          return now.document.status === "error" ? now : false;
        });
        expect({ title: document.title, ...ended }).toMatchObject({
          title: document.title,
          document: { status: "error" },
          parse_job: {
            status: "failed",
            retry_count: 0,
            error_message: expect.stringMatching(SENTENCE) as unknown,
          },
        });
      }
    });

    test("that are not what their names say are refused before they are stored", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const program = `MZ\x90\0\x03\0\0\0${"\0".repeat(4_000)}`;
      const encrypted = buildOle({ EncryptedPackage: "secret", EncryptionInfo: "how" });
      const refused = [
        [{ name: "report.docx", content: program }, "unsupported_type"],
        [{ name: "empty.pdf", content: "" }, "empty_file"],
      ] as const;
      for (const [file, code] of refused) {
        const reply = await user.tryUpload(workspace.id, file);
        expect(expectError(reply, reply.status).code).toBe(code);
      }
      const locked = { name: "locked.docx", content: encrypted };
      const reply = await user.tryUpload(workspace.id, locked);
      const said = reply.status === 200 ? "" : expectError(reply, 415).detail;
      expect(said).toMatch(/^$|password-protected/);
    });

    test("keep nobody else waiting, and the words that they hold come without what is no writing", async () => {
      const user = await setUp().user();
      const workspace = await user.createWorkspace();
      const odd = `${"A line like any other.\n".repeat(300)}\0\x1b[31m\u202eThe rent\u202c is 950 euro.`;
      const { items } = await user.upload(workspace.id, ...UNREADABLE, {
        name: "odd\u202etxt.txt",
        content: odd,
      });
      const last = items.at(-1)?.document;
      expect(last?.title).toBe("oddtxt.txt");
      const { text } = await eventually(() => user.rawText(workspace.id, last?.id ?? ""));
      expect(text.split("\n").at(-1)).toBe("[31mThe rent is 950 euro.");
    });
  });
});
