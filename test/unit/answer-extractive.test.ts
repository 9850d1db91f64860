import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Source } from "../../src/answer/answerer.ts";
import { ExtractiveAnswerer, extract } from "../../src/answer/extractive/extractive.ts";
import { queryTermsOf, termsOf } from "../../src/retrieval/terms/terms.ts";
import { sourceOf } from "../support/answer-source.ts";
import { plainQuestion } from "../support/question.ts";

const HANDBOOK =
  "Every employee signs a contract on the first day. The trial period lasts two months for office staff. " +
  "During it either side may leave with three days' notice. Lunch is served at noon in the canteen.";

test("the sentence that answers is the first citation, quoted exactly", () => {
  const rawText = `Cover page.\n\n${HANDBOOK}`;
  const source = sourceOf(HANDBOOK, {
    start: 13,
    end: rawText.length,
    pageIdx: 1,
    segmentIndex: 4,
  });
  const { content, metadata } = extract("How long is the trial period?", [source]);
  const [citation] = metadata.citations;
  const quoted = "The trial period lasts two months for office staff.";
  expect(content).toStartWith(`${quoted} [1]`);
  expect(metadata.sections[0]).toEqual({ text: quoted, citations: citation ? [citation] : [] });
  expect(citation).toMatchObject({
    document_id: "d1",
    document_title: "handbook.pdf",
    segment_index: 4,
    page_idx: 1,
    snippet_preview: quoted,
  });
  expect(rawText.slice(citation?.start, citation?.end)).toBe(quoted);
});

test.each([
  ["Thời gian thử việc là bao lâu?", "Thời gian thử việc là hai tháng."],
  ["thoi gian thu viec la bao lau", "Thời gian thử việc là hai tháng."],
  ["Сколько длится испытательный срок?", "Испытательный срок длится два месяца."],
  ["試用期有多長？", "試用期為兩個月。"],
])("%p is answered in its language", (question, answer) => {
  const text =
    "Nhân viên ký hợp đồng vào ngày đầu tiên. Thời gian thử việc là hai tháng. Bữa trưa có ở căng tin.\n\n" +
    "Сотрудник подписывает договор. Испытательный срок длится два месяца. Обед в полдень.\n\n" +
    "員工在第一天簽訂合約。試用期為兩個月。午餐在食堂。";
  const [citation] = extract(question, [sourceOf(text)]).metadata.citations;
  expect(text.slice(citation?.start, citation?.end)).toBe(answer);
});

describe("the documents do not say", () => {
  test("when nothing was found, which is told: they may say it in another language", async () => {
    const answer = await new ExtractiveAnswerer().answer(plainQuestion("Who founded it?"), []);
    expect(answer).toEqual({
      content:
        "The documents do not say. None of the question's key words was found in them; they may use others, or another language.",
      metadata: { sections: [], citations: [] },
    });
  });

  test("when what was found speaks of something else", () => {
    const { content, metadata } = extract("Which enzyme splits lactose in the gut?", [
      sourceOf(HANDBOOK),
    ]);
    expect(content).toBe("The documents do not say.");
    expect(metadata).toEqual({ sections: [], citations: [] });
  });

  test.each([
    ["What is the rent in 2025?", "The documents do not say."],
    ["Tiền thuê năm 2025 là bao nhiêu?", "Các tài liệu không nói về điều này."],
    ["Сколько стоит аренда в 2025 году?", "В документах об этом не говорится."],
    ["2025年的租金是多少？", "文档中没有提到这一点。"],
  ])("when %p asks about another year than they tell of", (question, refusal) => {
    const text =
      "The rent in 2021 is 950 euros. Tiền thuê năm 2021 là 950 euro. Аренда в 2021 году стоит 950 евро. 2021年的租金是950欧元。";
    expect(extract(question, [sourceOf(text)]).content).toBe(refusal);
    const [citation] = extract(question.replace("2025", "2021"), [sourceOf(text)]).metadata
      .citations;
    expect(citation?.snippet_preview).toContain("2021");
  });

  test("but not when a century is told by its year, or the year on the cover", () => {
    const cited = (question: string, ...texts: string[]) =>
      extract(
        question,
        texts.map((text) => sourceOf(text)),
      ).metadata.citations.map(({ snippet_preview }) => snippet_preview);
    const coast = "Captain Cook mapped the coast in 1769.";
    expect(cited("Who mapped the coast in the 18th century?", coast)).toEqual([coast]);
    const revenue = "The revenue of the bakery was 5 million euros.";
    expect(cited("What was the revenue of the bakery in 2023?", revenue, "Report 2023")).toEqual([
      revenue,
    ]);
  });

  const market =
    "Cửa hàng bán hoa tươi mỗi sáng. Nhân viên gửi đơn xin nghỉ cho quản lý. " +
    "Sở giao thông sửa đường trong tháng này. Thú nuôi không được vào chợ. Xe tải dừng ở cổng sau. Bếp nấu bằng lửa than.";
  test.each([
    // "hoa" is a flower, "hóa đơn" an invoice.
    "Hóa đơn mất thì sao?",
    // Each syllable is somewhere, "sở thú" and "xe lửa" are not.
    "Sở thú có xe lửa không?",
  ])("when single syllables alone of %p are there", (question) => {
    expect(extract(question, [sourceOf(market)]).content).toBe(
      "Các tài liệu không nói về điều này.",
    );
  });
  test.each([
    ["Hoa tươi bán khi nào?", "Cửa hàng bán hoa tươi mỗi sáng."],
    ["hoa tuoi ban khi nao", "Cửa hàng bán hoa tươi mỗi sáng."],
    ["Sở giao thông làm gì?", "Sở giao thông sửa đường trong tháng này."],
  ])("but %p is answered beside it", (question, answer) => {
    expect(extract(question, [sourceOf(market)]).metadata.citations[0]?.snippet_preview).toBe(
      answer,
    );
  });
});

