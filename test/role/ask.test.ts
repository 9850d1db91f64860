import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { developerToken } from "../../src/auth/developer.ts";
import { Client, type Message, type Workspace } from "../support/client.ts";
import { type Engine, runVerb, spawnVerb, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { JWT_SECRET } from "../support/jwt.ts";
import { buildPdf } from "../support/pdf.ts";
import { freePort } from "../support/ports.ts";

setDefaultTimeout(120_000);

const QUESTION = "How high is the monthly rent?";
const LEASE = [
  "Lease agreement\n\nThis agreement is made between Ada Brook and the Old Town Housing Association.",
  "The rent\n\nThe monthly rent is 950 euro. It is due on the third working day of each month.",
  "Keeping a dog\n\nThe tenant may keep one dog. Cats are welcome without limit.",
];

/** Settings of an engine of its own, on no port that another one uses. */
async function settings(): Promise<Record<string, string>> {
  return {
    DATA_DIR: join(temporaryFolder("ask"), "data"),
    PORT: String(await freePort()),
    SUPABASE_JWT_SECRET: JWT_SECRET,
  };
}

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(temporaryFolder("files"), name);
  await Bun.write(path, content);
  return path;
}

/** Long enough that something can happen while it is read. */
const longFile = () =>
  fileOf("long.txt", "The rent is due on the third day of each month.\n".repeat(20_000));
/** What it is told of first depends on how soon somebody looks. */
const ON_THE_WAY = /^long\.txt: (?:reading|indexing)$/m;
const leaseFile = () => fileOf("lease.pdf", buildPdf(LEASE));

async function developer({ url }: Engine): Promise<Client> {
  return new Client(url, await developerToken(JWT_SECRET));
}

async function pidOfEngine(env: Readonly<Record<string, string>>): Promise<number> {
  const note: unknown = await Bun.file(join(String(env["DATA_DIR"]), "engine.json")).json();
  return (note as { pid: number }).pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a question about a PDF is answered from its page, by an engine that ends with it", async () => {
  const env = await settings();
  const verb = spawnVerb(["ask", await leaseFile(), QUESTION], { env });
  const pid = await eventually(() => (verb.hasEnded() ? -1 : pidOfEngine(env)));
  expect({ code: await verb.exited, logs: verb.logs() }).toMatchObject({ code: 0 });
  await verb.drained;
  const lines = verb.stdout().split("\n");
  expect(lines[0]).toContain("950 euro");
  expect(lines[0]).toContain("[1]");
  expect(lines).toContain("[1] lease.pdf, page 2");
  expect(lines[lines.indexOf("[1] lease.pdf, page 2") + 1]).toContain(
    "“The monthly rent is 950 euro",
  );
  expect(verb.stderr()).toContain("lease.pdf: uploading\n");
  expect(verb.stderr()).toContain("lease.pdf: ready\n");
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
});

test("--json prints the AI message of an engine that runs already, and its citations hold", async () => {
  const env = await settings();
  const engine = await startEngine({ env });
  const asked = await runVerb(["ask", "--json", await leaseFile(), QUESTION], { env });
  expect(asked).toMatchObject({ code: 0 });
  const message = JSON.parse(asked.stdout) as Message;
  expect(message).toMatchObject({ role: "ai", status: "done" });
  const client = await developer(engine);
  const [citation] = message.metadata?.citations ?? [];
  if (!citation) throw new Error("The answer cites nothing.");
  expect(citation).toMatchObject({ document_title: "lease.pdf", page_idx: 1 });
  const { text } = await client.rawText(message.workspace_id, citation.document_id);
  expect(text.slice(citation.start, citation.end)).toContain("950 euro");
  expect(engine.hasEnded()).toBe(false);
  await engine.stop();
});

test("what the engine cannot take is refused in one sentence and leaves nothing behind", async () => {
  const env = await settings();
  const engine = await startEngine({ env });
  const program = await fileOf("program.exe", new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]));
  const refused = await runVerb(["ask", program, QUESTION], { env });
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^"program\.exe" is a program/mu);

  const broken = await fileOf("broken.pdf", "%PDF-1.7 and then nothing that makes sense");
  const unread = await runVerb(["ask", broken, QUESTION], { env });
  expect(unread).toMatchObject({ code: 1, stdout: "" });
  expect(unread.stderr).toMatch(/^broken\.pdf: \S.*\S/mu);
  const workspaces = await (
    await developer(engine)
  ).expect<Workspace[]>(200, "GET", "/api/workspaces");
  expect(workspaces).toEqual([]);

  await engine.stop();
});

