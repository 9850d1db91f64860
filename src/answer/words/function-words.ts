import type { Language } from "./language.ts";

/** Words that a question is made of, not about. Spelt as people write them; matched as terms. */
const FUNCTION_WORDS = {
  en:
    "a about according after all also am an and any are as at be been before being between both but by can could " +
    "d did do does doing during each far find for from give given had has have having he her hers him his how i if in " +
    "into is it its itself kind ll long many may me might more most much must my name new no nor not of on one ones " +
    "only or other our out over own please re s same shall she should show so some such t tell than that the their " +
    "them then there these they this those through to too type under up upon us use used ve very was we were what " +
    "what's when where which while who whom whose why will with would yes you your",
  vi:
    "ai à ạ anh ấy bạn bao bằng bên bị bởi các cái cần chỉ cho chưa có cùng của cũng cuộc dùng đã đang đâu đây để đến " +
    "đều đi điều đó được gì giữa hãy hay hơn khi không là lại làm lên loại lúc mà mình mỗi một mấy nào này nên nếu ngoài " +
    "như nhưng những nhiêu nhiều ở phải qua ra rằng rất rồi sao sau sẽ sự tại theo thế thì thứ tôi trên trong trước từ " +
    "và vào vẫn vì việc với về vậy xin hỏi dưới đối lâu",
  ru:
    "а без бы был была были было быть в вам вас во вот все всего всех вы где да для до его ее ей если есть еще же за " +
    "и из или им их к как какая какие каким какими каких какого какое какой каком какому какую когда кого кому который " +
    "которая которые которое которого которой которых котором кто куда ли мне много может мы на над нам нас не него " +
    "нее нет ни них но о об однако он она они оно от откуда по под почему при про с сам свой своей своего своих себя " +
    "сколько со так такой такое такие там то того той только том тот ту ты у уже чего чей чем через что чтобы чья эта " +
    "эти это этого этой этом этот является являются называется",
} as const;

/** Characters that join, count or ask in Chinese and Japanese; a pair that has one says little. */
const FUNCTION_CHARACTERS =
  "的了着著是在有和与與及或也都就而于於之其此这這那哪什么麼甚誰谁何多少几幾吗嗎呢吧为為以由被把从從到对對将將使所因可会會能请請問问該该個个位些樣样" +
  "はがをにのでもとへやかよねなどれうくてすまだいるしたらり何誰";

const FUNCTION_CHARACTER = new RegExp(`[${FUNCTION_CHARACTERS}]`, "u");

const ENGLISH = setOf(FUNCTION_WORDS.en);
const RUSSIAN = setOf(FUNCTION_WORDS.ru);
const VIETNAMESE = setOf(`${FUNCTION_WORDS.vi} ${withoutMarks(FUNCTION_WORDS.vi)}`);

/** Whether a word of a text in this language says nothing about what the text is about. */
export function isFunctionWord(word: string, language: Language): boolean {
  const spelling = word.normalize("NFC").toLowerCase();
  switch (language) {
    case "vi":
      return VIETNAMESE.has(spelling);
    case "ru":
      return RUSSIAN.has(spelling);
    case "en":
    case "ja":
    case "zh-Hans":
    case "zh-Hant": // Names and terms in Latin letters.
      return ENGLISH.has(spelling);
  }
}

/** The same for a term out of a script without spaces, where terms may straddle two words. */
export function isFunctionTerm(term: string): boolean {
  return FUNCTION_CHARACTER.test(term);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.normalize("NFC").split(" "));
}

function withoutMarks(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
}
