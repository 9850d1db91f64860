import { expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { developerToken } from "../../src/auth/developer.ts";
import { pageHtml, pageSecurityPolicy } from "../../src/web/page.ts";
import { CHROMIUM, openPage, type Page } from "../support/browser.ts";
import { Client, type Document, type Workspace } from "../support/client.ts";
import { type Engine, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { JWT_SECRET } from "../support/jwt.ts";
import { buildPdf } from "../support/pdf.ts";
import { addMember, membersPath, share } from "../support/people.ts";
import { freshDatabase } from "../support/postgres.ts";
import { messagesPath, newestOf, say, someone, talk } from "../support/talk.ts";
import { buildZip } from "../support/zip.ts";

// It only bounds a hang: a browser's start on a busy machine takes its time.
setDefaultTimeout(120_000);

const SLIDES = join(import.meta.dir, "../data/same-source/slides.pptx");

test("the page needs nothing from anywhere, and its policy names its own script and style", () => {
  expect(pageHtml).not.toMatch(/(?:src|href|action)="(?!data:|#)/u);
  expect(pageHtml).not.toContain("@import");
  for (const tag of ["script", "style"]) {
    const found = [...pageHtml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gsu"))];
    expect(found).toHaveLength(1);
    const hash = createHash("sha256").update(String(found[0]?.[1])).digest("base64");
    expect(pageSecurityPolicy).toContain(`${tag}-src 'sha256-${hash}'`);
  }
});

test("the page's script is one whole script, and never takes text for HTML", () => {
  const script = /<script>(.*?)<\/script>/su.exec(pageHtml)?.[1] ?? "";
  expect(() => new Bun.Transpiler({ loader: "js" }).scan(script)).not.toThrow();
  expect(script).not.toMatch(/^\s*(?:import|export)\s/mu);
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/u);
});

// More than one page of a list has.
const WORKSPACES = 52;
const MESSAGES = 203;
const AT_ONCE = 30;

// A browser is a rare thing on a server; where there is one, it does what a person would do.
if (CHROMIUM) {
  test("a person sees what others share with them, the newest of it first, and no longer than they do", async () => {
    const env = { SUPABASE_JWT_SECRET: JWT_SECRET, DATABASE_URL: await freshDatabase() };
    const engine = await startEngine({ env });
    const [owner, guest] = await Promise.all([someone(engine), someone(engine)]);
    for (let i = 1; i <= WORKSPACES; i++) await guest.createWorkspace(`Own ${i}`);
    const shared = await owner.createWorkspace(`Shared ${"with a long name ".repeat(10)}`);
    const conversation = await talk(owner, shared.id, MESSAGES);
    const page = await openPage(`${engine.url}/#token=${guest.token ?? ""}`);
    try {
      await page.shows("#connection", "Live");
      await page.has("#workspace", "Own 1");
      await addMember(owner, shared.id, guest, "viewer");
      await page.has("#workspace", "Shared");
      await page.choose("#workspace", shared.id);
      await share(owner, conversation.id, guest);
      await page.has("#conversation", conversation.title);
      await page.choose("#conversation", conversation.id);
      await page.shows(".message.user", `Message ${MESSAGES}.`);
      await page.shows(".message.other", `Member ${owner.userId.slice(0, 8)} wrote`);
      expect(await page.fitsPhone()).toBe(true);
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => say(owner, conversation.id, `At once ${i}.`)),
      );
      const times = new Map(
        (await newestOf(owner, conversation.id, AT_ONCE)).map((m) => [m.content, m.created_at]),
      );
      await eventually(async () => {
        const shown = (await page.texts(".message.user .said")).slice(-AT_ONCE);
        const told = shown.map((content) => times.get(content) ?? "not told yet");
        return told.toSorted().join() === told.join() && !told.includes("not told yet");
      });
      const [newest] = await newestOf(owner, conversation.id, 1);
      await owner.expect(204, "DELETE", `${messagesPath(conversation.id)}/${newest?.id ?? ""}`);
      await page.lacks(".message.user", newest?.content ?? "");
      await owner.expect(204, "DELETE", `${membersPath(shared.id)}/${guest.userId}`);
      await page.lacks("#workspace", "Shared");
      await page.lacks(".message.user", "Message");
      expect(page.complaints).toEqual([]);
    } finally {
      await page.close();
      await engine.stop();
    }
  });

  test("whoever has lost all they saw is shown one workspace of their own, and no error", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const [owner, guest] = await Promise.all([someone(engine), someone(engine)]);
    const shared = [await owner.createWorkspace("First"), await owner.createWorkspace("Second")];
    for (const { id } of shared) await addMember(owner, id, guest, "viewer");
    const conversation = await talk(owner, shared[1]?.id ?? "", 1);
    await share(owner, conversation.id, guest);
    const page = await openPage(`${engine.url}/#token=${guest.token ?? ""}`);
    try {
      await page.shows(".message.other", "Message 1.");
      const gone = ({ id }: Workspace) => owner.expect(204, "DELETE", `/api/workspaces/${id}`);
      await Promise.all(shared.map(gone));
      await page.has("#workspace", "My documents");
      const later = await owner.createWorkspace("Later");
      await addMember(owner, later.id, guest, "viewer");
      await page.has("#workspace", "Later");
      const names = (await guest.expect<Workspace[]>(200, "GET", "/api/workspaces")).map(
        ({ name }) => name,
      );
      expect(names).toEqual(["Later", "My documents"]);
      expect(await page.evaluate("document.querySelector('#notice').hidden")).toBe(true);
    } finally {
      await page.close();
      await engine.stop();
    }
  });

  test("a person uploads, asks, reads the quoted page, and sees a lost connection come back", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const token = await developerToken(JWT_SECRET);
    const page = await openPage(`${engine.url}/#token=${token}`);
    try {
      await signsIn(page);
      await readsAnAnswer(page);
      await readsATable(page);
      await seesWhatIsGone(page, new Client(engine.url, token));
      await asksForAPrice(page);
      await asksForAList(page);
      await dropsMany(page);
      await dropsAHandful(page);
      await seesTheConnectionComeBack(page, engine, token);
      expect(page.complaints).toEqual([]);
    } finally {
      await page.close();
    }
  });
}

