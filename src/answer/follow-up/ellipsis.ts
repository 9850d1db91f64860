// How people lean on what was said before, in the languages the engine speaks. Vietnamese is read
// with its diacritics; typed without them, its small words are words of other languages.

/** What a question opens with that goes on from the one before. */
const OPENING = new RegExp(
  "^(?:" +
    "(?:and|but|so|also|then|(?:and |but )?(?:what|how) about|same for)(?![\\p{L}\\p{M}'’])|" +
    "(?:(?:thế |vậy )?còn|vậy|thế|và|nhưng)(?![\\p{L}\\p{M}])|" +
    "(?:ну |а )?(?:как|что) насч[её]т(?!\\p{L})|(?:ну )?(?:а|и|но)(?!\\p{L})|" +
    "那[么麼]?|[还還]有|至[于於]|另外|(?:それ)?では|じゃあ?|それなら|そして|あと" +
    ")[\\s,，、:]*",
  "iu",
);
/** What it ends with that asks nothing by itself. */
const CLOSING = /[\s,，、]*(?:thì sao|thế nào|呢|は)?[\s?？.。!！…]*$/iu;

/** What stands for something that was named before. */
const PRONOUN = new RegExp(
  "(?<![\\p{L}\\p{M}])(?:it(?! (?:true|possible|legal|allowed|permitted|necessary|common|safe|that)(?!\\p{L}))|" +
    "its|he|him|his|she|her|hers|they|them|their|theirs|there(?=[\\s?？.]*$)|" +
    "(?<=(?:^|(?:in|of|for|from|by|at|on|with|about|after|before|is|was|are|were|do|does|did) ))(?:this|that|these|those)|" +
    "nó|họ|(?:ông|bà|anh|cô|chị|người|cái|điều|việc|năm|nơi|chỗ|lúc|khi) (?:ấy|này|đó)|ở đó|" +
    "он|она|оно|они|его|е[её]|их|ему|ей|им|ими|н[её]м|ней|него|не[её]|них|ними|там|тогда|" +
    "эт(?:от|а|о|и|ого|ой|ому|ом|у|их|им)|т(?:ого|ому|ом)" +
    ")(?![\\p{L}\\p{M}])|[它他她][们們]?|其(?![他它余餘实實中])|[这這那](?=[个個些种種座条條本位年里裡])|(?<!因)此(?!外)|" +
    "(?:それ|これ|あれ)(?=[はがをにのも])|彼|(?:そ|こ|あ)の(?!ほか|他)|(?:そこ|ここ)(?!から)",
  "iu",
);

/** What makes a question of a sentence, or asks for something. */
const ASKING = new RegExp(
  "(?<![\\p{L}\\p{M}])(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|will|would|" +
    "should|has|have|had|list|name|explain|describe|compare|summari[sz]e|" +
    "ai|gì|nào|đâu|sao|bao|mấy|không|liệt kê|kể|nêu|giải thích|" +
    "кто|кого|кому|кем|что|чем|где|когда|как|как(?:ой|ая|ое|ие|ого|ую|ом|им|их)|сколько|почему|зачем|куда|откуда|чей|чья|ли" +
    ")(?![\\p{L}\\p{M}])|[谁誰哪几幾怎吗嗎何]|什[么麼]|多[少长長大高远遠久]|いつ|どこ|なぜ|どう|いくつ|いくら|どの|ですか|ますか",
  "iu",
);

/** A word before a place, a time or a person, as a fragment begins with one: "in Berlin?" */
const PREPOSITION =
  /^(?:in|at|on|for|from|by|of|with|under|during|before|after|between|ở|tại|của|cho|trong|vào|năm|với|từ|theo|в|во|на|для|из|с|со|у|при|по|от|до|после)(?![\p{L}\p{M}])/iu;

/** It only asks for more of the same. */
const MORE = new RegExp(
  "^(?:please |can you |could you )?(?:(?:tell me |say )?more(?: details?| about (?:it|this|that|them))?|go on|continue|elaborate|explain(?: (?:it|this|that))?|(?:in )?more detail)|" +
    "^(?:(?:hãy )?(?:kể|nói|cho (?:tôi )?biết) (?:thêm|rõ hơn|chi tiết hơn)|chi tiết hơn|giải thích thêm|tiếp tục)(?: đi| về điều này)?|" +
    "^(?:расскажи(?:те)? |объясни(?:те)? )?(?:по)?(?:подробнее|больше|дальше|ещ[её])(?: об этом)?|^продолжай(?:те)?|" +
    "^(?:[请請])?(?:再)?(?:[详詳][细細](?:[说說]{1,2}明?|[说說]一?[说說]|介[绍紹])?|多[说說]一?[点點些]|[继繼][续續])|" +
    "^(?:もっと|もう少し)?(?:詳しく|続けて)(?:教えて|説明して)?(?:ください)?",
  "iu",
);

const POLITE = /[\s,]*(?:please|пожалуйста)$/iu;

/** How a question leans on the one before it, if it may. */
export interface Ellipsis {
  /** Without what it opens and ends with. */
  readonly rest: string;
  readonly opens: boolean;
  /** Index in the whole question of the first word that stands for another; -1 without. */
  readonly pronounAt: number;
  /** It asks for something itself, rather than to fill it into the question before. */
  readonly asks: boolean;
  readonly isPrepositional: boolean;
  /** It asks for nothing but more of the same. */
  readonly wantsMore: boolean;
}

/** Pure. */
export function ellipsisOf(question: string): Ellipsis {
  const whole = question.normalize("NFC").trim();
  const opening = OPENING.exec(whole)?.[0] ?? "";
  const rest = whole.slice(opening.length).replace(CLOSING, "");
  return {
    rest,
    opens: opening !== "",
    pronounAt: whole.search(PRONOUN),
    asks: ASKING.test(rest),
    isPrepositional: PREPOSITION.test(rest),
    wantsMore: MORE.exec(rest)?.[0] === rest.replace(POLITE, ""),
  };
}
