/** What a model's reply claims, what is found behind it, and the form that it keeps. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Source } from "../../src/answer/answerer.ts";
import { claimsOf } from "../../src/answer/grounded/claim.ts";
import { isDenial } from "../../src/answer/grounded/denial.ts";
import { ground } from "../../src/answer/grounded/grounded.ts";

function sourcesOf(...texts: string[]): Source[] {
  return texts.map((text, index) => ({
    documentId: `d${index}`,
    documentTitle: `t${index}.txt`,
    segmentIndex: 0,
    pageIdx: 2,
    start: 0,
    end: text.length,
    text,
    score: 1,
  }));
}

/** The quotes behind a reply, each out of its source. */
function quotesBehind(reply: string, ...texts: string[]): string[] {
  const { citations } = ground("?", reply, sourcesOf(...texts), {}).metadata;
  return citations.map(({ document_id, start, end }) =>
    String(texts[Number(document_id.slice(1))]).slice(start, end),
  );
}

const LIFE =
  "Mary Olson was born in Bergen in 1902. She studied in Oslo. In 1932 she built the tower. " +
  "It has 108 floors and cost 1.5 million crowns. It was opened on 12 May 1934.";

describe("numbers and dates of a claim stand in the sentences cited for it", () => {
  test.each([
    ["The tower was built in 1932 [1].", ["In 1932 she built the tower."]],
    ["The tower was built in 1923 [1].", []],
    [
      "Mary Olson was born in 1932, in Bergen [1].",
      ["Mary Olson was born in Bergen in 1902. She studied in Oslo. In 1932 she built the tower."],
    ],
    ["The tower cost 1,500,000 crowns [1].", ["It has 108 floors and cost 1.5 million crowns."]],
    ["The tower cost 1 500 000 crowns [1].", ["It has 108 floors and cost 1.5 million crowns."]],
    ["The tower cost 2.5 million crowns [1].", []],
    ["The tower has about 110 floors [1].", ["It has 108 floors and cost 1.5 million crowns."]],
    ["The tower has 110 floors [1].", []],
    ["The tower was opened on 12.05.1934 [1].", ["It was opened on 12 May 1934."]],
    ["The tower was opened on 1934-05-12 [1].", ["It was opened on 12 May 1934."]],
    ["The tower was opened on 12 June 1934 [1].", ["It was opened on 12 May 1934."]],
    ["It was opened in the 1930s [1].", ["It was opened on 12 May 1934."]],
    [
      "As page 3 says, the tower has 108 floors [1].",
      ["It has 108 floors and cost 1.5 million crowns."],
    ],
  ])("%p", (reply, quotes) => {
    expect(quotesBehind(reply, LIFE)).toEqual(quotes);
  });

  test.each([
    ["The house has 3 rooms [1].", "The house has three rooms."],
    ["Căn nhà có 3 phòng [1].", "Căn nhà có ba phòng."],
    ["В доме 3 комнаты [1].", "В доме три комнаты."],
    ["房子有23个房间 [1]。", "房子有二十三个房间。"],
    ["Это было в 70-х годах [1].", "Это было в 1974 году."],
    ["Билл появится в 10-й серии [1].", "Билл появится в десятой серии."],
    ["The rent was 4,5 percent [1].", "The rent rose by 4.5 percent."],
    ["The city has 12 million people [1].", "The city counts 12,000,000 people."],
    ["Thành phố có 12 triệu dân [1].", "Thành phố có 12.000.000 dân."],
  ])("however they are written: %p", (reply, source) => {
    expect(quotesBehind(reply, source)).toEqual([source]);
  });

  test("of several sources, each has some of them", () => {
    const texts = ["The bridge was opened in 1932.", "The tower has 108 floors.", "Whales sing."];
    const reply = "The bridge opened in 1932 and the tower has 108 floors [1][2][3].";
    expect(quotesBehind(reply, ...texts)).toEqual(texts.slice(0, 2));
    expect(quotesBehind("The bridge opened in 1932 and has 77 arches [1][2].", ...texts)).toEqual(
      [],
    );
  });
});

test("a source that shares a word of many with a claim is about something else", () => {
  const claim =
    "Old sailors of the coast feared the tower because of its howling wind and ghosts [1].";
  expect(quotesBehind(claim, LIFE)).toEqual([]);
  expect(quotesBehind("The tower, as sailors say, cost crowns [1].", LIFE)).toHaveLength(1);
});

