import { withoutDiacritics } from "./fold.ts";
import type { StemmedLanguage } from "./stem.ts";

type Latin = "english" | StemmedLanguage;

/** A text is in a language if one word in so many holds its sentences together; in running text every third does. */
const WORDS_PER_FUNCTION_WORD_MAX = 8;
const FUNCTION_WORDS_MIN = 3;
/** A question of few words is in a language for sure if it has so many of its words, and more than of any other's. */
const QUESTION_FUNCTION_WORDS_MIN = 2;
/** Without any, a few words may be in any language; more are a list or a program, and would take long to stem in all. */
const UNTOLD_WORDS_MAX = 12;

/**
 * Words that hold any sentence of a language together, by which it is told from others. Short ones that two
 * languages share count for both.
 */
const FUNCTION_WORDS: Readonly<Record<Latin, string>> = {
  english:
    "a about all also an and any are as at be been being between but by can could did do does for from had has have he her his " +
    "how i if in into is it its many may might more most much must my no not of on or other our shall she should so some such " +
    "than that the their them then there these they this those to under was we were what when where which while who whom why " +
    "will with would you your",
  german:
    "aber als am an auch auf aus bei beim bis da das dass dem den der des die dies diese dieser durch ein eine einem einen einer " +
    "eines er es für gibt hat hatte haben ich ihr ihre im in ist kann können man mit muss nach nicht noch nur oder ohne sein " +
    "seine sich sie sind über um und unter vom von vor wann war waren warum was welche welchen welcher welches wenn wer werden " +
    "wie wird wir wo wurde wurden zu zum zur",
  french:
    "a ai au aux avec c ce ces cet cette comme comment combien d dans de des du elle elles en entre est et été être était étaient " +
    "eu il ils j je l la le les leur leurs lui mais même n ne nous on ont ou où par pas plus pour pourquoi qu quand que quel " +
    "quelle quelles quels qui quoi s sa sans se ses si son sont sous sur un une vous y",
  spanish:
    "a al ante como cómo con cual cuál cuáles cuando cuándo cuánto cuánta cuántos cuántas de del desde donde dónde e el ella en " +
    "entre era eran es esta está están este estos fue fueron ha han hasta hay la las le les lo los más me mi no o para pero por " +
    "que qué quien quién quiénes se ser si sin sobre son su sus también un una uno unos unas y",
  portuguese:
    "a ao aos as com como da das de do dos e é ela ele em entre era eram essa esse esta está estão este foi foram há isso isto " +
    "lhe mais mas na não nas no nos num numa o onde os ou para pela pelas pelo pelos por porque qual quais quando quanto quantos " +
    "que quem são se sem ser seu seus sobre sua suas também tem têm um uma uns umas",
  italian:
    "a ad agli ai al alla alle allo anche c che chi ci come con cosa da dai dal dalla dalle dei degli del dell della delle dello " +
    "di dove e è era erano fu furono gli ha hanno i il in l la le lo ma ne nei nel nell nella nelle non o per perché più quale " +
    "quali quando quanti quanto questa questo se si sono su sua sue sugli sul sulla sulle suo suoi tra un una uno",
  dutch:
    "aan als bij dan dat de den der deze die dit door een en er had hadden heb hebben heeft het hij hoe hun in is je kan maar met " +
    "na naar niet nog of om onder ook op over te tot uit van veel voor waar waarom wanneer waren was wat we welk welke werd werden " +
    "wie wordt worden zich zij zijn zo",
  swedish:
    "alla att av blev blir de den det där då efter eller en ett från för ha hade han har hon hur i inte kan man med men mellan mot " +
    "många när och om på sin sina som till under ut vad var varför vem vid vilka vilken vilket vi är över",
  danish:
    "af alle at blev bliver da de den der det efter eller en er et for fra ham han har havde hun hvad hvem hvilke hvilken hvilket " +
    "hvor hvordan hvorfor hvornår i ikke kan man med mange mellem men mod når og om over på sig sin som til ud under var ved vi",
  norwegian:
    "alle at av ble blir da de den der det en er et etter eller for fra ha hadde han har hun hva hvem hvilke hvilken hvilket hvor " +
    "hvordan hvorfor i ikke kan man mange med mellom men mot når og om over på seg sin som til under ut var ved vi å",
  finnish:
    "että eivät ei he hän ja jo joka jonka jossa jotka kanssa kuin kuinka kuka kun mihin mikä miksi millainen milloin missä mistä " +
    "miten mitä mitkä monta mukaan mutta myös ne niin niiden nämä oli olivat olla on ovat se sekä sen siitä sitä tai tämä voi",
  hungarian:
    "a az azt csak de e egy és ez ezt fel hány hogy hogyan hol is ki két kell le lehet már meg mely melyik mennyi mi miért mikor " +
    "milyen mint mit nem s sem szerint után vagy van vannak volt voltak",
  romanian:
    "a acest această ai al ale am ar are au ca când care cât câte câți ce cel cea cine cu cum de din după este eu fi fost în între " +
    "într la le lor lui mai nu o pe pentru prin s să sau se și sunt un unde unei unui era erau",
  czech:
    "a aby ale ani až být byl byla byli bylo co do i jak jaká jaké jaký je jeho její jejich jsou k kde kdo kdy kolik který která " +
    "které má mezi na nebo není o od po pod pro proč při s se si své svou také tak to u v ve více však z za ze že",
  turkish:
    "ama ancak bir bu çok da daha de değil dır dir en gibi hangi her için ile ise kaç kadar ki kim mi mı mu mü nasıl ne neden nedir " +
    "nerede ne o olan olarak oldu olduğu sonra şu ve veya ya",
};

