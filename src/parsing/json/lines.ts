import { lineOf } from "../markdown.ts";
import { NoJson, type Token, Tokens } from "./tokens.ts";

/** Values within values; what lies deeper is written for programs alone. */
const DEPTH_MAX = 100;
/** A path is cut at its outer end, in UTF-16 units: keys of any length may lie in keys of any length. */
const PATH_LENGTH_MAX = 200;
/** Items of an array that are shorter stand in one line, in UTF-16 units. */
const ITEM_LENGTH_MAX = 80;
/** So many values of an array stand in one line at most: there may be millions, which are never all held. */
const VALUES_A_LINE_MAX = 1_000;
/** Shorter strings of these letters may be names and codes; longer ones are files, in UTF-16 units. */
const FILE_LENGTH_MIN = 400;
const FILE = /^(?:data:[\w/+.-]+;base64,)?[A-Za-z0-9+/_-]+={0,2}$/;

/** A line of the text, and how far in the JSON it comes from. */
export interface JsonLine {
  /** Empty between records. */
  readonly line: string;
  readonly at: number;
}

/** Where a value stands. */
interface Place {
  /** The keys that lead to it. */
  readonly path: string;
  readonly depth: number;
  /** It is an array in an array, whose path is written already. */
  readonly isItem: boolean;
}

/**
 * JSON as a person reads it: each value a line after the keys that lead to it (`address.city: Hà Nội`), each object
 * of an array a block of them, numbers and repeated keys as they are written. Several values one after the other are
 * as many blocks. It is read as a stream, in linear time.
 * @throws NoJson if it is none, or lies too deep
 */
export function* linesOfJson(text: string): Generator<JsonLine> {
  const tokens = new Tokens(text);
  for (let token = tokens.next(); token; token = tokens.next()) {
    for (const line of linesOfValue(tokens, token, { path: "", depth: 0, isItem: false }))
      yield { line, at: tokens.at };
    yield { line: "", at: tokens.at };
  }
}

function* linesOfValue(tokens: Tokens, token: Token, place: Place): Generator<string> {
  if (place.depth > DEPTH_MAX) throw new NoJson("It lies too deep.");
  if (token.kind === "{") yield* linesOfObject(tokens, place);
  else if (token.kind === "[") yield* linesOfArray(tokens, place);
  else yield* lineOfValues(place, [scalarOf(token)]);
}

function* linesOfObject(tokens: Tokens, { path, depth }: Place): Generator<string> {
  let token = tokens.required();
  while (token.kind !== "}") {
    if (token.kind !== "string") throw new NoJson("A key is missing.");
    const key = lineOf(token.text);
    expect(tokens, ":");
    const place = { path: pathTo(path, key), depth: depth + 1, isItem: false };
    yield* linesOfValue(tokens, tokens.required(), place);
    token = afterPart(tokens, "}");
  }
}

function* linesOfArray(tokens: Tokens, { path, depth, isItem }: Place): Generator<string> {
  let values: string[] = [];
  let isNamed = isItem || path === "";
  let token = tokens.required();
  while (token.kind !== "]") {
    const isValue = token.kind !== "{" && token.kind !== "[";
    if (isValue) values.push(scalarOf(token));
    if (!isValue || values.length === VALUES_A_LINE_MAX) {
      yield* lineOfValues({ path, depth, isItem }, values);
      values = [];
    }
    if (!isValue) {
      if (token.kind === "{") yield "";
      else if (!isNamed) yield `${path}:`;
      isNamed ||= token.kind === "[";
      yield* linesOfValue(tokens, token, { path, depth: depth + 1, isItem: token.kind === "[" });
      if (token.kind === "{") yield "";
    }
    token = afterPart(tokens, "]");
  }
  yield* lineOfValues({ path, depth, isItem }, values);
}

/** What comes after a part: the end, or the first token of the next part. */
function afterPart(tokens: Tokens, end: "}" | "]"): Token {
  const token = tokens.required();
  if (token.kind === end) return token;
  if (token.kind !== ",") throw new NoJson("A comma is missing.");
  const next = tokens.required();
  if (next.kind === end) throw new NoJson("Nothing follows a comma.");
  return next;
}

/** Short values in one line, long ones each in its own. */
function* lineOfValues({ path, isItem }: Place, values: readonly string[]): Generator<string> {
  const filled = values.filter((value) => value !== "");
  if (filled.length === 0) return;
  const name = isItem ? "- " : path && `${path}: `;
  if (filled.length === 1 || filled.every((value) => value.length <= ITEM_LENGTH_MAX)) {
    yield `${name}${filled.join(", ")}`;
    return;
  }
  if (name) yield name.trimEnd();
  for (const value of filled) yield `- ${value}`;
}

/** A value's text; empty of a file that is packed into a string. */
function scalarOf({ kind, text }: Token): string {
  if (kind !== "string" && kind !== "literal") throw new NoJson("A value is missing.");
  const isFile = text.length >= FILE_LENGTH_MIN && FILE.test(text);
  return isFile ? "" : text.replaceAll("\r\n", "\n").trim();
}

function pathTo(path: string, key: string): string {
  const whole = path ? `${path}.${key}` : key;
  return whole.length <= PATH_LENGTH_MAX
    ? whole
    : `…${whole.slice(-PATH_LENGTH_MAX).toWellFormed()}`;
}

function expect(tokens: Tokens, kind: Token["kind"]): void {
  if (tokens.required().kind !== kind) throw new NoJson(`There is no "${kind}".`);
}