test("what cannot be read is told, and the answer comes from the other files", async () => {
  const program = await fileOf("program.exe", new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0]));
  const broken = await fileOf("broken.pdf", "%PDF-1.7 and then nothing that makes sense");
  const empty = await fileOf("empty.txt", "");
  const files = [broken, program, empty, await leaseFile()];
  const asked = await runVerb(["ask", ...files, QUESTION], { env: await settings() });
  expect(asked.code).toBe(0);
  expect(asked.stdout).toContain("lease.pdf, page 2");
  expect(asked.stderr).toContain(`${empty} is empty.\n`);
  expect(asked.stderr).toMatch(/^"program\.exe" is a program/mu);
  expect(asked.stderr).toMatch(/^broken\.pdf: The PDF/mu);
});

test("wrong use is told in one sentence, and no engine is started for it", async () => {
  const env = await settings();
  const lease = await leaseFile();
  for (const args of [[], [lease], ["missing.pdf", QUESTION], [temporaryFolder("x"), QUESTION]]) {
    const wrong = await runVerb(["ask", ...args], { env });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr.trimEnd().split("\n")).toHaveLength(1);
  }
  expect(existsSync(join(String(env["DATA_DIR"]), "engine.json"))).toBe(false);
});

test("an engine that is restarted meanwhile does not lose the question", async () => {
  const env = await settings();
  const engine = await startEngine({ env });
  const verb = spawnVerb(["ask", await longFile(), "When is the rent due?"], { env });
  await eventually(() => ON_THE_WAY.test(verb.stderr()));
  await engine.stop();
  const again = await engine.again();
  expect({ code: await verb.exited, logs: verb.logs() }).toMatchObject({ code: 0 });
  await verb.drained;
  expect(verb.stdout()).toContain("[1] long.txt, page 1");
  await again.stop();
});

test("an engine that dies on the way is told of, and where to look", async () => {
  const env = await settings();
  const verb = spawnVerb(["ask", await longFile(), QUESTION], { env });
  await eventually(() => ON_THE_WAY.test(verb.stderr()));
  process.kill(await pidOfEngine(env), "SIGKILL");
  expect(await verb.exited).toBe(1);
  await verb.drained;
  expect(verb.stderr()).toMatch(/^The engine has ended; its log \(\S+ask-engine\.log\) says: /mu);
});

test("Ctrl-C on a terminal brings the cursor back and takes the engine down", async () => {
  const env = await settings();
  const screen = onTerminal(["ask", await longFile(), QUESTION], env);
  await eventually(() => screen.text() !== "");
  expect(screen.text()).toStartWith("\u001b[?25l");
  const pid = await pidOfEngine(env);
  screen.type("\u0003");
  expect(await screen.exited).toBe(130);
  expect(screen.text().lastIndexOf("\u001b[?25h")).toBeGreaterThan(
    screen.text().lastIndexOf("\u001b[?25l"),
  );
  expect(isAlive(pid)).toBe(false);
});

test("on a terminal the bars are drawn in place, and the answer fits its width", async () => {
  const env = await settings();
  const screen = onTerminal(["ask", await leaseFile(), QUESTION], env);
  expect({ code: await screen.exited, text: screen.text() }).toMatchObject({ code: 0 });
  expect(screen.text()).toContain("━");
  expect(screen.text()).toContain("100 % ready");
  const answer = screen.text().slice(screen.text().lastIndexOf("\u001b[2K"));
  for (const line of answer.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(COLUMNS);
});

const COLUMNS = 50;

/** Runs a verb in a terminal of its own and keeps what it shows. */
function onTerminal(args: readonly string[], env: Readonly<Record<string, string>>) {
  const decoder = new TextDecoder();
  const drained = Promise.withResolvers<void>();
  let text = "";
  const main = join(import.meta.dir, "../../src/main.ts");
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd: temporaryFolder("cwd"),
    env: { PATH: Bun.env["PATH"], HOME: Bun.env["HOME"], TERM: "xterm-256color", ...env },
    terminal: {
      cols: COLUMNS,
      rows: 20,
      data: (_, chunk) => {
        text += decoder.decode(chunk, { stream: true });
      },
      exit: () => drained.resolve(),
    },
  });
  // What it said last may be read after it has ended.
  const ended = child.exited.then(async (code) => (await drained.promise, code));
  const { terminal } = child;
  if (!terminal) throw new Error("There are no terminals here.");
  return { exited: ended, text: () => text, type: (keys: string) => terminal.write(keys) };
}

// Uses a document of the folder that lies beside the repository, where there is one.
const shared = join(import.meta.dir, "../../../shared/documents");
if (existsSync(shared)) {
  test("a real invoice of two pages answers with the page that the name stands on", async () => {
    const invoice = join(shared, "REPAIR-2022-INV-001_multipage.pdf");
    const asked = await runVerb(["ask", invoice, "Who drives the Batmobile?"], {
      env: await settings(),
    });
    expect(asked).toMatchObject({ code: 0 });
    expect(asked.stdout).toContain("REPAIR-2022-INV-001_multipage.pdf, page 2");
  });
}
