import type { Random } from "../../support/random.ts";
import { insideOf } from "./inside.ts";

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const BLOCK_BYTES_MAX = 4_096;
const COPIES_MAX = 200;
const NESTED_MAX = 2_000;
const INSIDE_SHARE = 0.7;
/** What programs trip over: the ends of number ranges, and what opens and closes things. */
const WORDS = [
  "\0",
  "\xff\xff\xff\xff",
  "\x7f\xff\xff\xff",
  "-1",
  "99999999999999999999",
  "1e309",
  "NaN",
  "<",
  ">",
  "</",
  "&#0;",
  "&#xd800;",
  "\\ud800",
  "\xed\xa0\x80",
  "{",
  "}",
  "[",
  '"',
  "\n",
  "\r\n\r\n",
  "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
  "__proto__",
  "../../../../etc/passwd",
  "0 0 R",
  "%PDF-",
  "PK\x05\x06",
];

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  overwriteRun,
  truncate,
  splice,
  duplicate,
  cutOut,
  insertWord,
  insertWord,
  swapNumber,
  exchangeMarks,
  nest,
];

/**
 * Makes a bad file of a good one; oftener by what lies packed in it than by its own bytes, where what unpacks it would
 * catch most.
 * @param other another good file, a piece of which may go into it
 */
export async function mutate(
  bytes: Uint8Array,
  other: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const broken = (part: Uint8Array) => mutateBytes(part, other, random);
  const breakInside = random.next() < INSIDE_SHARE ? insideOf(bytes) : undefined;
  return (await breakInside?.(bytes, random, broken)) ?? broken(bytes);
}

function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let mutant = bytes;
  for (let left = random.between(1, 4); left > 0; left--)
    mutant = random.pick(MUTATIONS)(mutant, random, other);
  return mutant;
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = bytes.slice();
  if (mutant.length === 0) return mutant;
  for (let left = random.between(1, 20); left > 0; left--) {
    const at = random.between(0, mutant.length - 1);
    mutant[at] = (mutant[at] ?? 0) ^ (1 << random.between(0, 7));
  }
  return mutant;
}

function overwriteRun(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = bytes.slice();
  const [start, end] = runOf(bytes, random);
  const value = random.pick([0, 0xff, 0x20, 0x41, random.between(0, 255)]);
  return mutant.fill(value, start, end);
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.between(0, bytes.length));
}

function splice(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const [start, end] = runOf(other, random);
  const at = random.between(0, bytes.length);
  return joined(bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at));
}

function duplicate(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = runOf(bytes, random);
  const copies = random.pick([1, 1, 2, random.between(1, COPIES_MAX)]);
  const block = bytes.subarray(start, end);
  return joined(
    bytes.subarray(0, end),
    ...Array<Uint8Array>(copies).fill(block),
    bytes.subarray(end),
  );
}

function cutOut(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = runOf(bytes, random);
  return joined(bytes.subarray(0, start), bytes.subarray(end));
}

function insertWord(bytes: Uint8Array, random: Random): Uint8Array {
  const word = Buffer.from(random.pick(WORDS), "latin1");
  const at = random.between(0, bytes.length);
  const rest = random.next() < 0.5 ? at : at + word.length;
  return joined(bytes.subarray(0, at), word, bytes.subarray(rest));
}

/** Another number where one stands in digits: a length, an offset, a count. */
function swapNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return bytes;
  const { index, 0: old } = random.pick(numbers);
  const value = random.pick([
    "0",
    "-1",
    "65536",
    "2147483648",
    "1e9",
    String(random.between(0, 999)),
  ]);
  return new Uint8Array(
    Buffer.from(text.slice(0, index) + value + text.slice(index + old.length), "latin1"),
  );
}

/** What opens and closes in markup, in JSON, in RTF and in PDF, and what names things there. */
const MARK = /<[^<>]{1,200}>|"[^"\n]{1,80}"|[{}[\]]|\\[a-z]{1,20}|\/[A-Z]\w{0,20}/g;

/** Two marks, each in the place of the other. */
function exchangeMarks(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const marks = [...text.matchAll(MARK)];
  if (marks.length < 2) return bytes;
  const [first, second] = [random.pick(marks), random.pick(marks)].toSorted(
    (a, b) => a.index - b.index,
  ) as [RegExpExecArray, RegExpExecArray];
  if (first.index === second.index) return bytes;
  const between = text.slice(first.index + first[0].length, second.index);
  const after = text.slice(second.index + second[0].length);
  return new Uint8Array(
    Buffer.from(text.slice(0, first.index) + second[0] + between + first[0] + after, "latin1"),
  );
}

/** A mark that opens again and again where it stands. */
function nest(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const marks = [...text.matchAll(MARK)];
  if (marks.length === 0) return bytes;
  const { 0: mark, index } = random.pick(marks);
  const times = random.between(1, NESTED_MAX);
  return new Uint8Array(
    Buffer.from(text.slice(0, index) + mark.repeat(times) + text.slice(index), "latin1"),
  );
}

/** A place and a length, short ones as likely as long ones. */
function runOf({ length }: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.between(0, length);
  const size = Math.floor(BLOCK_BYTES_MAX ** random.next());
  return [start, Math.min(length, start + size)];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
