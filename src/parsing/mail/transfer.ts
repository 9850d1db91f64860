const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE, EQUALS] = [9, 10, 13, 32, 61];
const HEX = /^[0-9a-f]{2}$/i;
/** A line that ends what is Base64: a signature of a list, or prose. */
const NO_BASE64 = /^(?:--|__|[^\s].*\S[ \t]+\S)/m;

/** What lies in a body, by the encoding that it travelled in (RFC 2045); what is damaged as far as it goes. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case "base64":
      return fromBase64(body);
    case "quoted-printable":
      return fromQuotedPrintable(body);
    case "x-uuencode":
    case "x-uue":
    case "uuencode":
      return uuencodedIn(body.toString("latin1")).files[0]?.bytes ?? body;
    default:
      return body;
  }
}

function fromBase64(body: Buffer): Buffer {
  const text = body.toString("latin1");
  const end = text.search(NO_BASE64);
  const letters = end < 0 ? text : text.slice(0, end);
  // Some programs pad each of several runs.
  if (!/=\s*[\w+/]/.test(letters)) return Buffer.from(letters, "base64");
  return Buffer.concat(letters.split(/=+/).map((run) => Buffer.from(run, "base64")));
}

function fromQuotedPrintable(body: Buffer): Buffer {
  const decoded = Buffer.alloc(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === EQUALS) {
      const hex = body.toString("latin1", at + 1, at + 3);
      if (HEX.test(hex)) {
        decoded[length++] = Number.parseInt(hex, 16);
        at += 2;
        continue;
      }
      // A line that goes on in the next, whatever blanks were added on the way.
      const end = endOfLine(body, at + 1);
      if (end !== undefined) {
        at = end - 1;
        continue;
      }
    }
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}

/** Where the next line begins, if nothing but blanks comes before. */
function endOfLine(body: Buffer, from: number): number | undefined {
  let at = from;
  while (body[at] === SPACE || body[at] === TAB || body[at] === CARRIAGE_RETURN) at++;
  return body[at] === LINE_FEED ? at + 1 : undefined;
}

/** What a text is without the files that lie in it (uuencode), and they. */
export interface Uuencoded {
  readonly text: string;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
}

/** Mails of before MIME bring their files in their text, each between `begin` and `end`. */
export function uuencodedIn(text: string): Uuencoded {
  const files: { name: string; bytes: Buffer }[] = [];
  const kept: string[] = [];
  let from = 0;
  for (const begin of text.matchAll(/^begin [0-7]{3,4} (\S.{0,200}?)\r?\n(?=[ -`]{2,62}\r?$)/gm)) {
    if (begin.index < from) continue;
    const start = begin.index + begin[0].length;
    const end = text.indexOf("\nend", start - 1);
    if (end < 0) break;
    files.push({ name: begin[1] ?? "", bytes: uudecoded(text.slice(start, end)) });
    kept.push(text.slice(from, begin.index));
    from = end + "\nend".length;
  }
  return { text: kept.join("") + text.slice(from), files };
}

/** Each line says first how many bytes it holds; then four characters are three bytes. */
function uudecoded(lines: string): Buffer {
  const decoded = lines.split("\n").map((line) => {
    const six = (at: number) => (line.charCodeAt(at) - 32) & 63;
    const bytes = Buffer.alloc(six(0) || 0);
    for (let at = 0; at < bytes.length; at++) {
      const quad = 1 + Math.trunc(at / 3) * 4;
      const step = at % 3;
      bytes[at] = (six(quad + step) << (2 + 2 * step)) | (six(quad + step + 1) >> (4 - 2 * step));
    }
    return bytes;
  });
  return Buffer.concat(decoded);
}
