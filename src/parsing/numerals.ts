/** Longer ones are written in digits: Word repeats letters, so that a large number would fill a page. */
const LETTERS_MAX = 26 * 5;
const ROMAN_MAX = 3_999;

const ROMAN = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
] as const;

const LATIN = "abcdefghijklmnopqrstuvwxyz";
const RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя";
const CHINESE = "零一二三四五六七八九";
const STEMS = "甲乙丙丁戊己庚辛壬癸";
const KANA =
  "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";

/** How a number is written, by the name that Word gives to the way (ECMA-376, ST_NumberFormat); else in digits. */
export function numeralOf(number: number, format: string): string {
  return (number > 0 ? WAYS.get(format)?.(number) : undefined) ?? String(number);
}

const WAYS = new Map<string, (number: number) => string | undefined>(
  Object.entries({
    decimalZero: (number) => String(number).padStart(2, "0"),
    lowerRoman: roman,
    upperRoman: (number) => roman(number)?.toUpperCase(),
    lowerLetter: (number) => letters(number, LATIN),
    upperLetter: (number) => letters(number, LATIN)?.toUpperCase(),
    russianLower: (number) => letters(number, RUSSIAN),
    russianUpper: (number) => letters(number, RUSSIAN)?.toUpperCase(),
    ideographTraditional: (number) => STEMS[number - 1],
    aiueo: (number) => KANA[number - 1],
    aiueoFullWidth: (number) => KANA[number - 1],
    ordinal: (number) => `${number}${ordinalEnding(number)}`,
    decimalEnclosedCircle: circled,
    decimalEnclosedCircleChinese: circled,
    chineseCounting: counted,
    chineseCountingThousand: counted,
    japaneseCounting: counted,
    taiwaneseCountingThousand: counted,
    ideographDigital: (number) =>
      String(number).replace(/\d/g, (digit) =>
        digit === "0" ? "〇" : (CHINESE[Number(digit)] ?? digit),
      ),
  }),
);

function roman(number: number): string | undefined {
  if (number > ROMAN_MAX) return undefined;
  let [rest, text] = [number, ""];
  for (const [value, letter] of ROMAN) {
    text += letter.repeat(Math.floor(rest / value));
    rest %= value;
  }
  return text;
}

/** After z come aa, bb, cc. */
function letters(number: number, alphabet: string): string | undefined {
  if (number > LETTERS_MAX) return undefined;
  const at = (number - 1) % alphabet.length;
  return alphabet.charAt(at).repeat(Math.ceil(number / alphabet.length));
}

function ordinalEnding(number: number): string {
  if (Math.floor(number / 10) % 10 === 1) return "th";
  return ["th", "st", "nd", "rd"][number % 10] ?? "th";
}

function circled(number: number): string | undefined {
  return number <= 20 ? String.fromCodePoint(0x245f + number) : undefined;
}

function counted(number: number): string | undefined {
  if (number > 99) return undefined;
  const [tens, ones] = [Math.floor(number / 10), number % 10];
  const ten = tens === 0 ? "" : `${tens === 1 ? "" : CHINESE[tens]}十`;
  return `${ten}${ones === 0 ? "" : CHINESE[ones]}`;
}
