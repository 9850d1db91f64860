/** How much a sentence looks as if it held the kind of thing that is asked for, 0 to 1. */
export type Expectation = (sentence: string) => number;

// The small words that ask for a time, a quantity, a person, in the languages the engine speaks.
const TIME = askedBy(
  "when|what (?:year|date|day|month|century|decade)|which (?:year|century|decade)",
  "(?:năm|khi|ngày|thời gian|lúc|tháng) nào|bao giờ|(?:nam|khi|ngay|thoi gian|luc|thang) nao|bao gio",
  "когда|в каком году|в каком веке",
  "何時|何时|哪一?年|哪[一個个]?[日天月]|什[麼么]時?时?候|幾年|几年|世紀|世纪|いつ|何年",
);
const QUANTITY = askedBy(
  "how (?:many|much|long|old|far|tall|large|big|high|often|fast|deep)|what (?:percent|percentage|number|amount|age|share|proportion)",
  "bao nhiêu|bao lâu|bao xa|mấy|bao nhieu|bao lau|bao xa",
  "сколько|каков[аоы]? (?:численность|длина|площадь|высота)",
  "多少|[幾几](?!乎)|多[大高長长遠远久]|いくつ|いくら|何人",
);
const MONEY = askedBy(
  "how much|what (?:price|cost|fee|sum)",
  "bao nhiêu tiền|giá bao nhiêu|bao nhieu tien|gia bao nhieu",
  "сколько сто(?:ит|ил[аои]?|ят)|какова (?:цена|стоимость)",
  "多少[钱錢元]|いくら",
);
const PERSON = askedBy("who|whom|whose", "ai", "кто|кого|кому|кем|чей", "誰|谁|だれ");

const DATE = /\p{N}{1,4}|[一二三四五六七八九十]{1,8}[年月日世]/gu;
const NUMBER = /\p{N}+(?:[.,]\p{N}+)*|[一二兩两三四五六七八九十百千萬万]+/gu;
const AMOUNT =
  /[$€£¥₫₽₹]\s?\p{N}|\p{N}\s?(?:[$€£¥₫₽₹元円圓]|(?:USD|EUR|GBP|VN[DĐ]|JPY|CNY|RUB|đồng|đ|nghìn|triệu|tỷ|руб|dollars?|euros?)(?!\p{L}))/iu;
const NUMBER_WORD =
  /(?<!\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundreds?|thousands?|millions?|billions?|dozens?|half|một|hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ|один|одна|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|сто|тысяч[аи]?|миллион\p{L}*)(?!\p{L})/iu;
/** A capital that does not begin the sentence. */
const NAME = /(?<=[^\p{L}\p{M}])\p{Lu}[\p{L}\p{M}]+/gu;
const NUMBER_WORD_LIKELIHOOD = 0.7;
/** Of a number without a currency, where a sum may be asked for: "how much" is asked of sugar, too. */
const BARE_NUMBER_LIKELIHOOD = 0.7;

/** What the question's form lets expect; nothing (always 0) when it asks for no time, quantity or person. */
export function expectationOf(question: string): Expectation {
  const known = new Set(question.toLowerCase().match(/[\p{L}\p{M}]+|\p{N}+/gu));
  const brings = (pattern: RegExp) => (sentence: string) =>
    (sentence.match(pattern) ?? []).some((match) => !known.has(match.toLowerCase()));
  const asked = question.normalize("NFC");
  const counts = (digits: RegExp) => (sentence: string) =>
    brings(digits)(sentence) ? 1 : NUMBER_WORD.test(sentence) ? NUMBER_WORD_LIKELIHOOD : 0;
  if (TIME.test(asked)) return counts(DATE);
  if (MONEY.test(asked)) {
    return (sentence) =>
      counts(NUMBER)(sentence) * (AMOUNT.test(sentence) ? 1 : BARE_NUMBER_LIKELIHOOD);
  }
  if (QUANTITY.test(asked)) return counts(NUMBER);
  if (PERSON.test(asked)) return (sentence) => Number(brings(NAME)(sentence));
  return () => 0;
}

/** Words in scripts with spaces must stand alone; the last argument, without spaces, may stand anywhere. */
function askedBy(...patterns: readonly [...spaced: string[], spaceless: string]): RegExp {
  const spaced = patterns.slice(0, -1).join("|");
  return new RegExp(`(?<!\\p{L})(?:${spaced})(?!\\p{L})|${patterns.at(-1)}`, "iu");
}
