import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { positionedTermsOf, queryTermsOf, termsOf } from "../../src/retrieval/terms/terms.ts";

/** Whether a text has all that a question asks for; spellings without diacritics (`~`) are a second way to it. */
function answers(text: string, question: string): boolean {
  const terms = new Set(termsOf(text));
  const wanted = queryTermsOf(question).filter((term) => !term.startsWith("~"));
  return wanted.length > 0 && wanted.every((term) => terms.has(term));
}

/** Whether they have any term in common. */
function touches(text: string, question: string): boolean {
  const terms = new Set(termsOf(text));
  return queryTermsOf(question).some((term) => terms.has(term));
}

const CONTRACT = "Hợp đồng lao động có thời hạn từ đủ 12 tháng đến 36 tháng.";

describe("A text is found by its words", () => {
  test("in English, whatever their ending", () => {
    expect(answers("The engines were running in parallel.", "engine run")).toBe(true);
    expect(answers("Anna's RECEIPTS", "anna receipt")).toBe(true);
  });

  test("in Russian, whatever their ending, with ё or е", () => {
    expect(answers("Работа с документами: ещё один отчёт", "документ отчет")).toBe(true);
    expect(answers("за́мок на холме", "замок")).toBe(true);
  });

  test("in Chinese, Japanese, Korean and Thai, without spaces", () => {
    expect(answers("中華人民共和國成立於一九四九年", "共和國")).toBe(true);
    expect(answers("東京都は日本の首都です", "首都")).toBe(true);
    expect(answers("한국어 문서를 읽다", "문서")).toBe(true);
    expect(answers("ประเทศไทยเป็นประเทศในเอเชีย", "ประเทศ")).toBe(true);
  });

  test("by a dictionary's words, which stand where they begin", () => {
    const { terms, places } = positionedTermsOf("東京都庁は図書館です。");
    const placeOf = (term: string) => places[terms.indexOf(term)] ?? -1;
    expect(placeOf("図書館")).toBe(placeOf("図書"));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("in Greek, Arabic and Hindi", () => {
    expect(answers("Η Αθήνα είναι πόλις", "αθηνα πολισ")).toBe(true);
    expect(answers("الْقَاهِرَة عاصمة", "القاهره")).toBe(true);
    expect(answers("भारत की राजधानी दिल्ली", "दिल्ली")).toBe(true);
  });

  test("in two languages at once", () => {
    const mixed = "Отчёт: revenue 東京 tăng trưởng";
    for (const word of ["отчёты", "revenues", "東京", "tăng trưởng"]) {
      expect(answers(mixed, word)).toBe(true);
    }
  });
});

describe("Vietnamese", () => {
  test("is found with diacritics and without", () => {
    expect(answers(CONTRACT, "hợp đồng lao động")).toBe(true);
    expect(touches(CONTRACT, "hop dong lao dong")).toBe(true);
    const plain = queryTermsOf("hop dong lao dong").filter((term) => term.startsWith("~"));
    expect(answers(CONTRACT, "hợp đồng lao dong")).toBe(false);
    expect(plain.every((term) => termsOf(CONTRACT).includes(term))).toBe(true);
  });

  test("with diacritics finds that word, not one that looks like it without", () => {
    expect(touches("con ma trong rừng cũ", "mạ")).toBe(false);
    expect(touches("gieo mạ trên ruộng", "mạ")).toBe(true);
  });

  test("without diacritics tells pairs of words apart", () => {
    const shared = (text: string) => {
      const terms = new Set(termsOf(text));
      return queryTermsOf("hop dong").filter((term) => terms.has(term)).length;
    };
    expect(shared("ký hợp đồng")).toBeGreaterThan(shared("cuộc họp của đồng nghiệp"));
  });

  test("is one spelling wherever the tone is put, and however it is encoded", () => {
    expect(termsOf("hoà bình ở Thuỵ Sĩ")).toEqual(termsOf("hòa bình ở Thụy Sĩ"));
    expect(termsOf(CONTRACT.normalize("NFD"))).toEqual(termsOf(CONTRACT));
  });

  test("leaves words of other languages findable without their diacritics", () => {
    expect(answers("Le café de la gare", "cafe")).toBe(true);
    expect(answers("Müller und Söhne", "muller sohne")).toBe(true);
    expect(answers("a visit to Nguyễn Huệ street", "nguyễn huệ")).toBe(true);
  });
});

describe("Languages with stems of their own", () => {
  const TEXTS = {
    german:
      "Die Verträge für das Haus werden nach drei Monaten gekündigt, und der Mieter zahlt die Kosten.",
    french:
      "Les employés ont été présentés à la direction, et les travaux généraux sont dans le rapport.",
    spanish:
      "Los trabajadores de la empresa han firmado las canciones y los contratos para la educación.",
    portuguese:
      "As informações sobre os trabalhadores foram enviadas para a direção das escolas públicas.",
    italian:
      "I contratti dei lavoratori sono stati firmati nelle città, e le leggi non lo vietano.",
    dutch:
      "De werknemers van het bedrijf hebben de contracten getekend en zijn naar de kantoren gegaan.",
    swedish:
      "De anställda och deras chefer har skrivit under avtalen som gäller för husen i staden.",
    danish: "Medarbejderne har ikke fået deres kontrakter, og husene er blevet solgt af kommunen.",
    norwegian:
      "De ansatte har ikke fått avtalene sine, og husene er blitt solgt av kommunen etter salget.",
    finnish: "Sopimukset on allekirjoitettu talossa, ja ne ovat olleet voimassa, mutta ei enää.",
    hungarian: "A házakban és a kertekben nem volt senki, de az új szerződések már érvényesek.",
    romanian: "Contractele angajaților sunt semnate de director și nu au fost trimise la minister.",
    czech: "Smlouvy byly podepsány na úřadě a jsou platné od pondělí, ale ne pro všechny.",
    turkish:
      "Çalışanlar için evler ve sözleşmeler hazırlandı, ama bu yıl çok geç olarak imzalandı.",
  } as const;

  test.each([
    ["german", "Vertrag", "Wann kann man den Vertrag kündigen?"],
    ["german", "vertrage", "wie lange laufen vertrage"],
    ["french", "employé", "Quel employé est présenté à la direction ?"],
    ["french", "presente", "qui est presente"],
    ["spanish", "trabajador", "¿Qué ha firmado el trabajador?"],
    ["spanish", "cancion", "quien firma una cancion"],
    ["portuguese", "informação", "Qual informação foi enviada?"],
    ["italian", "contratto", "Chi ha firmato il contratto?"],
    ["dutch", "werknemer", "Wat doet een werknemer?"],
    ["swedish", "avtal", "Vilket hus har avtal?"],
    ["danish", "hus", "Hvilket hus er solgt?"],
    ["norwegian", "avtale", "Hvem har ikke fått en avtale?"],
    ["finnish", "talo", "Missä on talo?"],
    ["hungarian", "ház", "Hol van a ház?"],
    ["romanian", "contract", "Unde este contractul?"],
    ["czech", "smlouva", "Kde je smlouva?"],
    ["turkish", "ev", "evi nerede ve kim için?"],
  ] as const)(
    "in %s %p is found whatever its ending, alone and in %p",
    (language, word, question) => {
      expect(touches(TEXTS[language], word)).toBe(true);
      expect(touches(TEXTS[language], question)).toBe(true);
    },
  );

  test("are told for a title and headings by what these stand over", () => {
    const { language } = positionedTermsOf(TEXTS.german);
    const { terms } = positionedTermsOf("Kündigungen", language);
    expect(terms).toContain("~.kundig");
    expect(queryTermsOf("Kündigung")).toContain("~.kundig");
  });

  test("lead no word of English or Vietnamese astray", () => {
    expect(touches("The rat is in the house and it was not seen by any of them.", "rates")).toBe(
      false,
    );
    for (const text of ["What is in the house that was sold?", CONTRACT])
      expect(termsOf(text).filter((term) => term.startsWith("~."))).toEqual([]);
    expect(queryTermsOf("How is the heat transfer measured?")).toEqual([
      "heat",
      "transfer",
      "measur",
    ]);
    expect(queryTermsOf("hop dong lao dong").filter((term) => term.startsWith("~."))).toEqual([]);
  });

  test("are not tried on a list that is in none of them", () => {
    const list = Array.from({ length: 100 }, (_, index) => `Xylo${"abcdefghij"[index % 10]}phon`);
    expect(queryTermsOf(list.join(" ")).filter((term) => term.startsWith("~."))).toEqual([]);
    expect(queryTermsOf("Xylophon").filter((term) => term.startsWith("~."))).not.toEqual([]);
  });

  test("are asked without their small words", () => {
    expect(queryTermsOf("Was ist die Hauptstadt von Frankreich?")).toEqual([
      "hauptstadt",
      "frankreich",
      "~.hauptstadt",
      "~.frankreich",
    ]);
  });

  test("Arabic words are found with their article and in the plural", () => {
    expect(answers("وقع الموظفون في المدرسة", "موظف مدرسة")).toBe(true);
  });
});

describe("Codes, names and numbers", () => {
  test.each([
    ["Quyết định QD-1234/2020 ngày 5", "QD-1234/2020"],
    ["Quyết định QD-1234/2020 ngày 5", "1234"],
    ["the column user_id", "user_id"],
    ["the column user_id", "userId"],
    ["the column userId", "user id"],
    ["written in C++ and C#", "C++"],
    ["written in C++ and C#", "C#"],
    ["about 3.14 metres", "3,14"],
    ["1,234,567 people", "1.234.567"],
    ["the U.S. and AT&T", "US"],
    ["the U.S. and AT&T", "AT&T"],
    ["send an e-mail", "email"],
    ["COVID-19 cases", "covid19"],
    ["ｆｕｌｌ－ｗｉｄｔｈ ①", "full width 1"],
    ["QD-1234/2020", "QD1234"],
    ["Số 15/2021/NĐ-CP ban hành", "số 15/2021/nđ-cp"],
    ["№ 5 от мая", "№5"],
    ["Приказ №5", "№ 5"],
    ["written in F# on .NET 8", ".NET"],
    ["written for ASP.NET", "asp.net"],
    ["write to john.doe+tag@example.co.uk", "john.doe+tag@example.co.uk"],
    ["write to john.doe@mail.example.com", "john.doe"],
    ["write to john.doe@mail.example.com", "mail.example.com"],
    ["https://www.example.com/docs/getting-started?id=42#install", "example.com"],
    ["https://www.example.com/docs/getting-started?id=42#install", "getting started install"],
    ["see example.com.", "www.example.com/"],
    ["C:\\Users\\anna\\report_2021.final.pdf", "report_2021.final.pdf"],
    ["report_2021.final.pdf", "final report 2021"],
    ["/etc/nginx/nginx.conf", "nginx.conf"],
    ["since v1.2.3", "1.2.3"],
    ["since v1.2.3", "V1.2.3"],
    ["at 192.168.10.1:8080", "192.168.10.1"],
    ["at 192.168.10.1:8080", "8080"],
    ["+84 (24) 3825-1234", "38251234"],
    ["ISBN 978-3-16-148410-0", "9783161484100"],
    ["on 2021-03-05", "5/3/2021"],
    ["on 05.03.2021", "2021-03-05"],
    ["on 12/31/2021", "31/12/2021"],
    ["on 5/3/2021", "2021"],
    ["for $1,234.56", "1.234,56 €"],
    ["for $1,234.56", "1234"],
    ["for 1234.56", "$1,234.56"],
    ["12.5% of all", "12,5 %"],
    ["an iPhone15 at 10km", "iPhone 15"],
    ["an iPhone15 at 10km", "10 km"],
    ["parseHTMLDocument", "html document"],
    ["the URLs of it", "url"],
    ["İSTANBUL'da", "istanbul"],
    ["Straße", "STRASSE"],
    ["ΟΔΟΣ", "οδός"],
    ["ﬁnance", "finance"],
    ["l’eau d'État", "eau état"],
    ["O’Brien", "O'Brien"],
    ["I don’t", "don't"],
    ["inter\u00adnational zero\u200bwidth \ufeffmark", "international zerowidth mark"],
    ["عام ٢٠٢١ و ۲۰۲۲", "2021 2022"],
    ["वर्ष २०२१", "2021"],
    ["ปี ๒๕๖๔", "2564"],
    ["שָׁלוֹם", "שלום"],
    ["کتاب یک", "كتاب يك"],
  ])("%p is found by %p", (text, question) => {
    expect(answers(text, question)).toBe(true);
  });

  test("another code is not found by them", () => {
    expect(termsOf("C# alone")).not.toContain("c++");
    expect(termsOf("QD-1234/2021")).not.toContain("qd1234/2020");
    expect(termsOf("99/99/2021")).toContain("99/99/2021");
    expect(termsOf("a fishing net")).not.toContain(".net");
  });

  test("a checksum is not cut into pieces that any text has", () => {
    expect(termsOf("d41d8cd98f00b204e9800998ecf8427e")).toHaveLength(1);
  });
});

describe("A question", () => {
  test("is asked without the words that every text has", () => {
    expect(queryTermsOf("What is the capital of France?")).toEqual(["capit", "franc"]);
    expect(queryTermsOf("Что такое документ?")).toEqual(["документ"]);
  });

  test("counts words with a hyphen between them once, and finds them joined where one is short or a number", () => {
    expect(queryTermsOf("the high-speed flow")).toEqual(["high", "speed", "flow"]);
    expect(queryTermsOf("an e-mail about COVID-19")).toContain("email");
    expect(queryTermsOf("an e-mail about COVID-19")).toContain("covid19");
    expect(termsOf("at high-speed")).toContain("highspe");
  });

  test("that has no others keeps them", () => {
    const terms = queryTermsOf("to be or not to be");
    for (const term of ["to", "be", "or", "not"]) expect(terms).toContain(term);
  });

  test("without words has no terms", () => {
    expect(queryTermsOf(" ?! 🙂 … ")).toEqual([]);
  });

  test("of any length has at most 200 terms, each once", () => {
    const terms = queryTermsOf(Array.from({ length: 5_000 }, (_, index) => `w${index}`).join(" "));
    expect(terms.length).toBe(200);
    expect(new Set(terms).size).toBe(terms.length);
  });
});

describe("Any text", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(...Array.from("aZ9ọđ語ไกЖё한-_./'’+#,: \n\u0301\u200d")),
      maxLength: 300,
    }),
  );

  test("gives terms that are short, not empty and without white space", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const term of [...termsOf(text), ...queryTermsOf(text)]) {
          expect(term).toMatch(/^\S+$/);
          expect(term.length).toBeLessThanOrEqual(140);
        }
      }),
    );
  });

  test("of marks without a letter gives none", () => {
    expect(termsOf("\u0591")).toEqual([]);
  });

  test("gives the same terms each time", () => {
    fc.assert(fc.property(anyText, (text) => expect(termsOf(text)).toEqual(termsOf(text))));
  });

  test("of one word a million characters long is cut", () => {
    expect(termsOf("x".repeat(1_000_000)).map(({ length }) => length)).toEqual([64]);
  });
});