/** By the word without diacritics, since many leave them out. */
const LANGUAGES_OF = new Map<string, readonly Latin[]>();
for (const language of languages())
  for (const word of new Set(FUNCTION_WORDS[language].split(" ").map(withoutDiacritics)))
    LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), language]);

function languages(): Latin[] {
  // Object.keys forgets the type of the keys.
  return Object.keys(FUNCTION_WORDS) as Latin[];
}

/** Whether a word, without its diacritics, only holds sentences of the language together. */
export function isFunctionWord(plain: string, language: StemmedLanguage): boolean {
  return LANGUAGES_OF.get(plain)?.includes(language) ?? false;
}

/**
 * The language of a text in Latin letters, but English, if it can be told.
 * @param plain its words in lower case without diacritics
 */
export function languageOfText(plain: readonly string[]): StemmedLanguage | undefined {
  const [best] = countsOf(plain);
  if (!best || best.language === "english") return undefined;
  const isRunning = best.count * WORDS_PER_FUNCTION_WORD_MAX >= plain.length;
  return isRunning && best.count >= FUNCTION_WORDS_MIN ? best.language : undefined;
}

/** What a question may be in; it is short. */
export interface QuestionLanguages {
  /** All that it may well be in, but English. */
  readonly plausible: readonly StemmedLanguage[];
  /** If it is in one for sure, that one. */
  readonly sure?: StemmedLanguage | undefined;
}

/** @param plain its words in lower case without diacritics */
export function languagesOfQuestion(plain: readonly string[]): QuestionLanguages {
  const counts = countsOf(plain);
  const [best, second] = counts;
  if (!best)
    return { plausible: plain.length <= UNTOLD_WORDS_MAX ? languages().filter(isStemmed) : [] };
  const english = counts.find(({ language }) => language === "english")?.count ?? 0;
  // Neighbours such as Danish and Norwegian share most of their small words.
  const plausible = counts
    .filter(({ count }) => count >= english && 2 * count >= best.count)
    .map(({ language }) => language)
    .filter(isStemmed);
  const isSure = best.count >= QUESTION_FUNCTION_WORDS_MIN && best.count > (second?.count ?? 0);
  return { plausible, sure: isSure && isStemmed(best.language) ? best.language : undefined };
}

function isStemmed(language: Latin): language is StemmedLanguage {
  return language !== "english";
}

/** How many of the words hold sentences of each language together; the most first. */
function countsOf(plain: readonly string[]): { language: Latin; count: number }[] {
  const counts = new Map<Latin, number>();
  for (const word of plain)
    for (const language of LANGUAGES_OF.get(word) ?? [])
      counts.set(language, (counts.get(language) ?? 0) + 1);
  return Array.from(counts, ([language, count]) => ({ language, count })).toSorted(
    (a, b) => b.count - a.count,
  );
}