test("an answer that follows its question is quoted, not the question", () => {
  const text =
    "How long is the warranty?\nIt is two years from the day of purchase.\nWhere is the office?\nIn Hue.";
  const [citation] = extract("How long is the warranty?", [sourceOf(text)]).metadata.citations;
  expect(text.slice(citation?.start, citation?.end)).toBe(
    "It is two years from the day of purchase.",
  );
});

test("what two documents say alike is said once", () => {
  const twin = sourceOf(HANDBOOK, { documentId: "d2" });
  const { metadata } = extract("How long is the trial period?", [sourceOf(HANDBOOK), twin]);
  const quoted = metadata.citations.map(({ snippet_preview }) => snippet_preview);
  expect(new Set(quoted).size).toBe(quoted.length);
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        "alpha ",
        "beta. ",
        "gamma? ",
        "два. ",
        "两个。",
        "năm ",
        "\n\n",
        "😀",
        "\ud83d",
        "ß",
        ": ",
        "\n| a | b |",
        "\n|--|--|",
        "\n| 1 | alpha |",
        "\nx,y,z",
        "\nbeta,2,3",
      ),
      {
        maxLength: 120,
      },
    )
    .map((parts) => parts.join("")),
);

/** A page's line breaks are the page's: the answer reads on over them. */
const withoutSpaces = (text: string) => text.replaceAll(/\s/gu, "");

test("every citation is exactly the text it quotes, whatever the text", () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (before, text, question) => {
      const rawText = before + text;
      const source = sourceOf(text, { start: before.length, end: rawText.length });
      const { content, metadata } = extract(question === "" ? text : question, [source]);
      const quotedBy = ({ start, end }: { start: number; end: number }) =>
        rawText.slice(start, end);
      for (const citation of metadata.citations) {
        expect(quotedBy(citation)).toStartWith(citation.snippet_preview);
        expect(citation.snippet_preview.length).toBeLessThanOrEqual(200);
      }
      for (const { text: told, citations } of metadata.sections) {
        const quoted = citations.toSorted((a, b) => a.start - b.start).map(quotedBy);
        const markers = citations.map((each) => `[${metadata.citations.indexOf(each) + 1}]`);
        expect(withoutSpaces(told)).toBe(withoutSpaces(quoted.join("")));
        expect(content).toContain(`${told} ${markers.join("")}`);
      }
    }),
    { numRuns: 500 },
  );
});

test("a preview never ends in half a character", () => {
  const text = `trial period ${"x".repeat(186)}😀 and on.`;
  const [citation] = extract("trial period", [sourceOf(text)]).metadata.citations;
  expect(citation?.snippet_preview).toBe(text.slice(0, 199));
});

describe("a question in other words than the document's", () => {
  const source = (text: string) => ({
    documentId: crypto.randomUUID(),
    documentTitle: "lease.txt",
    segmentIndex: 0,
    pageIdx: 0,
    start: 0,
    end: text.length,
    text,
    score: 1,
  });

  test("is answered, also where the document is one sentence", () => {
    const answer = extract("How high is the rent?", [source("The monthly rent is 950 euro.")]);
    expect(answer.metadata.citations).toHaveLength(1);
  });

  test("the answer reads on where the page broke its lines, the citation is as it stood", () => {
    const text = "The monthly rent\nis 950 euro.";
    const answer = extract("What is the monthly rent?", [source(text)]);
    expect(answer.content).toContain("The monthly rent is 950 euro.");
    const [citation] = answer.metadata.citations;
    expect(text.slice(citation?.start, citation?.end)).toBe(text);
  });
});

/** How rare each term of a question is among these documents, as in a workspace of a hundred others. */
function raritiesAmong(sources: readonly Source[], question: string): Map<string, number> {
  const documents = sources.map(({ text }) => new Set(termsOf(text)));
  return new Map(
    queryTermsOf(question).map((term) => {
      const frequency = documents.filter((terms) => terms.has(term)).length;
      return [term, Math.log((100 + 1) / (frequency + 0.5))];
    }),
  );
}

