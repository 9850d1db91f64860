import { afterEach, describe, expect, test } from "bun:test";
import {
  type Breakable,
  breakableSetUps,
  onBothSetUps,
  onBreakableSetUps,
} from "../support/both.ts";
import type { Client, Exchange, Message } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { addMember, membersPath, share } from "../support/people.ts";
import {
  aNumber,
  aString,
  expectError,
  expectTrueQuotes,
  libraryOf,
  LIGHTHOUSE,
  LIGHTHOUSE_ANSWER,
  LIGHTHOUSE_QUESTION,
  RAILWAY_ANSWER,
  RAILWAY_QUESTION,
  railwayPdf,
  talkAbout,
} from "../support/scenes.ts";
import { expectShape } from "../support/shape.ts";

/** A job's lease has to run out before another attempt may take it. */
const RESTART_TEST_TIMEOUT_MS = 240_000;

const path = (conversationId: string) => `/api/conversations/${conversationId}/messages`;

/** Posts a question that nobody waits for. */
function askLater(client: Client, conversationId: string, content: string) {
  const headers = { prefer: "respond-async" };
  return client.call<Exchange>("POST", path(conversationId), { json: { content }, headers });
}

/** Waits until the AI message has come to its end. */
function settled(client: Client, conversationId: string, messageId: string): Promise<Message> {
  const ended = async () => {
    const messages = await client.messages(conversationId);
    const message = messages.find(({ id }) => id === messageId);
    return message && ["done", "error"].includes(message.status) && message;
  };
  return eventually(ended, { timeoutMs: 100_000 });
}

