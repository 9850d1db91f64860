import { analyse } from "chardet";
import {
  ARABIC,
  BALTIC,
  CENTRAL_EUROPEAN,
  CYRILLIC,
  GREEK,
  HEBREW,
  TURKISH,
  WESTERN,
} from "./letters.ts";
import { decodeOwn, isOwn, type OwnEncoding } from "./own-encodings.ts";
import {
  alphabetWord,
  eastAsianWord,
  latinText,
  scoreText,
  scriptWord,
  vietnameseWord,
} from "./score.ts";

/** Those of one or two bytes a letter; the others are told by their bytes. */
type GuessedEncoding = Bun.Encoding | OwnEncoding;

interface Candidate {
  readonly encoding: GuessedEncoding;
  readonly score: (text: string) => number;
}

/** So much of the lines beyond ASCII decides; a longer text tells no more. */
const SAMPLE_BYTES = 16 * 1024;
const LINE_FEED = 10;

/** How far chardet's confidence, at its fullest, may tip the balance, per byte beyond ASCII. */
const CHARDET_WEIGHT = 0.4;

const CHARDET_TRUSTED = new Set<string>(["GB18030", "Big5", "Shift_JIS", "EUC-JP", "EUC-KR"]);

/** A word or two tell too little: then it is what most such files are in. */
const COMMONEST_BONUS = 0.8;
/** What hardly anybody has used for decades is to be plain to see. */
const RARE_MALUS = 6;

const ARABIC_WORD = /^[\p{Script=Arabic}\p{M}]+$/u;
const CYRILLIC_WORD = /^\p{Script=Cyrillic}+$/u;

/** Of equals the earlier wins: the more common comes first. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: "windows-1252", score: (text) => bestOf(WESTERN)(text) + COMMONEST_BONUS },
  { encoding: "windows-1258", score: (text) => scoreText(text, vietnameseWord) },
  alphabet("windows-1251", CYRILLIC_WORD, CYRILLIC),
  alphabet("koi8-r", CYRILLIC_WORD, CYRILLIC),
  alphabet("koi8-u", CYRILLIC_WORD, CYRILLIC),
  alphabet("ibm866", CYRILLIC_WORD, CYRILLIC),
  eastAsian("gb18030", /[\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}]/u),
  eastAsian("big5", /[\p{Script=Hangul}\p{Script=Katakana}\p{Script=Hiragana}]/u),
  eastAsian("shift_jis", /\p{Script=Hangul}/u),
  eastAsian("euc-jp", /\p{Script=Hangul}/u),
  eastAsian("euc-kr", /[\p{Script=Han}\p{Script=Katakana}\p{Script=Hiragana}]/u),
  { encoding: "windows-1250", score: bestOf(CENTRAL_EUROPEAN) },
  { encoding: "iso-8859-2", score: bestOf(CENTRAL_EUROPEAN) },
  { encoding: "windows-1254", score: bestOf(TURKISH) },
  { encoding: "windows-1257", score: bestOf(BALTIC) },
  alphabet("windows-1253", /^\p{Script=Greek}+$/u, GREEK),
  alphabet("windows-1255", /^[\p{Script=Hebrew}\p{M}]+$/u, HEBREW),
  alphabet("windows-1256", ARABIC_WORD, ARABIC),
  inScript("windows-874", /^[\p{Script=Thai}\p{M}]+$/u),
  { encoding: "macintosh", score: (text) => bestOf(WESTERN)(text) - 1 },
  rare(alphabet("x-mac-cyrillic", CYRILLIC_WORD, CYRILLIC)),
  rare(alphabet("iso-8859-5", CYRILLIC_WORD, CYRILLIC)),
  rare(alphabet("iso-8859-6", ARABIC_WORD, ARABIC)),
  rare({ encoding: "ibm850", score: bestOf(WESTERN) }),
  rare({ encoding: "ibm852", score: bestOf(CENTRAL_EUROPEAN) }),
  rare({ encoding: "tcvn3", score: (text) => scoreText(text, vietnameseWord) }),
  rare({ encoding: "vni", score: (text) => scoreText(text, vietnameseWord) }),
  rare({ encoding: "viscii", score: (text) => scoreText(text, vietnameseWord) }),
];

/**
 * The encoding in which bytes that are neither Unicode nor ASCII make the most plausible text.
 * chardet alone confuses the Windows code pages on short texts; here it is one voice, and only where it is good.
 */