const GUIDES = [
  "The Nile flows north through eleven countries. It was mapped by explorers from Britain. Its delta feeds most of Egypt.",
  "Sông Hồng chảy qua Hà Nội ra biển. Thành phố có mười hai quận nội thành. Nhà thờ lớn được xây dựng năm 1886.",
  "Байкал — самое глубокое озеро на свете. Его глубина составляет 1642 метра. Зимой лёд покрывает всё озеро.",
  "黃山位於安徽省南部。最高峰是蓮花峰，海拔1864公尺。每年有三百萬名遊客前來登山。",
].map((text, index) => sourceOf(text, { documentId: `guide-${index}`, documentTitle: "guide" }));

test.each([
  ["Wer hat das Skript geschrieben?", "Dieses Skript wurde von Martin Thoma geschrieben."],
  ["Qui a fondé la société ?", "La société a été fondée par Claire Dubois."],
  ["¿Cuándo se entrega el informe?", "El informe se entrega en marzo."],
])("%p is not about the small words of its language", (question, answer) => {
  const text =
    "Das Büro hat das ganze Jahr geöffnet. Wer das möchte, kann kommen. Dieses Skript wurde von Martin Thoma geschrieben. " +
    "Qui a dit que la porte est la plus belle ? La société a été fondée par Claire Dubois. " +
    "El jardín se abre cuando se quiere. El informe se entrega en marzo.";
  const { citations } = extract(question, [sourceOf(text)]).metadata;
  expect(citations.map(({ snippet_preview }) => snippet_preview)).toEqual([answer]);
});

describe("among documents in four languages", () => {
  test.each([
    ["How many countries does the Nile flow through?", "eleven countries"],
    ["Nhà thờ lớn được xây dựng năm nào?", "1886"],
    ["Какова глубина Байкала?", "1642"],
    ["黃山最高峰是什麼？", "蓮花峰"],
  ])("%p is answered", (question, told) => {
    const { content } = extract(question, GUIDES, raritiesAmong(GUIDES, question));
    expect(content).toContain(told);
  });

  test.each([
    ["How do I scale a Kubernetes deployment?", "The documents do not say."],
    ["Làm sao cài đặt máy in trên Windows?", "Các tài liệu không nói về điều này."],
    ["Кто изобрёл паровой двигатель?", "В документах об этом не говорится."],
    ["如何安裝印表機驅動程式？", "文件中沒有提到這一點。"],
    ["When did Marco Polo map the delta of the Mekong?", "The documents do not say."],
  ])("%p is not", (question, refusal) => {
    expect(extract(question, GUIDES, raritiesAmong(GUIDES, question)).content).toBe(refusal);
  });
});

describe("a word counts", () => {
  const text =
    "The laboratory hires nobody in summer. Its inventors worked on batteries. Visitors must ring.";

  test("where another form of it stands", () => {
    const { metadata } = extract("What was invented?", [sourceOf(text)]);
    expect(metadata.citations[0]?.snippet_preview).toContain("inventors");
  });

  test("as half found where numbers stand, if it is that word", () => {
    const caretaker = "Caretaker: John Pym, tel. 040-1234567.";
    const rules = sourceOf(`House rules of 2021.\n\n${caretaker} Rubbish goes on Monday.`);
    const quoted = (question: string) => {
      const rarities = raritiesAmong([rules, ...GUIDES], question);
      return extract(question, [rules], rarities).metadata.citations[0]?.snippet_preview;
    };
    expect(quoted("Phone number of the caretaker?")).toBe(caretaker);
    expect(quoted("Phone number of the dentist?")).toBeUndefined();
  });

  test("the more, the rarer it is in the workspace", () => {
    const source = sourceOf("The annual report covers sales. The zeppelin report is secret.");
    const rarities = new Map([
      ["annual", 0.5],
      ["sale", 0.5],
      ["zeppelin", 5],
      ["hangar", 5],
    ]);
    expect(extract("Annual sales of the hangar?", [source], rarities).metadata.citations).toEqual(
      [],
    );
    expect(
      extract("Annual sales of the zeppelin?", [source], rarities).metadata.citations,
    ).not.toEqual([]);
  });
});

test.each([
  ["What does E-1042 mean?", "Error E-1042 means that the disk is full."],
  ["Which row has Person42?", "Person42,Sales,4042"],
  ["Số QD-1234/2020 nói gì?", "QD-1234/2020: nghỉ lễ."],
])("%p: a code is found whole, not where another shares a part of it", (question, answer) => {
  const text =
    "Error E-1041 means that the fan has stopped.\nError E-1042 means that the disk is full.\n\n" +
    "Person41,Sales,4041\nPerson42,Sales,4042\nPerson43,Sales,4043\n\n" +
    "QD-1233/2020: nghỉ phép.\nQD-1234/2020: nghỉ lễ.\n";
  const { citations } = extract(question, [sourceOf(text)]).metadata;
  expect(citations.map(({ start, end }) => text.slice(start, end))).toEqual([answer]);
});