async function signsIn(page: Page): Promise<void> {
  await page.shows("#connection", "Live");
  expect(await page.evaluate("location.hash + location.search")).toBe("");
}

async function readsAnAnswer(page: Page): Promise<void> {
  const pages = ["The first page.", "The monthly rent is 950 euro & <b>due</b> on Monday."];
  await page.drop(new File([buildPdf(pages)], "lease.pdf"));
  await page.shows("#documents .state", "Ready");
  await page.ask("How high is the monthly rent?");
  await page.shows(".message.ai.done", "950 euro");
  await page.shows(".source .where", "lease.pdf page 2");

  await page.evaluate("document.querySelector('.cite').click()");
  await page.shows("#reader mark", "The monthly rent is 950 euro");
  await page.shows("#reader-about", "cited on page 2");
  expect(await page.evaluate("document.querySelectorAll('#reader b').length")).toBe(0);
  await page.evaluate("document.querySelector('#reader-close').click()");

  const program = new File([new Uint8Array([0x4d, 0x5a, 0x90, 0])], "program.exe");
  await page.drop(program);
  await page.shows("#notice", "PDF");
}

/** Headings and tables are shown as such, but for what is no Markdown. */
async function readsATable(page: Page): Promise<void> {
  const table = "| Item | Price |\n| --- | --- |\n| Saw \\| blade | 12 euro |";
  const code = "```sh\nsaw --blade 12\n# no heading\n```";
  const prices = `# Prices\n\nOf today.\n\n${table}\n\n${code}\n`;
  await opensDropped(page, new File([prices], "prices.md"));
  await page.shows("#reader h4", "Prices");
  const shown = async (selector: string) =>
    (await page.texts(`#reader ${selector}`)).map((text) => text.trim());
  expect(await shown("th")).toEqual(["Item", "Price"]);
  expect(await shown("td")).toEqual(["Saw \\| blade", "12 euro"]);
  expect(await shown("div.page-text")).toEqual(["Of today."]);
  expect(await shown("pre")).toEqual(["saw --blade 12\n# no heading"]);
  await page.evaluate("document.querySelector('#reader-close').click()");

  await opensDropped(page, new File(["# no heading\nprint(1 **2** 3)\n"], "code.py"));
  await page.shows("#reader .page-text", "# no heading\nprint(1 **2** 3)");
  await page.evaluate("document.querySelector('#reader-close').click()");
}

/** What is quoted from a table is shown as one, with the marker in its row. */
async function asksForAPrice(page: Page): Promise<void> {
  await page.ask("How much is the saw blade?");
  await page.shows(".message.ai.done:last-child td", "12 euro");
  await page.shows(".message.ai.done:last-child td .cite", "1");
  await page.shows(".message.ai.done:last-child .source q", "Saw \\| blade · 12 euro");
}

