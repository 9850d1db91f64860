/** A text of the corpus, as a client would upload it. */
export interface Text {
  readonly name: string;
  readonly content: string;
}

/** What a language's sentences are made of: frequent words and stems that take any of the endings. */
interface Language {
  readonly frequent: readonly string[];
  readonly stems: readonly string[];
  readonly endings: readonly string[];
  readonly between: string;
  readonly stop: string;
}

const WORDS = 250;
const SENTENCE_WORDS = { min: 6, max: 22 } as const;
const SENTENCES_PER_PARAGRAPH = 5;
/** Share of the words that are frequent ones, as in running text. */
const FREQUENT_SHARE = 0.4;
/** Every text names something by a number of its own. */
const CODES = 1_000_000;

const words = (text: string) => text.split(" ");

const LANGUAGES: Record<string, Language> = {
  en: {
    frequent: words(
      "the of and to in a is that for it was on are as with his they at be this from have or by one had not but what all were when we there can an your which their if will each",
    ),
    stems: words(
      "report harbour winter measur govern invest market contract patient treat signal engin budget transport railway forest climat pressur current election protein membran surfac velocit econom journal season employ supply district hospital machin weather pattern network product station council village support reform method result theor sampl region exper library",
    ),
    endings: ["", "s", "ed", "ing", "ation", "ment", "er", "ly", "al", "ness"],
    between: " ",
    stop: ". ",
  },
  vi: {
    frequent: words(
      "và của là có trong được cho với các một những này đã không người khi từ đến như về tại sẽ cũng để ra vào theo trên năm nhiều sau nhưng hơn phải còn lại rất bởi nếu đó",
    ),
    stems: words(
      "kinh tế xã hội chính phủ thị trường doanh nghiệp bệnh viện trường học nông nghiệp công nghệ môi trường giao thông hợp đồng lịch sử văn hóa khoa học nghiên cứu phát triển sản xuất xuất khẩu đầu tư ngân hàng thành phố tỉnh huyện quyết định báo cáo thời tiết mùa đông biển cảng tàu máy điện nước lúa gạo dân số luật pháp",
    ),
    endings: [""],
    between: " ",
    stop: ". ",
  },
  ru: {
    frequent: words(
      "и в не на что с он как это по но они мы из у который то за свой весь год от так о для ты же все тот мочь вы человек такой его сказать или один бы себя время",
    ),
    stems: words(
      "отчёт гаван зимн измерен правительств договор рынок пациент лечен сигнал двигател бюджет транспорт железн лес климат давлен выбор белок поверхност скорост экономик журнал сезон поставк район больниц машин погод сет продукт станц совет деревн поддержк реформ метод результат теор образц област библиотек",
    ),
    endings: ["", "а", "ы", "ов", "ом", "ами", "ный", "ская", "ение", "ах"],
    between: " ",
    stop: ". ",
  },
  zh: {
    frequent: words(
      "的 是 在 了 和 有 我们 他们 这个 一个 不 也 就 都 对 为 与 上 中 到 从 而 以 将 被",
    ),
    stems: words(
      "政府 经济 市场 合同 医院 病人 治疗 信号 发动机 预算 交通 铁路 森林 气候 压力 选举 蛋白质 表面 速度 期刊 季节 供应 地区 机器 天气 模式 网络 产品 车站 委员会 村庄 支持 改革 方法 结果 理论 样本 经验 图书馆 冬季 港口 测量 投资 社会 历史 文化 科学 研究 发展 生产 出口 银行 城市 决定 报告",
    ),
    endings: ["", "的", "者", "性", "化"],
    between: "",
    stop: "。",
  },
};

/** Texts of 250 words in four languages by turns; the same for the same seed, and none like another. */
export function* textsOf(count: number, seed: number): Generator<Text> {
  const random = randomFrom(seed);
  const languages = Object.entries(LANGUAGES);
  for (let at = 0; at < count; at++) {
    const [code, language] = languages[at % languages.length] ?? ["", undefined];
    if (language)
      yield { name: `${code}-${seed}-${at}.txt`, content: textIn(language, WORDS, random) };
  }
}

/** English pages of 400 words, in lines that fit a page. */
export function pagesOf(count: number, seed: number): string[] {
  const random = randomFrom(seed);
  const { en } = LANGUAGES;
  return Array.from({ length: count }, () => (en ? lines(textIn(en, 400, random)) : ""));
}

function textIn(language: Language, count: number, random: () => number): string {
  const { between, stop, frequent, stems, endings } = language;
  let text = `QD-${Math.floor(random() * CODES)}${between}`;
  let left = count - 1;
  for (let sentence = 1; left > 0; sentence++) {
    const { min, max } = SENTENCE_WORDS;
    const length = Math.min(left, min + Math.floor(random() * (max - min)));
    const said = Array.from({ length }, () =>
      random() < FREQUENT_SHARE
        ? pick(frequent, random)
        : pick(stems, random) + pick(endings, random),
    );
    text += said.join(between) + (sentence % SENTENCES_PER_PARAGRAPH === 0 ? `${stop}\n\n` : stop);
    left -= length;
  }
  return text;
}

function lines(text: string): string {
  return text.replace(/(.{60,80}) /g, "$1\n");
}

/** Some words are said far more often than others. */
function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() ** 2 * from.length)] ?? "";
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
