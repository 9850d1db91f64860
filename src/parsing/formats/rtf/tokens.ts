/** A piece of an RTF file. */
export type Token =
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  /** A control word: `\par`, `\uc1`. */
  | { readonly kind: "word"; readonly name: string; readonly value: number | undefined }
  /** A control symbol: `\~`. */
  | { readonly kind: "symbol"; readonly name: string }
  /** Bytes of text in the code page that holds, one a character; an escaped byte comes alone. */
  | { readonly kind: "text"; readonly bytes: string };

const TOKEN =
  /\\(?:([a-zA-Z]+)(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^]))|([{}])|([^\\{}\r\n]+)|[\r\n]+/y;

/** The pieces of an RTF file one after the other, each with where it ends; binary data is left out. */
export function* tokensOf(bytes: Uint8Array): Generator<{ token: Token; end: number }> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const token = tokenOf(match);
    if (token?.kind === "word" && token.name === "bin")
      pattern.lastIndex += Math.max(token.value ?? 0, 0);
    if (token) yield { token, end: pattern.lastIndex };
  }
}

function tokenOf([, name, value, byte, symbol, brace, run]: RegExpExecArray): Token | undefined {
  if (run !== undefined) return { kind: "text", bytes: run };
  if (name !== undefined)
    return { kind: "word", name, value: value === undefined ? undefined : Number(value) };
  if (byte !== undefined)
    return { kind: "text", bytes: String.fromCharCode(Number.parseInt(byte, 16)) };
  if (brace !== undefined) return { kind: brace === "{" ? "open" : "close" };
  return symbol === undefined ? undefined : { kind: "symbol", name: symbol };
}