describe("2. REST: POST a message", () => {
  onBothSetUps((setUp) => {
    test("by default the call waits and answers 200 with the AI message plus `items: [user message, AI message]`", async () => {
      const user = await setUp().user();
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      const reply = await user.call<Exchange>("POST", path(conversation.id), {
        json: { content: LIGHTHOUSE_QUESTION },
      });
      const ids = { conversation_id: conversation.id, workspace_id: workspace.id };
      expectShape(reply, { status: 200, body: { ...ids, role: "ai", status: "done" } });
      const { items, ...answer } = reply.body;
      expect(answer.content).toContain(LIGHTHOUSE_ANSWER);
      expectShape(items[0], {
        ...ids,
        role: "user",
        content: LIGHTHOUSE_QUESTION,
        status: "done",
      });
      expect(items[1]).toEqual(answer);
      expect(await user.messages(conversation.id)).toEqual([...items]);
    });

    test("AI `metadata` = `{sections:[{text, citations}], citations}`; citation = `{document_id, document_title, segment_index, page_idx, start, end, snippet_preview}`", async () => {
      const user = await setUp().user();
      const { document, conversation } = await talkAbout(user, railwayPdf());
      const { metadata } = await user.ask(conversation.id, RAILWAY_QUESTION);
      const citation = {
        document_id: document.id,
        document_title: document.title,
        segment_index: aNumber,
        page_idx: aNumber,
        start: aNumber,
        end: aNumber,
        snippet_preview: aString,
      };
      const citations = metadata?.citations ?? [];
      expect(citations.length).toBeGreaterThan(0);
      expectShape(
        citations,
        citations.map(() => citation),
      );
      const sections = metadata?.sections ?? [];
      expectShape(
        sections,
        sections.map(() => ({ text: aString })),
      );
      const inSections = sections.flatMap((section) => section.citations);
      for (const each of inSections) expect(citations).toContainEqual(each);
      expect(inSections.length).toBeGreaterThanOrEqual(citations.length);
    });

    test("`start`/`end` are offsets into the raw text such that `text.slice(start, end)` is the quoted source", async () => {
      const user = await setUp().user();
      const { workspace } = await libraryOf(user, LIGHTHOUSE, railwayPdf());
      const conversation = await user.createConversation(workspace.id);
      const { metadata } = await user.ask(conversation.id, RAILWAY_QUESTION);
      const citations = metadata?.citations ?? [];
      const quotes = await expectTrueQuotes(user, workspace.id, citations);
      const found = quotes.findIndex((quote) => quote.includes(RAILWAY_ANSWER));
      expect(found).toBeGreaterThanOrEqual(0);
      expectShape(citations[found], { document_title: "railway.pdf", page_idx: 1 });
    });

    test("offsets count as JavaScript does, past letters beyond the basic plane", async () => {
      const user = await setUp().user();
      const content = `𝒜𝓈𝓉𝓇𝑜 🌊🌊 Ngọn hải đăng 🗼 cũ.\n${String(LIGHTHOUSE.content)}`;
      const { workspace, conversation } = await talkAbout(user, { name: "wide.txt", content });
      const { metadata } = await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const quotes = await expectTrueQuotes(user, workspace.id, metadata?.citations ?? []);
      expect(quotes.some((quote) => quote.includes(LIGHTHOUSE_ANSWER))).toBe(true);
    });

    test("where the documents do not say, the answer says so and cites nothing", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const answer = await user.ask(conversation.id, "Which enzyme breaks down lactose?");
      expectShape(answer, { status: "done", content: aString });
      expect(answer.content.length).toBeGreaterThan(5);
      expect(answer.metadata?.citations ?? []).toEqual([]);
    });

    test("with `Prefer: respond-async` it answers 202 at once, `Preference-Applied: respond-async`", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const reply = await askLater(user, conversation.id, LIGHTHOUSE_QUESTION);
      expect(reply.headers.get("preference-applied")).toBe("respond-async");
      const pending = { role: "ai", status: "pending", content: "" };
      const asked = { role: "user", status: "done", content: LIGHTHOUSE_QUESTION };
      const body = { ...pending, items: [asked, pending] };
      expectShape(reply, { status: 202, body });
      const answer = await settled(user, conversation.id, reply.body.id);
      expect(answer.status).toBe("done");
      expect(answer.content).toContain(LIGHTHOUSE_ANSWER);
    });

    test("many questions at once are all answered, each pair in its order", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => askLater(user, conversation.id, LIGHTHOUSE_QUESTION)),
      );
      for (const { body } of replies)
        expect((await settled(user, conversation.id, body.id)).status).toBe("done");
      const roles = (await user.messages(conversation.id)).map(({ role }) => role);
      expect(roles).toEqual(Array.from({ length: 8 }, () => ["user", "ai"] as const).flat());
    });
  });

  onBreakableSetUps((setUp) => {
    afterEach(() => {
      setUp().llm.release();
      setUp().llm.answerWith(200);
    });

    test("one transaction stores the user message (`done`) and the AI message (`pending`, empty), so a reload shows the spinner at once", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      setUp().llm.hold();
      const { body } = await askLater(user, conversation.id, LIGHTHOUSE_QUESTION);
      const messages = await user.messages(conversation.id);
      expect(messages.map(({ id }) => id)).toEqual(body.items.map(({ id }) => id));
      expectShape(messages[0], { role: "user", status: "done" });
      expectShape(messages[1], { role: "ai", content: "" });
      expect(messages[1]?.status).toMatch(/^(pending|running)$/);
      setUp().llm.release();
      expect((await settled(user, conversation.id, body.id)).status).toBe("done");
    });

    test("after `ANSWER_WAIT_SECONDS` it answers 202 with the same shape, still `pending`", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      setUp().llm.hold();
      const reply = await user.call<Exchange>("POST", path(conversation.id), {
        json: { content: LIGHTHOUSE_QUESTION },
      });
      expect(reply.headers.get("preference-applied")).toBeNull();
      expectShape(reply, { status: 202, body: { role: "ai", content: "" } });
      expect(reply.body.status).toMatch(/^(pending|running)$/);
      expectShape(reply.body.items, [{ role: "user", status: "done" }, { role: "ai" }]);
      setUp().llm.release();
      expect((await settled(user, conversation.id, reply.body.id)).status).toBe("done");
    });

    test("who is taken out of the workspace while they wait has no answer any more", async () => {
      const [owner, guest] = [await setUp().user(), await setUp().user()];
      const { workspace, conversation } = await talkAbout(owner, LIGHTHOUSE);
      await addMember(owner, workspace.id, guest, "viewer");
      await share(owner, conversation.id, guest);
      setUp().llm.hold();
      const asked = setUp().llm.asked();
      const reply = guest.call("POST", path(conversation.id), {
        json: { content: LIGHTHOUSE_QUESTION },
      });
      await eventually(() => setUp().llm.asked() > asked);
      await owner.expect(204, "DELETE", `${membersPath(workspace.id)}/${guest.userId}`);
      setUp().llm.release();
      expect(expectError(await reply, 404).code).toBe("conversation_not_found");
    });

    test("a failed answer leaves the AI message in `error` with a plain sentence; the user's message stays", async () => {
      const user = await setUp().user();
      const { conversation } = await talkAbout(user, LIGHTHOUSE);
      setUp().llm.answerWith(400);
      const { body } = await askLater(user, conversation.id, LIGHTHOUSE_QUESTION);
      const answer = await settled(user, conversation.id, body.id);
      expectShape(answer, { status: "error", role: "ai" });
      expect(answer.content).toMatch(/^\p{Lu}[^\n{}]{10,}$/u);
      const messages = await user.messages(conversation.id);
      expectShape(messages[0], { content: LIGHTHOUSE_QUESTION, status: "done" });
      const waited = await user.call<Exchange>("POST", path(conversation.id), {
        json: { content: LIGHTHOUSE_QUESTION },
      });
      expectShape(waited, { status: 200, body: { status: "error" } });
    });
  });

  test(
    "the answer survives a restart of the process, and is never lost",
    async () => {
      await Promise.all((await breakableSetUps()).map(survivesRestart));
    },
    RESTART_TEST_TIMEOUT_MS,
  );
});

/** The process dies while it produces an answer; another attempt finishes it. */
async function survivesRestart(setUp: Breakable): Promise<void> {
  const user = await setUp.user();
  const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
  setUp.llm.hold();
  const asked = setUp.llm.asked();
  const { status, body } = await askLater(user, conversation.id, LIGHTHOUSE_QUESTION);
  expect([setUp.name, status]).toEqual([setUp.name, 202]);
  await eventually(() => setUp.llm.asked() > asked); // The answer is being produced right now.
  await setUp.restartApi("SIGKILL");
  setUp.llm.release();
  const answer = await settled(user, conversation.id, body.id);
  expect([setUp.name, answer.status]).toEqual([setUp.name, "done"]);
  await expectTrueQuotes(user, workspace.id, answer.metadata?.citations ?? []);
}
