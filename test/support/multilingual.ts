import type { Random } from "./random.ts";

/** What texts of many languages are made of: words, and the end of a sentence. */
const LANGUAGES: readonly {
  readonly words: string;
  readonly joint: string;
  readonly end: string;
}[] = [
  {
    words: "lamp tower keeper naïve café U.S. 3.14 don't re-read AT&T user_id C++",
    joint: " ",
    end: ". ",
  },
  {
    words: "hải đăng người giữ đèn được xây dựng năm Điện Biên QD-1234/2020",
    joint: " ",
    end: ". ",
  },
  { words: "маяк смотритель ёлка построен в 1887 г. т.е. башня", joint: " ", end: ". " },
  { words: "燈塔 看守 建於 一八八七 年 𠮷野 的 海岸", joint: "", end: "。" },
  { words: "とうだい の 番人 ヶ丘 ｶﾀｶﾅ", joint: "", end: "。" },
  { words: "ประภาคาร ผู้ดูแล สร้าง ใน ปี", joint: "", end: " " },
  { words: "المنارة حارس بُنيت عام ١٨٨٧", joint: " ", end: "؟ " },
  { words: "등대 지기 1887년 에", joint: " ", end: ". " },
  { words: "दीपस्तंभ रक्षक वर्ष", joint: " ", end: "। " },
  { words: "👩🏽‍🚒 🇻🇳 𝛼=β² e\u0301tude ﬁne \u200Bzero\u200Dwidth \u00A0", joint: " ", end: "! " },
];
const BREAKS = [" ", " ", "\n", "\n\n", "\n\n", "\t", " \u3000 ", "\n \n\n"];
const HEADINGS = ["# Part", "## Điều 2. Phạm vi", "第三章 總則", "Глава 4", "1. Scope"];

/** Paragraphs, headings, lists and tables in many languages, with every kind of white space between. */
export function multilingualText(random: Random, blocks: number): string {
  const parts = Array.from({ length: blocks }, () => block(random) + random.pick(BREAKS));
  return parts.join("").trim();
}

function block(random: Random): string {
  switch (random.between(0, 5)) {
    case 0:
      return `\n\n${random.pick(HEADINGS)} ${random.between(1, 99)}\n`;
    case 1:
      return Array.from({ length: 4 }, () => `- ${sentence(random)}`).join("\n");
    case 2:
      return Array.from({ length: 3 }, () => `| ${sentence(random)} | ${sentence(random)} |`).join(
        "\n",
      );
    default:
      return Array.from({ length: random.between(1, 8) }, () => sentence(random)).join("");
  }
}

function sentence(random: Random): string {
  const { words, joint, end } = random.pick(LANGUAGES);
  const known = words.split(" ");
  const length = random.between(3, 25);
  return Array.from({ length }, () => random.pick(known)).join(joint) + end;
}
