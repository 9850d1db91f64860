/** A number of a claim: what it may stand for, of which one has to be found. */
export interface ClaimedNumber {
  readonly values: readonly number[];
  /** "about 500" is carried by 503, "the 1990s" by 1994. */
  readonly accepts: (value: number) => boolean;
}

/** How far "about" may be off. */
const ROUNDING = 0.05;

// Thousands by point, comma, apostrophe or space; else parts of a version, a date or a decimal.
const NUMBER = /\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,'’]\d+)*/g;
const THOUSANDS = /^\d{1,3}(?:([.,'’\u00a0\u202f ])\d{3})(?:\1\d{3})*$/;
const GROUPED_DECIMAL = /^\d{1,3}(?:([.,'’])\d{3})+(?!\1)[.,](\d+)$/;
const APPROXIMATE =
  /(?:about|around|roughly|nearly|almost|approximately|over|more than|less than|some|khoảng|gần|hơn|около|почти|более|менее|примерно|约|約|大约|大約|近|およそ|約)\s*$/iu;
const DECADE = /^\s?(?:['’]?s(?!\p{L})|-?е(?!\p{L})|-?х(?!\p{L})|年代)/u;
const LIST_NUMBER = /(?:^|\n)\s*$/;

const SCALES: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:thousand|nghìn|ngàn|тыс)/iu, 1e3],
  [/^\s?[万萬]/u, 1e4],
  [/^\s?(?:million|triệu|млн|миллион)/iu, 1e6],
  [/^\s?[亿億]/u, 1e8],
  [/^\s?(?:billion|bn(?!\p{L})|tỷ|tỉ|млрд|миллиард)/iu, 1e9],
];

/** The numbers that must stand in what carries a claim. One is left out: it is an article in half of all languages. */
export function claimedNumbers(claim: string): ClaimedNumber[] {
  const text = claim.normalize("NFKC");
  return [...text.matchAll(NUMBER)].flatMap(({ 0: written, index }) => {
    const after = text.slice(index + written.length);
    if (LIST_NUMBER.test(text.slice(0, index)) && /^[.)]\s/.test(after)) return [];
    return groupsOf(written)
      .map((values) => ({
        values: scaled(values, after),
        accepts: toleranceOf(text, index, after, values),
      }))
      .filter(({ values }) => !values.includes(1));
  });
}

/** Whether a number of a claim is among those of its source. */
export function standsAmong(
  { values, accepts }: ClaimedNumber,
  given: ReadonlySet<number>,
): boolean {
  return values.some((value) => given.has(value)) || [...given].some(accepts);
}

/** Every number that a source can be said to name: in digits, in words, as a month. Pure. */
export function givenNumbers(source: string): Set<number> {
  const text = source.normalize("NFKC");
  const given = new Set<number>();
  for (const { 0: written, index } of text.matchAll(NUMBER)) {
    const after = text.slice(index + written.length);
    for (const values of groupsOf(written))
      for (const value of scaled(values, after)) given.add(value);
  }
  for (const word of text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []) {
    for (const value of WORDS.get(word.normalize("NFC")) ?? []) given.add(value);
    const [, stem] = RUSSIAN_ORDINAL.exec(word) ?? [];
    if (stem !== undefined) given.add(1 + RUSSIAN_ORDINALS.indexOf(stem));
  }
  for (const [written] of text.matchAll(/[〇零一二两兩三四五六七八九十百千]+/gu))
    given.add(chineseNumber(written));
  return given;
}

/** A date written with points is three numbers, 1.234 is two things at once. */
function groupsOf(written: string): number[][] {
  const plain = (text: string) => Number(text.replace(/\D/gu, ""));
  const grouped = GROUPED_DECIMAL.exec(written);
  if (grouped)
    return [[Number(`${plain(written.slice(0, -1 - (grouped[2]?.length ?? 0)))}.${grouped[2]}`)]];
  const parts = written.split(/[.,'’]/);
  if (THOUSANDS.test(written)) {
    const decimal = parts.length === 2 ? [Number(parts.join("."))] : [];
    return [[plain(written), ...decimal]];
  }
  if (parts.length === 2) return [[Number(parts.join("."))]];
  return parts.map((part) => [Number(part)]);
}

function scaled(values: readonly number[], after: string): number[] {
  const scale = SCALES.find(([word]) => word.test(after))?.[1];
  // Money and people are counted in tenths of millions: no rounding error may part them.
  return scale === undefined
    ? [...values]
    : [...values, ...values.map((value) => Math.round(value * scale))];
}

function toleranceOf(text: string, index: number, after: string, values: readonly number[]) {
  const [value = 0] = values;
  if (DECADE.test(after) && value % 10 === 0 && value > 10) {
    const yearOf = (given: number) => (value < 100 ? given % 100 : given);
    return (given: number) => yearOf(given) >= value && yearOf(given) < value + 10;
  }
  if (APPROXIMATE.test(text.slice(Math.max(0, index - 24), index)))
    return (given: number) =>
      scaled(values, after).some((each) => Math.abs(given - each) <= ROUNDING * each);
  return () => false;
}

const CHINESE_DIGITS = "〇一二三四五六七八九";
const CHINESE_UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };

/** Written out (二百三十) or digit by digit (二〇二一). */
function chineseNumber(written: string): number {
  const plain = written.replace(/零/gu, "〇").replace(/[两兩]/gu, "二");
  if (!/[十百千]/u.test(plain))
    return Number([...plain].map((digit) => CHINESE_DIGITS.indexOf(digit)).join(""));
  let sum = 0;
  let digit = 0;
  for (const character of plain) {
    const unit = CHINESE_UNITS[character];
    if (unit === undefined) digit = CHINESE_DIGITS.indexOf(character);
    else {
      sum += (digit || 1) * unit;
      digit = 0;
    }
  }
  return sum + digit;
}

// From one on; forms of a number are parted by a slash.
const COUNTED = [
  "one/once/first two/twice/second/both three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth nine/ninth " +
    "ten/tenth eleven twelve/dozen thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
  "một/nhất hai/nhì/đôi ba bốn/tư năm/lăm sáu bảy tám chín mười",
  "один/одна/одно/одного/одной два/две/двух/двое три/трех/трёх/трое четыре/четырех/четырёх пять/пяти шесть/шести " +
    "семь/семи восемь/восьми девять/девяти десять/десяти одиннадцать двенадцать/двенадцати",
  // Months.
  "january/jan/январь/января/январе february/feb/февраль/февраля/феврале march/mar/март/марта/марте april/apr/апрель/апреля/апреле " +
    "may/май/мая/мае june/jun/июнь/июня/июне july/jul/июль/июля/июле august/aug/август/августа/августе " +
    "september/sep/sept/сентябрь/сентября/сентябре october/oct/октябрь/октября/октябре november/nov/ноябрь/ноября/ноябре " +
    "december/dec/декабрь/декабря/декабре",
];
const TENS =
  "ten twenty/двадцать/двадцати thirty/тридцать/тридцати forty/сорок/сорока fifty/пятьдесят/пятидесяти sixty/шестьдесят " +
  "seventy/семьдесят eighty/восемьдесят ninety/девяносто hundred/trăm/сто/ста";

const RUSSIAN_ORDINALS = "перв втор трет четверт пят шест седьм восьм девят десят".split(" ");
const RUSSIAN_ORDINAL = new RegExp(
  `^(${RUSSIAN_ORDINALS.join("|")})(?:[ыои]й|ья|ая|ое|ье|ого|ьего|ой|ьей|ому|ьему|ую|ью|ом|ьем|ые|ьи|ых|ьих)$`,
  "u",
);

const WORDS = new Map<string, number[]>();
for (const row of COUNTED) addWords(row, 1);
addWords(TENS, 10);

function addWords(row: string, step: number): void {
  for (const [index, forms] of row.split(" ").entries())
    for (const form of forms.split("/"))
      WORDS.set(form.normalize("NFC"), [...(WORDS.get(form) ?? []), (index + 1) * step]);
}

/** Whether a capital letter is only that of a month or a number in words. */
export function isNumberWord(word: string): boolean {
  return WORDS.has(word.toLowerCase().normalize("NFC"));
}