describe("names of a claim are known to the document cited for it", () => {
  test.each([
    ["The tower was built by Mary Olson [1].", 1],
    ["The tower was built by Peter Hill [1].", 0],
    ["She, Olson, built the tower in 1932 [1].", 1],
    ["Der Turm wurde von Olson mit 108 Stockwerken im Jahr 1932 gebaut [1].", 1],
    ["Der Turm wurde von Olson mit 107 Stockwerken im Jahr 1932 gebaut [1].", 0],
    ["La tour de Mary Olson a coûté 1,5 million de couronnes [1].", 1],
  ])("%p", (reply, count) => {
    expect(quotesBehind(reply, LIFE)).toHaveLength(count);
  });

  test("the title and its other passages are the document too", () => {
    const given = sourcesOf("It was finished in 1874.").map((source) => ({
      ...source,
      documentTitle: "Skerry Point.txt",
    }));
    const { citations } = ground(
      "?",
      "The light of Skerry Point was finished in 1874 [1].",
      given,
      {},
    ).metadata;
    expect(citations).toHaveLength(1);
  });
});

describe("a claim in another language than its source", () => {
  test.each([
    ["Tòa tháp được xây năm 1932 [1].", ["In 1932 she built the tower."]],
    ["Tòa tháp được xây năm 1923 [1].", []],
    ["Башня построена в 1932 году [1].", ["In 1932 she built the tower."]],
    ["塔建于1932年 [1]。", ["In 1932 she built the tower."]],
    ["塔建于1923年 [1]。", []],
    ["Она родилась в городе Bergen [1].", ["Mary Olson was born in Bergen in 1902."]],
    ["Она родилась в городе Madrid [1].", []],
    ["Tòa tháp rất cao và đẹp [1].", [LIFE]],
  ])("%p", (reply, quotes) => {
    expect(quotesBehind(reply, LIFE)).toEqual(quotes);
  });
});

describe("a marker", () => {
  const TEXTS = [
    "The bridge was opened in 1932.",
    "The tower has 108 floors.",
    "Cars use the road.",
  ];

  test.each([
    ["The bridge was opened in 1932 [^1].", 1],
    ["The bridge was opened in 1932 [Source 1].", 1],
    ["The bridge was opened in 1932 [doc 1].", 1],
    ["The bridge was opened in 1932 (Source 1).", 1],
    ["The bridge was opened in 1932 (see Document 1).", 1],
    ["The bridge was opened in 1932 (1).", 1],
    ["The bridge was opened in 1932【1†source】.", 1],
    ["The bridge was opened in 1932【1:0†bridges.txt】.", 1],
    ["The bridge was opened in 1932 [[1]](https://example.org/a).", 1],
    ["The bridge was opened in 1932 [1](#source-1).", 1],
    ["[1] The bridge was opened in 1932.", 1],
    ["- [1] The bridge was opened in 1932.\n- [2] The tower has 108 floors.", 2],
    ["Bridge of 1932, tower of 108 floors, road of cars [1–3].", 3],
    ["Bridge of 1932, tower of 108 floors, road of cars [1][2][3].", 3],
    ["Bridge of 1932, tower of 108 floors [Sources 1 and 2].", 2],
    ["Bridge of 1932, tower of 108 floors [Source 1, Source 2].", 2],
    ["The bridge was opened in 1932[1], and the tower has 108 floors[2].", 2],
  ])("is read however it is written: %p", (reply, count) => {
    const { content, metadata } = ground("?", reply, sourcesOf(...TEXTS), {});
    expect(metadata.citations).toHaveLength(count);
    const marks = content.match(/\[\d\]/g) ?? [];
    expect(marks).toHaveLength(count);
    expect(content.replaceAll(/ ?\[\d\]/g, "")).not.toMatch(/[[\]【】†^]|source|doc\b/iu);
  });

  test("is not what only looks like one", () => {
    const said = "In the year [2021] the flag was set, as `cells[2]` and (3) show.";
    expect(claimsOf(`${said} [1]`)).toMatchObject([{ text: said, markers: [1] }]);
  });

  test("before a sentence belongs to it, one behind it too", () => {
    const claims = claimsOf("[1] The first. [2] The second. [3]\n\n[1] A third.");
    expect(claims.map(({ markers }) => markers)).toEqual([[1, 2], [3], [1]]);
  });

  test.each([
    "The bridge was opened in 1932 [1].\n\n**Sources:**\n[1] t0.txt\n[2] t1.txt",
    "The bridge was opened in 1932 [1].\n\n## References\n- [1] t0.txt, page 3",
    "The bridge was opened in 1932 [^1].\n\n[^1]: t0.txt, page 3",
    "The bridge was opened in 1932 [1].\n\nNguồn:\n[1] t0.txt",
  ])("in a list of sources at the end goes with the list: %p", (reply) => {
    const { content } = ground("?", reply, sourcesOf(...TEXTS), {});
    expect(content).toBe("The bridge was opened in 1932. [1]");
  });
});