export function guessLegacyEncoding(bytes: Uint8Array): GuessedEncoding {
  const sample = sampleOf(bytes);
  const opinions = chardetOpinions(sample);
  const beyondAscii = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  let winner: { encoding: GuessedEncoding; score: number } = {
    encoding: "windows-1252",
    score: Number.NEGATIVE_INFINITY,
  };
  for (const { encoding, score } of CANDIDATES) {
    const total =
      score(read(encoding, sample)) + CHARDET_WEIGHT * beyondAscii * (opinions.get(encoding) ?? 0);
    if (total > winner.score) winner = { encoding, score: total };
  }
  return winner.encoding === "windows-1252" && isLatin9(sample) ? "iso-8859-15" : winner.encoding;
}

/**
 * Whether it has what ISO-8859-15 put in the place of signs that nobody writes there: the euro, the ligature oe, and
 * letters of Finland and Estonia. Else it is read the same in either encoding.
 */
function isLatin9(sample: Uint8Array): boolean {
  const text = Buffer.from(sample).toString("latin1");
  return !/[\x80-\x9f]/.test(text) && /\xa4|[\xbc\xbd]u|[a-z](?:\xbd[a-z]|[\xa8\xb8])/.test(text);
}

/** As it is stored: tones that are bytes of their own count as such. */
function read(encoding: GuessedEncoding, sample: Uint8Array): string {
  return isOwn(encoding) ? decodeOwn(encoding, sample) : new TextDecoder(encoding).decode(sample);
}

/** The lines that hold bytes beyond ASCII; a line feed is itself in every encoding that is guessed here. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const lines: Uint8Array[] = [];
  let size = 0;
  let position = 0;
  while (size < SAMPLE_BYTES) {
    const high = bytes.subarray(position).findIndex((byte) => byte >= 0x80);
    if (high < 0) break;
    const start = bytes.lastIndexOf(LINE_FEED, position + high) + 1;
    const feed = bytes.indexOf(LINE_FEED, position + high);
    const end = feed < 0 ? bytes.length : feed + 1;
    const line = bytes.subarray(
      Math.max(start, position),
      Math.min(end, Math.max(start, position) + SAMPLE_BYTES),
    );
    lines.push(line);
    size += line.length;
    position = end;
  }
  return new Uint8Array(Buffer.concat(lines));
}

/** chardet's confidence in [0, 1] by encoding label, for the East Asian ones, which it tells by frequency tables. */
function chardetOpinions(sample: Uint8Array): Map<string, number> {
  const opinions = analyse(sample).filter(({ name }) => CHARDET_TRUSTED.has(name));
  return new Map(opinions.map(({ name, confidence }) => [name.toLowerCase(), confidence / 100]));
}

function bestOf(languages: readonly string[]): (text: string) => number {
  return best(languages.map(latinText));
}

function rare({ encoding, score }: Candidate): Candidate {
  return { encoding, score: (text) => score(text) - RARE_MALUS };
}

function alphabet(encoding: Bun.Encoding, script: RegExp, languages: readonly string[]): Candidate {
  const words = languages.map((letters) => alphabetWord(script, letters));
  return { encoding, score: best(words.map((word) => (text: string) => scoreText(text, word))) };
}

/** As the language that it suits best. */
function best(scores: readonly ((text: string) => number)[]): (text: string) => number {
  return (text) => Math.max(...scores.map((score) => score(text)));
}

function eastAsian(encoding: Bun.Encoding, foreign: RegExp): Candidate {
  const word = eastAsianWord(foreign);
  return { encoding, score: (text) => scoreText(text, word) };
}

function inScript(encoding: Bun.Encoding, script: RegExp): Candidate {
  const word = scriptWord(script);
  return { encoding, score: (text) => scoreText(text, word) };
}
