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
  const text = body.toString("latin1").replace(/[ \t]+(?=\r?\n)/g, "");
  const decoded = text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
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
