import { PermanentError } from "../../error.ts";
import { unreadable } from "../limits.ts";
import { lineOf } from "../markdown.ts";
import type { ReadContext } from "../reader.ts";

/** What the window of a compressed RTF holds before its first byte (MS-OXRTFCP 2.1.3.1.1). */
const BEGINNING =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript " +
  "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par " +
  "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW_BYTES = 4096;
const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;

/** The text of a mail's body where there is no other than this; where it cannot be read, a line that says so. */
export async function textOfRtf(
  packed: Uint8Array,
  { readWithin }: Pick<ReadContext, "readWithin">,
): Promise<string> {
  try {
    return (await readWithin("body.rtf", unpackRtf(packed))).join("\n\n");
  } catch (error) {
    if (error instanceof PermanentError)
      return `The text of the mail was not read. ${lineOf(error.message)}`;
    throw error;
  }
}

/**
 * The RTF of a mail's body, as Outlook packs it (MS-OXRTFCP): a run of literal bytes and of references into the last
 * 4 KiB. It grows ninefold at most, so that its size needs no limit of its own. What is cut short yields what is left.
 * @throws PermanentError `parse_failed` if it is none
 */
export function unpackRtf(packed: Uint8Array): Uint8Array {
  const bytes = Buffer.from(packed);
  const kind = bytes.length < HEADER_BYTES ? 0 : bytes.readUInt32LE(8);
  if (kind === UNCOMPRESSED) return bytes.subarray(HEADER_BYTES);
  if (kind !== COMPRESSED) throw unreadable("It is damaged.");
  return unpack(bytes);
}

function unpack(bytes: Buffer): Uint8Array {
  const window = Buffer.alloc(WINDOW_BYTES, " ");
  let place = window.write(BEGINNING, "latin1");
  const unpacked: number[] = [];
  const put = (byte: number) => {
    unpacked.push(byte);
    window[place] = byte;
    place = (place + 1) % WINDOW_BYTES;
  };
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const control = bytes[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < bytes.length; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(bytes[at++] ?? 0);
        continue;
      }
      if (at + 2 > bytes.length) return Uint8Array.from(unpacked);
      const reference = bytes.readUInt16BE(at);
      at += 2;
      const from = reference >> 4;
      // A reference to the place that is written next ends it.
      if (from === place) return Uint8Array.from(unpacked);
      for (let step = 0; step < (reference & 15) + 2; step++)
        put(window[(from + step) % WINDOW_BYTES] ?? 0);
    }
  }
  return Uint8Array.from(unpacked);
}
