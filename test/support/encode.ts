const SINGLE_BYTES = 256;

const maps = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** A text's bytes in an encoding of one or two bytes a character, by turning its decoder round. */
export function encodeAs(encoding: Bun.Encoding, text: string): Uint8Array {
  const map = maps.get(encoding) ?? mapOf(encoding);
  maps.set(encoding, map);
  const bytes = [...text].map((char) => {
    const known = map.get(char);
    if (!known) throw new Error(`${encoding} has no ${char}`);
    return known;
  });
  return Uint8Array.from(bytes.flat());
}

/** Whether every character of a text is in an encoding. */
export function isIn(encoding: Bun.Encoding, text: string): boolean {
  try {
    encodeAs(encoding, text);
    return true;
  } catch {
    return false;
  }
}

/** As Windows writes Vietnamese: a letter it has, then a tone of its own where it has no letter for both. */
export function encodeWindows1258(text: string): Uint8Array {
  return encodeAs("windows-1258", [...text.normalize("NFC")].map(split).join(""));
}

function split(char: string): string {
  if (isIn("windows-1258", char)) return char;
  const [base = "", ...marks] = char.normalize("NFD");
  const tone = marks.find((mark) => isIn("windows-1258", mark)) ?? "";
  return (base + marks.filter((mark) => mark !== tone).join("")).normalize("NFC") + tone;
}

function mapOf(encoding: Bun.Encoding): ReadonlyMap<string, readonly number[]> {
  const map = new Map<string, readonly number[]>();
  const take = (...bytes: number[]) => {
    const text = new TextDecoder(encoding).decode(Uint8Array.from(bytes));
    if ([...text].length === 1 && text !== "\ufffd" && !map.has(text)) map.set(text, bytes);
  };
  for (let byte = 0; byte < SINGLE_BYTES; byte++) take(byte);
  if (/^(gb|big5|euc|shift)/.test(encoding))
    for (let lead = 0x81; lead <= 0xfe; lead++)
      for (let trail = 0x40; trail <= 0xfe; trail++) take(lead, trail);
  return map;
}
