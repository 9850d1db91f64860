import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import { Client } from "../support/client.ts";
import { runVerb, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { JWT_SECRET, signHs256 } from "../support/jwt.ts";
import { freePort } from "../support/ports.ts";
import { freshDatabase } from "../support/postgres.ts";
import { BROKEN_PDF, LIGHTHOUSE, reaches } from "../support/scenes.ts";

setDefaultTimeout(120_000);

const SENTENCE = "The PDF is damaged and cannot be read.";

/** A document that cannot be read, and the id of its failed job. */
async function brokenDocument(user: Client) {
  const workspace = await user.createWorkspace();
  const { items } = await user.upload(workspace.id, BROKEN_PDF);
  const documentId = items[0]?.document.id ?? "";
  await reaches(user, workspace.id, documentId, "error");
  const { parse_job } = await user.document(workspace.id, documentId);
  return { workspaceId: workspace.id, documentId, jobId: parse_job?.id ?? "" };
}

onBothSetUps((setUp) => {
  /** As an operator on the same machine, beside the engine. */
  const jobs = (...args: string[]) => runVerb(["jobs", ...args], { env: setUp().api().env });

  test("a failed job is listed and shown with its document, retries and sentence", async () => {
    const user = await setUp().user();
    const { jobId, documentId } = await brokenDocument(user);
    const list = await jobs("--kind", "parse", "--limit", "5");
    expect(list).toMatchObject({ code: 0, stderr: "" });
    const [head = "", row = ""] = list.stdout.split("\n");
    expect(row).toStartWith(jobId);
    for (const [name, value] of [
      ["KIND", "parse"],
      ["STATE", "failed"],
      ["RETRIES", "0"],
      ["ABOUT", BROKEN_PDF.name],
      ["ERROR", SENTENCE],
    ] as const)
      expect(row.slice(head.indexOf(name))).toStartWith(value);
    expect(list.stdout).toMatch(/\nIn all: parse [^;]*\b\d+ failed/);

    const page = await jobs("show", jobId);
    expect(page.code).toBe(0);
    for (const fact of [jobId, documentId, BROKEN_PDF.name, SENTENCE, "failed"])
      expect(page.stdout).toContain(fact);
    const shown: unknown = JSON.parse((await jobs("show", jobId, "--json")).stdout);
    expect(shown).toMatchObject({ id: jobId, state: "failed", documentId });
  });

  test("a failed job that is retried is run again, and the screens follow", async () => {
    const user = await setUp().user();
    const { jobId, documentId } = await brokenDocument(user);
    const socket = await user.connect();
    const retried = await jobs("retry", jobId);
    expect(retried).toEqual({ code: 0, stdout: "1 job queued again.\n", stderr: "" });
    for (const status of ["pending", "error"])
      await socket.waitFor<{ document_id: string; status: string }>(
        "document.status_updated",
        (payload) => payload.document_id === documentId && payload.status === status,
      );
    for (const status of ["queued", "running", "failed"])
      await socket.waitFor<{ job_id: string; status: string }>(
        "job.status_updated",
        (payload) => payload.job_id === jobId && payload.status === status,
      );
    await user.leave();
  });

  test("an operator who looks again and again disturbs no upload", async () => {
    const user = await setUp().user();
    const workspace = await user.createWorkspace();
    const upload = async () => (await user.upload(workspace.id, LIGHTHOUSE)).items;
    const [uploads, ...looks] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, upload)),
      ...Array.from({ length: 3 }, () => jobs("--state", "running")),
    ]);
    for (const look of looks) expect(look).toMatchObject({ code: 0, stderr: "" });
    await Promise.all(
      uploads.flat().map(({ document }) => reaches(user, workspace.id, document.id, "ingested")),
    );
  });

  test("another verb of an operator's works beside the engine as well", async () => {
    const revoked = await runVerb(["revoke", crypto.randomUUID()], { env: setUp().api().env });
    expect(revoked).toMatchObject({ code: 0, stderr: "" });
  });

  test("an id that is unknown, or of a job that has not failed: one sentence, exit code 1", async () => {
    const user = await setUp().user();
    const { jobId, workspaceId, documentId } = await brokenDocument(user);
    const unknown = crypto.randomUUID();
    const refused = await jobs("retry", jobId, unknown);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(`rag-engine: There is no job ${unknown}.\n`);
    expect((await jobs("show", unknown)).code).toBe(1);
    expect((await user.document(workspaceId, documentId)).document.status).toBe("error");
  });
});

describe("without an engine", () => {
  test("the embedded database is opened, and what was retried is done at the next start", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const sub = crypto.randomUUID();
    const user = new Client(engine.url, await signHs256({ sub }), sub);
    const { jobId, workspaceId, documentId } = await brokenDocument(user);
    await engine.stop();

    const jobs = (...args: string[]) => runVerb(["jobs", ...args], { env: engine.env });
    expect((await jobs()).stdout).toContain(SENTENCE);
    expect((await jobs("retry", "--all")).stdout).toBe("1 job queued again.\n");
    expect((await jobs("retry", jobId)).stderr).toContain("is queued; only a failed job");

    const again = await engine.again();
    await eventually(async () => {
      const { document, parse_job } = await user.document(workspaceId, documentId);
      return document.status === "error" && parse_job?.status === "failed";
    });
    await again.stop();
  });

  test("and without a database: one sentence, exit code 1, and none is made", async () => {
    const away = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
    for (const [env, sentence] of [
      [{}, "There is no database in DATA_DIR"],
      [{ DATABASE_URL: await freshDatabase() }, "run rag-engine migrate first"],
      [{ DATABASE_URL: away }, "The database cannot be reached: "],
    ] as const) {
      const { code, stdout, stderr } = await runVerb(["jobs"], { env });
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(sentence);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });
});

test("wrong use: one sentence that says what is wrong, exit code 2", async () => {
  const id = crypto.randomUUID();
  for (const [args, word] of [
    [["list", id], "takes no id"],
    [["lst"], "lst"],
    [["show"], "one job's id"],
    [["show", "7"], '"7"'],
    [["retry"], "--all"],
    [["retry", id, "--all"], "not both"],
    [["retry", id, "--kind", "parse"], "--kind"],
    [["--state", "lost"], "lost"],
    [["--kind", "chunk"], "chunk"],
    [["--limit", "0"], "--limit"],
    [["--nonsense"], "--nonsense"],
    [["--all"], "--all"],
  ] as const) {
    const { code, stdout, stderr } = await runVerb(["jobs", ...args]);
    expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" });
    expect(stderr).toContain(word);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }
});
