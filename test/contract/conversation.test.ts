/** A question is understood in its conversation, with a language model and without one. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { onBothSetUps } from "../support/both.ts";
import type { Client } from "../support/client.ts";
import { type FakeLlm, type LlmMessage, startLlm } from "../support/llm.ts";
import { addMember, share } from "../support/people.ts";
import { libraryOf, LIGHTHOUSE, railwayPdf } from "../support/scenes.ts";
import { embedded, type SetUp } from "../support/set-up.ts";

const RENT = {
  name: "rent.txt",
  content:
    "The house in Mill Lane is let by the year.\n\nThe rent in 2020 was 840 crowns a month.\n\n" +
    "The rent in 2021 was 910 crowns a month.\n\nThe roof was mended by Anna Lindqvist.\n",
};

const ACCOUNTS = [
  {
    said: ["Doanh thu năm 2020 là 14 tỷ đồng.", "Doanh thu năm 2021 là 17 tỷ đồng."],
    asked: "Doanh thu năm 2020 là bao nhiêu?",
    followUp: "còn năm 2021?",
    meant: "Doanh thu năm 2021 là bao nhiêu?",
  },
  {
    said: [
      "Выручка в 2020 году составила 14 тысяч рублей.",
      "Выручка в 2021 году составила 17 тысяч рублей.",
    ],
    asked: "Какой была выручка в 2020 году?",
    followUp: "а в 2021?",
    meant: "Какой была выручка в 2021 году?",
  },
  {
    said: ["公司2020年的收入是十四万元。", "公司2021年的收入是十七万元。"],
    asked: "公司2020年的收入是多少？",
    followUp: "那2021年呢？",
    meant: "公司2021年的收入是多少？",
  },
] as const;

interface Told {
  readonly question?: string;
}

/** What was understood, where the answer tells it. */
async function meaningOf(client: Client, conversationId: string, asked: string) {
  const { content, metadata } = await client.ask(conversationId, asked);
  const { question } = (metadata ?? {}) as Told;
  return { content, question };
}

describe("without a model", () => {
  onBothSetUps((setUp) => {
    test("a follow-up is answered as the question that it stands for, and tells which", async () => {
      const user = await setUp().user();
      const { workspace } = await libraryOf(user, RENT);
      const { id } = await user.createConversation(workspace.id);
      const first = await meaningOf(user, id, "What was the rent in 2020?");
      expect(first.content).toContain("840 crowns");
      expect(first.question).toBeUndefined();
      const second = await meaningOf(user, id, "and in 2021?");
      expect(second.question).toBe("What was the rent in 2021?");
      expect(second.content).toContain("910 crowns");
      expect(second.content).not.toContain("840");
    });

    test("in every language that the engine speaks", async () => {
      const user = await setUp().user();
      const content = ACCOUNTS.map(({ said }) => said.join("\n\n")).join("\n\n");
      const { workspace } = await libraryOf(user, { name: "accounts.txt", content });
      for (const { asked, followUp, meant, said } of ACCOUNTS) {
        const { id } = await user.createConversation(workspace.id);
        await user.ask(id, asked);
        const { content: answer, question } = await meaningOf(user, id, followUp);
        expect(question).toBe(meant);
        expect(answer).toContain(said[1]);
      }
    });

    test("a conversation knows what was said in it before, and nothing of another, or of people among themselves", async () => {
      const user = await setUp().user();
      const guest = await setUp().user();
      const { workspace } = await libraryOf(user, RENT, LIGHTHOUSE, railwayPdf());
      await addMember(user, workspace.id, guest, "viewer");
      const other = await user.createConversation(workspace.id);
      await user.ask(other.id, "How long is the tunnel below Harrow Hill?");
      const { id } = await user.createConversation(workspace.id);
      await share(user, id, guest);
      const path = `/api/conversations/${id}/messages`;
      const chatter = { content: "When was the tunnel opened?", ask: false };
      await guest.expect(200, "POST", path, { json: chatter });
      expect((await meaningOf(user, id, "and in 2021?")).question).toBeUndefined();
      await user.ask(id, "What was the rent in 2020?");
      const { question } = await meaningOf(guest, id, "and in 2021?");
      expect(question).toBe("What was the rent in 2021?");
    });
  });
});

describe("with a model", () => {
  let llm: FakeLlm;
  let setUp: SetUp;
  let answering = "The rent was 910 crowns a month [1].";
  let rewriting: (messages: readonly LlmMessage[]) => string;
  const requests: (readonly LlmMessage[])[] = [];

  beforeAll(async () => {
    llm = startLlm((messages) => {
      requests.push(messages);
      if (messages[0]?.content.startsWith("You rewrite")) return rewriting(messages);
      return answering;
    });
    setUp = await embedded({ env: llm.env });
  });
  afterAll(async () => {
    await setUp.stop();
    await llm.stop();
  });

  async function followUp(rewritten: string) {
    rewriting = () => rewritten;
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, RENT);
    const { id } = await user.createConversation(workspace.id);
    await user.ask(id, "What was the rent in 2020?");
    requests.length = 0;
    const { metadata } = await user.ask(id, "and in 2021?");
    return metadata as Told & { llm_usage: Record<string, number> };
  }

  test("the model says what a follow-up means; what both calls cost is summed", async () => {
    const { question, llm_usage } = await followUp("What did the rent come to in 2021?");
    expect(question).toBe("What did the rent come to in 2021?");
    expect(requests).toHaveLength(2);
    expect(llm_usage["total_tokens"]).toBe(30);
    const [rewrite, answer] = requests.map((messages) => messages.at(-1)?.content ?? "");
    expect(rewrite).toContain("What was the rent in 2020?");
    expect(answer).toEndWith("Question: and in 2021?");
    expect(answer).toContain("What did the rent come to in 2021?");
  });

  test("where it talks nonsense, the words of the conversation decide", async () => {
    const { question } = await followUp("I am only a language model.");
    expect(question).toBe("What was the rent in 2021?");
  });

  test("an answer that came to nothing, or failed, is not told to it; what was asked is", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, RENT);
    const { id } = await user.createConversation(workspace.id);
    rewriting = () => "NO_ANSWER";
    answering = "Whales sing under water [1].";
    const refused = await user.ask(id, "Where is the house in Mill Lane?");
    llm.answerWith(400);
    const failed = await user.ask(id, "Who mended the roof of the house?");
    llm.answerWith(200);
    expect([refused.metadata?.citations, failed.status]).toEqual([[], "error"]);
    answering = "The rent was 910 crowns a month [1].";
    requests.length = 0;
    await user.ask(id, "What was the rent in 2021?");
    const told = requests
      .flat()
      .map(({ content }) => content)
      .join("\n");
    expect(told).toContain("Where is the house in Mill Lane?");
    expect(told).toContain("Who mended the roof of the house?");
    expect(told).not.toContain(refused.content);
    expect(told).not.toContain(failed.content);
  });

  test("the first question of a conversation costs one call", async () => {
    const user = await setUp.user();
    const { workspace } = await libraryOf(user, RENT);
    const { id } = await user.createConversation(workspace.id);
    requests.length = 0;
    await user.ask(id, "and in 2021?");
    expect(requests).toHaveLength(1);
  });
});
