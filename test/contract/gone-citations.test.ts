/** Citations over time: what happens to them when their documents go, or become others. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { onBothSetUps } from "../support/both.ts";
import type { Client, Exchange, Message } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type FakeLlm, startLlm } from "../support/llm.ts";
import {
  expectTrueQuotes,
  libraryOf,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  RAILWAY_QUESTION,
  railwayPdf,
  reaches,
} from "../support/scenes.ts";
import { embedded, type SetUp } from "../support/set-up.ts";

const messagesPath = (conversationId: string) => `/api/conversations/${conversationId}/messages`;

/** Which of an answer's citations are gone, wherever they stand in it. */
function goneOf({ metadata }: Message): { list: boolean[]; sections: boolean[] } {
  const isGone = ({ gone }: { gone?: true }) => gone === true;
  return {
    list: (metadata?.citations ?? []).map(isGone),
    sections: (metadata?.sections ?? []).flatMap(({ citations }) => citations.map(isGone)),
  };
}

async function newestAnswer(user: Client, conversationId: string): Promise<Message> {
  const answer = (await user.messages(conversationId)).findLast(({ role }) => role === "ai");
  if (!answer) throw new Error("There is no answer.");
  return answer;
}

function remove(user: Client, workspaceId: string, documentId: string) {
  return user.expect(204, "DELETE", `/api/workspaces/${workspaceId}/documents/${documentId}`);
}

async function reprocess(user: Client, workspaceId: string, documentId: string): Promise<void> {
  const path = `/api/workspaces/${workspaceId}/documents/${documentId}/reprocess`;
  await user.expect(202, "POST", path);
  await reaches(user, workspaceId, documentId, "ingested");
}

describe("citations of documents that go", () => {
  onBothSetUps((setUp) => {
    test("are marked gone in old answers, and are in no new ones", async () => {
      const user = await setUp().user();
      const { workspace, documents } = await libraryOf(user, LIGHTHOUSE, railwayPdf());
      const { id } = await user.createConversation(workspace.id);
      const json = { content: LIGHTHOUSE_QUESTION, client_id: "one" };
      const asked = await user.call<Exchange>("POST", messagesPath(id), { json });
      const about = asked.body.metadata?.citations?.[0]?.document_id;
      expect(goneOf(asked.body).list).not.toContain(true);
      await user.ask(id, RAILWAY_QUESTION);
      await remove(user, workspace.id, about ?? "");
      const [, old, , other] = await user.messages(id);
      expect(new Set(goneOf(old as Message).list)).toEqual(new Set([true]));
      expect(new Set(goneOf(old as Message).sections)).toEqual(new Set([true]));
      expect(goneOf(other as Message).list).not.toContain(true);
      const again = await user.call<Exchange>("POST", messagesPath(id), { json });
      expect(again.body.id).toBe(asked.body.id);
      expect(goneOf(again.body).list).toEqual(goneOf(old as Message).list);
      const { metadata } = await user.ask(id, LIGHTHOUSE_QUESTION);
      const cited = (metadata?.citations ?? []).map(({ document_id }) => document_id);
      expect(cited).not.toContain(about ?? "");
      expect(documents.map((document) => document.id)).toContain(about ?? "");
    });

    test("hold after a document was processed again and says the same", async () => {
      const user = await setUp().user();
      const { workspace, documents } = await libraryOf(user, LIGHTHOUSE);
      const { id } = await user.createConversation(workspace.id);
      await user.ask(id, LIGHTHOUSE_QUESTION);
      await reprocess(user, workspace.id, documents[0]?.id ?? "");
      const answer = await newestAnswer(user, id);
      expect(goneOf(answer).list).not.toContain(true);
      await expectTrueQuotes(user, workspace.id, answer.metadata?.citations ?? []);
    });
  });
});

describe("while an answer is written", () => {
  let llm: FakeLlm;
  let setUp: SetUp;
  let seen: string[] = [];

  beforeAll(async () => {
    llm = startLlm((messages) => {
      seen.push(messages.map(({ content }) => content).join("\n"));
      return "The lamp of the lighthouse burned colza oil [1][2]. The tunnel is 812 metres long [1][2].";
    });
    setUp = await embedded({ env: llm.env });
  });
  afterAll(async () => {
    await setUp.stop();
    await llm.stop();
  });

  test("a document that is deleted is not cited: the answer is written anew without it", async () => {
    const user = await setUp.user();
    const { workspace, documents } = await libraryOf(user, LIGHTHOUSE, railwayPdf());
    const { id } = await user.createConversation(workspace.id);
    llm.hold();
    const before = llm.asked();
    const headers = { prefer: "respond-async" };
    const json = { content: `${RAILWAY_QUESTION} ${LIGHTHOUSE_QUESTION}` };
    await user.call("POST", messagesPath(id), { json, headers });
    await eventually(() => llm.asked() > before);
    const railway = documents.find(({ title }) => title === "railway.pdf")?.id ?? "";
    await remove(user, workspace.id, railway);
    llm.release();
    const answer = await eventually(async () => {
      const message = await newestAnswer(user, id);
      return message.status === "done" && message;
    });
    expect(llm.asked() - before).toBe(2);
    const cited = (answer.metadata?.citations ?? []).map(({ document_id }) => document_id);
    expect(cited).not.toContain(railway);
    expect(goneOf(answer).list).not.toContain(true);
  });

  test("a document whose text has become another leaves its citations behind, and no model hears of it", async () => {
    const user = await setUp.user();
    const { workspace, documents } = await libraryOf(user, LIGHTHOUSE);
    const [document] = documents;
    const { id } = await user.createConversation(workspace.id);
    await user.ask(id, LIGHTHOUSE_QUESTION);
    expect(goneOf(await newestAnswer(user, id)).list).toEqual([false]);
    const key = (await setUp.objects()).find((each) => each.includes(document?.id ?? "-"));
    await Bun.write(
      join(setUp.dataDir ?? "", "files", key ?? ""),
      "The lighthouse was pulled down.",
    );
    await reprocess(user, workspace.id, document?.id ?? "");
    const old = await newestAnswer(user, id);
    expect(goneOf(old).list).toEqual([true]);
    seen = [];
    await user.ask(id, "Is the lighthouse still there?");
    expect(seen.join("\n")).toContain("pulled down");
    expect(seen.join("\n")).not.toContain("colza");
  });
});