describe("a reply keeps its form", () => {
  const TEXTS = [
    "The bridge was opened in 1932. It is 503 metres long.",
    "The tower has 108 floors.",
  ];
  const answerTo = (reply: string) => ground("?", reply, sourcesOf(...TEXTS), {});

  test("a list", () => {
    const { content, metadata } = answerTo(
      "What is known:\n\n- **Opened:** the bridge in 1932 [1]\n- **Floors:** the tower has 108 [2]\n  1. The bridge is 503 metres long. [1]",
    );
    expect(content).toBe(
      "What is known:\n\n- **Opened:** the bridge in 1932 [1]\n- **Floors:** the tower has 108 [2]\n  1. The bridge is 503 metres long. [3]",
    );
    expect(metadata.sections).toHaveLength(4);
  });

  test("a table, with its markers inside their rows", () => {
    const { content, metadata } = answerTo(
      "| What | Fact |\n|---|:-:|\n| bridge | opened in 1932 [1] |\n| tower [2] | 108 floors |\n\nSo it is.",
    );
    expect(content).toBe(
      "| What | Fact |\n|---|:-:|\n| bridge | opened in 1932 [1] |\n| tower | 108 floors [2] |\n\nSo it is.",
    );
    expect(metadata.sections.map(({ citations }) => citations.length)).toEqual([0, 1, 1, 0]);
  });

  test("a table whose head stands in a source too: its rule stays as it is", () => {
    const head = "| Bridge opened | Metres long |\n|--|:-:|";
    const row = "| in 1932 | 503 [1] |";
    expect(answerTo(`${head}\n${row}`).content).toBe(`${head}\n${row}`);
    expect(answerTo(`${head.replace(" |\n", " [1] |\n")}\n${row}`).content).toMatch(
      /^\| Bridge opened \| Metres long \[1\] \|\n\|--\|:-:\|\n\| in 1932 \| 503 \[\d\] \|$/u,
    );
  });

  test("a block of code, whose brackets are its own", () => {
    const code = "```ts\nconst opened = rows[1]; // 1932. The bridge.\n\nprint(opened[2]);\n```";
    const { content, metadata } = answerTo(
      `The bridge was opened in 1932 [1]:\n\n${code}\n\nThe tower has 108 floors [2].`,
    );
    expect(content).toBe(
      `The bridge was opened in 1932: [1]\n\n${code}\n\nThe tower has 108 floors. [2]`,
    );
    expect(metadata.sections.map(({ text }) => text)).toContain(code);
  });

  test("headings, line breaks and paragraphs", () => {
    const reply =
      "## The bridge\n\nIt was opened in 1932. [1] It is 503 metres long. [2]\nThat is all.";
    expect(answerTo(reply.replace("[2]", "[1]")).content).toBe(reply);
  });

  test("whatever it is: without its markers it says what the model said", () => {
    const piece = fc.constantFrom(
      "The bridge ",
      "1932. ",
      "\n",
      "\n\n",
      "| a ",
      "|",
      "|---|",
      "```",
      "- ",
      "`",
      "é。",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const reply = `${pieces.join("")} The bridge was opened in 1932.`.trim();
        const claims = claimsOf(reply);
        const again = claims.map(({ gap, text }) => gap + text).join("");
        expect(again).toBe(reply);
      }),
    );
  });
});

describe("that there is no answer", () => {
  const DENIALS = [
    "The sources do not say.",
    "The provided documents don't mention the price [1].",
    "The price is not mentioned in any of the sources.",
    "I cannot find the price. There is no information about it.",
    "No answer.",
    "Các tài liệu không đề cập đến giá [1].",
    "Không có thông tin về giá.",
    "В источниках не указана цена.",
    "Нет информации о цене.",
    "文档中没有提到价格。",
    "没有相关的信息。",
    "資料には価格は記載されていません。",
  ];

  test.each(DENIALS)("is recognised: %p", (reply) => {
    const sources = sourcesOf(
      "The price of documents. Các tài liệu về giá. В источниках цена. 文档价格。資料の価格。",
    );
    const { content, metadata } = ground("What is the price?", reply, sources, {});
    expect(content).toBe("The documents do not say.");
    expect(metadata.sections).toEqual([]);
  });

  test.each([
    "The contract does not allow subletting.",
    "Hợp đồng không cho phép thuê lại.",
    "Договор не разрешает субаренду.",
    "合同不允许转租。",
    "The document was signed in 1932.",
  ])("is not what a document denies: %p", (sentence) => {
    expect(isDenial(sentence)).toBe(false);
  });

  test("about a part of the question is said, and cites nothing", () => {
    const { content, metadata } = ground(
      "How much, and until when?",
      "The rent is 840 crowns [1]. The sources do not mention a deadline for the rent [1].",
      sourcesOf("The rent is 840 crowns. The deadline of the rent was mentioned."),
      {},
    );
    expect(content).toBe(
      "The rent is 840 crowns. [1] The sources do not mention a deadline for the rent.",
    );
    expect(metadata.citations).toHaveLength(1);
  });
});
