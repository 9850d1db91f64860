import { PermanentError } from "../../error.ts";
import { unlockedPackage } from "./package.ts";
import { unlockedStream } from "./xls-stream.ts";
import { damaged, locked } from "../limits.ts";
import { isOle, Ole } from "../ole.ts";
import { sourceOfBytes } from "../source.ts";

/**
 * What an OLE container of Office holds: the stream of an old workbook, the package of an encrypted document; any other
 * file as it is. The library that reads workbooks would trust the container, and what it says of its author, in how
 * long they claim to be.
 * @param what how a sentence names the file: "spreadsheet"
 * @throws PermanentError `parse_failed` if it is damaged, or needs a password of its own
 */
export async function uncontained(bytes: Uint8Array, what: string): Promise<Uint8Array> {
  if (!isOle(bytes)) return bytes;
  try {
    const ole = await Ole.open(sourceOfBytes(bytes));
    const clear = await clearOf(ole, what);
    if (!clear) throw locked(what);
    return clear;
  } catch (error) {
    throw error instanceof PermanentError ? error : damaged(what, error);
  }
}

/** Undefined if it is encrypted with a password of its own. */
async function clearOf(ole: Ole, what: string): Promise<Uint8Array | undefined> {
  const top = await ole.entriesOf();
  const streamOf = async (name: string) => {
    const entry = top.find((each) => each.name.toLowerCase() === name);
    return entry && (await ole.bytesOf(entry));
  };
  const encrypted = await streamOf("encryptedpackage");
  if (encrypted)
    return opened((await streamOf("encryptioninfo")) ?? new Uint8Array(), encrypted, what);
  // Excel 97 wrote both for the sake of older releases: the first one knows more letters.
  const stream = (await streamOf("workbook")) ?? (await streamOf("book"));
  if (!stream) throw new Error("It holds no workbook.");
  return unlockedStream(stream);
}

/** What says in a way of its own how it is encrypted is no less locked. */
function opened(info: Uint8Array, encrypted: Uint8Array, what: string): Uint8Array | undefined {
  try {
    return unlockedPackage(info, encrypted);
  } catch (error) {
    throw locked(what, error);
  }
}