/** What Markdown makes large or bold is so in an answer, and has no marks. */
async function asksForAList(page: Page): Promise<void> {
  const rules = "## Workshop rules\n\n- **Goggles** are worn.\n- The floor is swept at five.\n";
  await opensDropped(page, new File([rules], "rules.md"));
  await page.shows("#reader h4", "Workshop rules");
  expect(await page.texts("#reader .page-text strong")).toEqual(["Goggles"]);
  await page.evaluate("document.querySelector('#reader-close').click()");
  await page.ask("What are the workshop rules?");
  await page.shows(".message.ai.done:last-child .said strong", "Workshop rules");
  const answers = await page.texts(".message.ai.done:last-child .said");
  expect(answers.join("")).toContain("- Goggles are worn.");
  expect(answers.join("")).not.toMatch(/[#*]/u);
}

async function opensDropped(page: Page, file: File): Promise<void> {
  const newest = "#documents li:first-child";
  await page.drop(file);
  await page.shows(`${newest} .title`, file.name);
  await page.shows(`${newest} .state`, "Ready");
  await page.evaluate(`document.querySelector('${newest} .title').click()`);
}

/** However many files are dropped, they go in calls of a few. */
async function dropsMany(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const { send } = XMLHttpRequest.prototype;
    window.sent = [];
    XMLHttpRequest.prototype.send = function (form) {
      window.sent.push(form.getAll("files").length);
      send.call(this, form);
    };
  })()`);
  const notes = Array.from({ length: 11 }, (_, index) => `note-${index + 1}.txt`);
  await page.drop(...notes.map((name) => new File([`This is ${name}.`], name)));
  await page.shows("#documents .title", "note-11.txt");
  expect(await page.evaluate("window.sent.join()")).toBe("10,1");
}

/** Of several files those that can be read are taken; a slide is called a slide. */
async function dropsAHandful(page: Page): Promise<void> {
  const slides = new File([await Bun.file(SLIDES).bytes()], "talk.pptx");
  const empty = new File([], "empty.txt");
  const archive = new File([buildZip({ "a.txt": "x" })], "all.zip");
  await page.drop(slides, empty, archive);
  await page.shows("#notice", '"empty.txt" is empty.\n"all.zip" is an archive;');
  await page.shows("#documents .title", "talk.pptx");
  await page.shows("#documents li:first-child .state", "Ready");
  await page.ask("Who approved the budget?");
  await page.shows(".source .where", "talk.pptx slide 2");
  await page.choose("#conversation", await staleMessages(page));
  await page.evaluate("window.stale");
  await page.shows(".message.ai.done:last-child .where", "talk.pptx slide 2");
}

/** From now on a list of messages tells what was so before their answers came. @returns the conversation */
async function staleMessages(page: Page): Promise<string> {
  await page.evaluate(`(() => {
    const fetchAsBefore = window.fetch;
    const read = Promise.withResolvers();
    window.stale = read.promise;
    window.fetch = async (path, ...rest) => {
      const response = await fetchAsBefore(path, ...rest);
      if (!/messages\\?/.test(path)) return response;
      const body = await response.json();
      for (const item of body.items) if (item.role === "ai") item.status = "running";
      setTimeout(read.resolve);
      return Response.json(body);
    };
  })()`);
  return String(await page.evaluate("document.querySelector('#conversation').value"));
}

/** A follow-up is shown with what it was taken to mean, a citation of a deleted document leads nowhere. */
async function seesWhatIsGone(page: Page, client: Client): Promise<void> {
  await page.ask("When is it due?");
  await page.shows(".message.ai.done", "Understood as “When is it due?");
  await page.shows(".message.ai.done:last-child .source", "lease.pdf");
  const [workspace] = await client.expect<Workspace[]>(200, "GET", "/api/workspaces");
  const path = `/api/workspaces/${workspace?.id ?? ""}/documents`;
  const { items } = await client.expect<{ items: Document[] }>(200, "GET", path);
  const lease = items.find(({ title }) => title === "lease.pdf");
  await client.expect(204, "DELETE", `${path}/${lease?.id ?? ""}`);
  await page.shows(".source.gone", "lease.pdf page 2 no longer there");
  expect(
    await page.evaluate("document.querySelectorAll('button.cite, button.source').length"),
  ).toBe(0);
}

async function seesTheConnectionComeBack(page: Page, first: Engine, token: string): Promise<void> {
  await first.stop();
  await page.shows("#connection", "Reconnecting");
  const second = await first.again();
  await page.shows("#connection", "Live");
  const client = new Client(second.url, token);
  const [workspace] = await client.expect<Workspace[]>(200, "GET", "/api/workspaces");
  await client.upload(workspace?.id ?? "", { name: "later.txt", content: "Said elsewhere." });
  await page.shows("#documents .title", "later.txt");
  await second.stop();
}
