import { withoutDiacritics, withToneLast } from "./fold.ts";
import { stemEnglish, stemRussian } from "./stem.ts";

// Words that hold any sentence together and tell no document from another.
const ENGLISH =
  "a about all also am an and any are as at be been being between both but by can could did do does doing for from had has " +
  "have having he her his how i if in into is it its itself may me might more most much must my no nor not of on or other our " +
  "own she should so some such than that the their them then there these they this those through to too upon us very was we " +
  "were what when where which while who whom whose why will with would you your";
const RUSSIAN =
  "а без бы был была были было быть в во вот вы где да для до его ее если есть еще же за и из или им их к как какая какие " +
  "какого каком какой какое какую ко когда кого кому который которая которые которое ли мне мы на над не него нее но о об он " +
  "она они оно от по под при про с со так такой там то того тоже той ты у уже чего чей чем что чтобы сколько эта эти это этого этой этом";
const VIETNAMESE =
  "à ạ bao bằng bị bởi các cái cho có của cùng đã đang đâu đây để đến đó được gì hay hơn khi là lại làm mà mấy một nào này nên " +
  "nếu như nhưng những nhiêu nhiều ở ra rằng rất sao sẽ sự tại theo thế thì trên trong từ và vào vẫn vì với về";

/** Japanese pairs of characters that are grammar. */
const JAPANESE =
  "ある いう いつ いて いま いる うに える から きま きる くだ こと この され さい した しい して すか する せん そう その たい たら だけ " +
  "てい てく です では での でき とき とは とも ない など なに なん には ので のは ほど まし ます ませ まで もの よう より られ ると " +
  "れば れま れる んな どう どこ どの だれ";

const english = ENGLISH.split(" ").map(stemEnglish);
const russian = RUSSIAN.split(" ").map(stemRussian);
const vietnamese = VIETNAMESE.split(" ");
const plainVietnamese = vietnamese.map((word) => `~${withoutDiacritics(word)}`);

/** Terms to leave out of a question that is Vietnamese for sure. */
export const VIETNAMESE_STOP_TERMS: ReadonlySet<string> = new Set([
  ...vietnamese.map(withToneLast),
  ...plainVietnamese,
]);

/** Terms to leave out of any other question; it may still be Vietnamese without diacritics. */
export const STOP_TERMS: ReadonlySet<string> = new Set([
  ...english,
  ...russian,
  ...JAPANESE.split(" "),
  ...plainVietnamese,
]);
