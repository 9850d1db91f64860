import { describe, expect, test } from "bun:test";
import { extract } from "../../src/answer/extractive/extractive.ts";
import { sourceOf } from "../support/answer-source.ts";

describe("an answer is whole", () => {
  const quotedFrom = (text: string, question: string) => {
    const [citation] = extract(question, [sourceOf(text)]).metadata.citations;
    return text.slice(citation?.start, citation?.end);
  };

  test("a list is quoted with what announces it", () => {
    const list = "The company has offices in these countries:\n- Vietnam\n- Germany\n- Japan";
    const text = `Work begins at eight.\n\n${list}\n\nDogs are welcome on Fridays.`;
    expect(quotedFrom(text, "In which countries does the company have offices?")).toBe(list);
  });

  test.each([
    ["Tenants must:", "What must tenants do?"],
    ["## Duties of tenants", "What are the duties of tenants?"],
  ])("%p is answered by its whole list, line by line", (announcement, question) => {
    const list = `${announcement}\n\n- keep the stairs clear of bicycles;\n- water the garden on Tuesdays.`;
    const text = `The rent is due on the first.\n\n${list}\n\nDogs are welcome on Fridays.`;
    expect(quotedFrom(text, question)).toBe(list);
    expect(extract(question, [sourceOf(text)]).content).toBe(`${list.replace("\n\n", "\n")} [1]`);
  });

  test("an item of a list is quoted alone where it is asked for", () => {
    const text =
      "Tenants must:\n- keep the stairs clear of bicycles;\n- water the garden on Tuesdays.";
    expect(quotedFrom(text, "When is the garden watered?")).toBe("- water the garden on Tuesdays.");
  });

  test("a list as long as a chapter answers item by item", () => {
    const items = Array.from(
      { length: 40 },
      (_, index) => `- Office ${index} sells tea and coffee.`,
    );
    const text = `The company has these offices:\n${items.join("\n")}`;
    expect(quotedFrom(text, "What does office 17 sell?")).toBe("- Office 17 sells tea and coffee.");
  });

  test("a heading alone is no answer, what stands under it is", () => {
    const text = "## Leave of absence\n\nOne has 25 days a year.\n\n## Pets\n\nDogs are welcome.";
    expect(quotedFrom(text, "leave of absence")).toBe("One has 25 days a year.");
  });

  test.each([
    [
      "| Year | Deposit | Heating |\n|------|--------:|---------|\n| 2021 | 3,750 EUR | gas |\n| 2022 | 3,930 EUR | heat pump |",
      "| 2022 | 3,930 EUR | heat pump |",
    ],
    ["Year,Deposit,Heating\n2021,3750,gas\n2022,3930,heat pump", "2022,3930,heat pump"],
    ["Year\tDeposit\n2021\t3750\n2022\t3930", "2022\t3930"],
  ])("a row answers under the names of its columns: %p", (table, row) => {
    const text = `The rent rose in 2022 as well.\n\n${table}\n\nDogs are welcome.`;
    const { content, metadata } = extract("What was the deposit in 2022?", [sourceOf(text)]);
    const [names = ""] = table.split("\n");
    const quoted = metadata.citations.map(({ start, end }) => text.slice(start, end));
    expect(quoted.slice(0, 2)).toEqual([row, names]);
    expect(content).toStartWith(`${names}\n${row} [1][2]`.replaceAll("\t", " "));
  });

  test.each([
    "| Order: | 4711 | Cinema: | Downtown |\n| --- | --- | --- | --- |\n| Product: | Marathon | Screen: | SCR-1 |",
    "| Customer |  | Vehicle |  |\n| --- | --- | --- | --- |\n| Insured | Gabriel Diaz | Screen | SCR-1 |",
    "| Email | batman@example.com | VIN | XXX |\n| Claim 7 | SF-1008 | Screen | SCR-1 |",
  ])("a form has no names of columns: %p", (form) => {
    const row = form.split("\n").at(-1) ?? "";
    const { content } = extract("What is the screen?", [sourceOf(`${form}\n\nDogs are welcome.`)]);
    expect(content).toBe(`${row} [1]`.replaceAll(/ +/gu, " "));
  });

  test("rows of one table follow each other under the names of its columns", () => {
    const table = "| Year | Deposit |\n| --- | --- |\n| 2021 | 3,750 EUR |\n| 2022 | 3,930 EUR |";
    const { content } = extract("What is the deposit?", [
      sourceOf(`${table}\n\nDogs are welcome.`),
    ]);
    expect(content).toBe(
      "| Year | Deposit |\n| 2021 | 3,750 EUR | [1][2]\n| 2022 | 3,930 EUR | [3]",
    );
  });

  test("code is quoted as a whole, and told line by line", () => {
    const code = "def start_heating(target):\n    valve.open()\n    return target + 0.5";
    const text = `## Heating\n\n\`\`\`python\n${code}\n\`\`\`\n\nOpen the blue valve.`;
    const question = "What does start_heating return?";
    expect(quotedFrom(text, question)).toBe(code);
    expect(extract(question, [sourceOf(text)]).content).toStartWith(`${code} [1]`);
  });

  test("a record is told line by line", () => {
    const record = "owners.name: Olga Smirnova\nowners.mail: olga@example.com";
    const { content } = extract("What is Olga's mail?", [sourceOf(record)]);
    expect(content).toBe(`${record} [1]`);
  });

  test.each([
    [
      "Mức lương là bao nhiêu?",
      "Điều 1. Bên A là Công ty Sao Mai, do bà Phạm Thu Hà làm đại diện.\nĐiều 2. Mức lương là 25.000.000 đồng mỗi tháng.",
      "Điều 2. Mức lương là 25.000.000 đồng mỗi tháng.",
    ],
    [
      "When are wages paid?",
      "Article 1. The employer is Sao Mai Ltd of Hue.\nArticle 2. Wages are paid on the fifth day of the month.",
      "Article 2. Wages are paid on the fifth day of the month.",
    ],
    [
      "工资什么时候发放？",
      "第一条 公司位于顺化。\n第二条 工资于每月五日发放。",
      "第二条 工资于每月五日发放。",
    ],
  ])("%p is answered by an article that is one sentence", (question, articles, article) => {
    const text = `CONTRACT\n\n${articles}`;
    expect(quotedFrom(text, question)).toBe(article);
  });

  test("what stands under a heading is about what the heading says", () => {
    const text =
      "# Fleet\n\n| Name | Home |\n| --- | --- |\n| Albatross | Vigo |\n| Petrel | Gdynia |\n\n" +
      "# Pets\n\nDogs are welcome.";
    expect(quotedFrom(text, "Show the fleet")).toBe("| Albatross | Vigo |");
  });

  test("a short line is an answer where it holds what is asked for", () => {
    const text =
      "RECEIPT\n\nReturns within 30 days\n\nTotal items: 8\n\nTOTAL $821.14\n\nReceipt required";
    expect(quotedFrom(text, "How much is the total of the receipt?")).toBe("TOTAL $821.14");
  });

  test("the names of the columns are told once, and never alone", () => {
    const text = "Name,Department,City\nAnn Lee,Sales 1,Leeds\nBob Ray,Support 2,Leeds\n";
    const { content } = extract("Who is in Leeds?", [sourceOf(text)]);
    expect(content.split("Name,Department,City")).toHaveLength(2);
    expect(extract("Which department has Ann Lee?", [sourceOf(text)]).content).toBe(
      "Name,Department,City\nAnn Lee,Sales 1,Leeds [1][2]",
    );
  });

  test.each([
    ["When must leave be requested?", "It must be requested two weeks in advance."],
    ["Khi nào phải gửi đơn nghỉ phép?", "Nó phải được gửi trước ba tuần."],
    ["Когда подаётся заявление на отпуск?", "Оно подаётся за две недели."],
    ["請假單何時必須提交？", "它必須在兩週前提交。"],
  ])("%p: a pronoun leads back to the sentence before", (question, answer) => {
    const text =
      "Every employee has 25 days of leave a year. It must be requested two weeks in advance.\n\n" +
      "Nhân viên viết đơn nghỉ phép. Nó phải được gửi trước ba tuần.\n\n" +
      "Сотрудник пишет заявление на отпуск. Оно подаётся за две недели.\n\n" +
      "員工要填寫請假單。它必須在兩週前提交。";
    expect(quotedFrom(text, question)).toBe(answer);
  });
});

test("what a follow-up names itself counts more than what it was said after", () => {
  const text =
    "| Year | Rent | Deposit |\n| --- | --- | --- |\n| Each | 900 EUR | 1,800 EUR |\n\n" +
    "## House rules\n\n- No pets are allowed.\n- The bins are emptied on Tuesdays.";
  const asked = "And the deposit?";
  const resolved = "What are the house rules? (deposit)";
  const { citations } = extract(resolved, [sourceOf(text)], undefined, asked).metadata;
  expect(citations[0]?.snippet_preview).toBe("| Each | 900 EUR | 1,800 EUR |");
});
