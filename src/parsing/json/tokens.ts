/** A piece of JSON: a mark, a string as it means, or a number or a word as it is written. */
export interface Token {
  readonly kind: "{" | "}" | "[" | "]" | ":" | "," | "string" | "literal";
  readonly text: string;
}

/** What is no JSON. */
export class NoJson extends Error {}

const LITERAL = /(?:-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?![\w.+-])/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * The tokens of a JSON text, in linear time; numbers keep all their digits.
 * @throws NoJson where none follows
 */
export class Tokens {
  #at = 0;

  constructor(private readonly text: string) {}

  /** How far it has come, in UTF-16 units. */
  get at(): number {
    return this.#at;
  }

  /** One that must be there. */
  required(): Token {
    const token = this.next();
    if (!token) throw new NoJson("It ends too early.");
    return token;
  }

  /** Undefined at the text's end. */
  next(): Token | undefined {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.text);
    this.#at = SPACE.lastIndex;
    const first = this.text[this.#at];
    switch (first) {
      case undefined:
        return undefined;
      case "{":
      case "}":
      case "[":
      case "]":
      case ":":
      case ",":
        this.#at++;
        return { kind: first, text: first };
      case '"':
        return { kind: "string", text: this.#string() };
      default:
        return { kind: "literal", text: this.#literal() };
    }
  }

  #literal(): string {
    LITERAL.lastIndex = this.#at;
    const [literal] = LITERAL.exec(this.text) ?? [];
    if (literal === undefined) throw new NoJson();
    this.#at += literal.length;
    return literal;
  }

  #string(): string {
    const start = this.#at;
    let end = start;
    let isEscaped;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw new NoJson();
      isEscaped = backslashesBefore(this.text, end) % 2 === 1;
    } while (isEscaped);
    this.#at = end + 1;
    const inner = this.text.slice(start + 1, end);
    return inner.includes("\\") ? unescaped(inner) : inner;
  }
}

/** No string is looked at twice, for a quote ends what stands before it. */
function backslashesBefore(text: string, end: number): number {
  let count = 0;
  while (text[end - 1 - count] === "\\") count++;
  return count;
}

function unescaped(inner: string): string {
  try {
    // Line breaks and tabs within a string are not JSON, and are written all the same.
    return JSON.parse(`"${inner.replace(/[\0-\x1f]/g, escapeOf)}"`) as string;
  } catch (error) {
    throw new NoJson("A string has an escape that means nothing.", { cause: error });
  }
}

function escapeOf(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
