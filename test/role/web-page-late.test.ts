/** What the page makes of answers that come later than what happened meanwhile. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Client, Workspace } from "../support/client.ts";
import { CHROMIUM, openPage, type Page } from "../support/browser.ts";
import { type Engine, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { JWT_SECRET } from "../support/jwt.ts";
import { messagesPath, newestOf, say, someone, talk } from "../support/talk.ts";

// It only bounds a hang: a browser's start on a busy machine takes its time.
setDefaultTimeout(120_000);

if (CHROMIUM) {
  describe("on the page", () => {
    let engine: Engine;
    let page: Page;
    beforeAll(async () => {
      engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
      page = await openPage("about:blank");
    });
    afterAll(async () => {
      await page.close();
      await engine.stop();
    });

    /** What somebody new does on the page. */
    function onPage(
      name: string,
      use: (owner: Client, workspace: Workspace) => Promise<void>,
    ): void {
      test(name, async () => {
        const owner = await someone(engine);
        const workspace = await owner.createWorkspace("Late");
        await page.visit(`${engine.url}/#token=${owner.token ?? ""}`);
        await page.shows("#connection", "Live");
        await page.has("#workspace", workspace.name);
        await use(owner, workspace);
        expect(page.complaints).toEqual([]);
      });
    }

    onPage(
      "a list that comes late undoes nothing that came meanwhile",
      async (owner, workspace) => {
        const conversation = await talk(owner, workspace.id, 2);
        await page.choose("#workspace", workspace.id);
        const file = { name: "gone.txt", content: "Soon it is gone." };
        const [added] = (await owner.upload(workspace.id, file)).items;
        await page.shows("#documents .state", "Ready");
        await page.shows(".message.user", "Message 2.");
        const lists = await page.hold(/(documents|conversations)\?limit=/);
        // Choosing it again has its lists asked for once more.
        await page.choose("#workspace", workspace.id);
        await lists.untilHeld(2);
        const path = `/api/workspaces/${workspace.id}/documents`;
        await owner.expect(204, "DELETE", `${path}/${added?.document.id ?? ""}`);
        await owner.upload(workspace.id, { name: "new.txt", content: "It is new." });
        const later = await owner.createConversation(workspace.id, "Later");
        await page.shows("#documents .title", "new.txt");
        await lists.release();
        await page.has("#conversation", later.title);
        await page.lacks("#documents .title", file.name);

        const messages = await page.hold(/messages\?/);
        await page.choose("#conversation", conversation.id);
        await messages.untilHeld(1);
        await say(owner, conversation.id, "Meanwhile.");
        await page.shows(".message.user", "Meanwhile.");
        const [oldest] = await newestOf(owner, conversation.id, 3);
        await owner.expect(204, "DELETE", `${messagesPath(conversation.id)}/${oldest?.id ?? ""}`);
        await page.ask("When?");
        await page.shows(".message.user", "When?");
        await messages.release();
        await page.shows(".message.user", "Message 2.");
        expect(await page.texts(".message.user .said")).toEqual([
          "Message 2.",
          "Meanwhile.",
          "When?",
        ]);
      },
    );

    onPage(
      "a question goes where it was asked, whatever list comes meanwhile",
      async (owner, { id }) => {
        const conversation = await talk(owner, id, 2);
        await page.choose("#workspace", id);
        await page.shows(".message.user", "Message 2.");
        const lists = await page.hold(/conversations\?limit=/);
        const made = await page.hold(/^POST .*conversations$/);
        await page.choose("#workspace", id);
        await lists.untilHeld(1);
        await page.ask("When?");
        await made.untilHeld(1);
        await page.ask("Where?");
        await lists.release();
        await page.shows(".message.user", "Message 2.");
        await made.release();
        await page.shows(".message.user", "Where?");
        await page.shows(".message.user", "When?");
        expect((await page.texts(".message.user .said")).toSorted()).toEqual(["When?", "Where?"]);
        const path = `/api/workspaces/${id}/conversations`;
        const [newest, ...others] = await owner.all<{ id: string; title: string }>(path);
        expect([newest?.title, ...others.map((other) => other.id)]).toEqual([
          "When?",
          conversation.id,
        ]);
      },
    );

    onPage(
      "a new conversation is not left for one of a list that comes late",
      async (owner, { id }) => {
        await talk(owner, id, 1);
        await page.choose("#workspace", id);
        await page.shows(".message.user", "Message 1.");
        const lists = await page.hold(/conversations\?limit=/);
        await page.choose("#workspace", id);
        await lists.untilHeld(1);
        await page.evaluate("document.querySelector('#new-conversation').click()");
        await lists.release();
        await page.has("#conversation", "For both");
        expect(await page.evaluate("document.querySelector('#conversation').value")).toBe("");
        expect(await page.texts(".message")).toEqual([]);
      },
    );

    onPage("of two documents the one that was asked for last is read", async (owner, { id }) => {
      const file = (name: string) => ({ name, content: `This is ${name}.` });
      await owner.upload(id, file("slow.txt"), file("quick.txt"));
      await eventually(async () => (await page.texts("#documents .state.ready")).length === 2);
      const read = (name: string) =>
        page.evaluate(`[...document.querySelectorAll("#documents .title")]
        .find(({ textContent }) => textContent === "${name}").click()`);
      const texts = await page.hold(/raw-text/);
      await read("slow.txt");
      await texts.untilHeld(1);
      await texts.letPass();
      await read("quick.txt");
      await page.shows("#reader-pages", "This is quick.txt.");
      await texts.release();
      // What is told behind the answer has come behind it.
      await owner.createWorkspace("Another");
      await page.has("#workspace", "Another");
      await page.shows("#reader-title", "quick.txt");
    });

    onPage(
      "what is refused is told until the user does something else, whatever happens elsewhere",
      async (owner) => {
        await page.drop(new File([], "empty.txt"));
        await page.shows("#notice", '"empty.txt" is empty.');
        await owner.createWorkspace("Another");
        await page.has("#workspace", "Another");
        await page.shows("#notice", '"empty.txt" is empty.');
        await page.drop(new File(["It is not."], "full.txt"));
        await page.shows("#documents .state", "Ready");
        await eventually(() => page.evaluate("document.querySelector('#notice').hidden"));
      },
    );

    onPage(
      "whoever signs in next sees nothing of the one before, and each file is sent once",
      async (owner) => {
        const next = await someone(engine);
        const lists = await page.hold(/workspaces\?limit=/);
        await owner.createWorkspace("Secret");
        await lists.untilHeld(1);
        await page.evaluate("document.querySelector('#sign-out').click()");
        await page.shows("#sign-in", "token");
        await lists.letPass();
        await page.evaluate(`location.hash = "token=${next.token ?? ""}"`);
        await page.has("#workspace", "My documents");
        await lists.release();
        await page.drop(new File(["It is mine."], "mine.txt"));
        await page.shows("#documents .state", "Ready");
        const [workspace] = await next.expect<Workspace[]>(200, "GET", "/api/workspaces");
        expect(await next.documents(workspace?.id ?? "")).toHaveLength(1);
        expect(await page.texts("#workspace option")).toEqual(["My documents"]);
        expect(await page.texts("#documents .title")).toEqual(["mine.txt"]);
        expect(await page.evaluate("document.querySelector('#notice').hidden")).toBe(true);
      },
    );
  });
}
