import { PermanentError } from "../error.ts";
import { blocksOf } from "./markdown.ts";
import type { ReadContext } from "./reader.ts";

/**
 * What is written in a picture that is all there is on a page: recognised as a picture by itself is, and counted as one
 * file within another.
 * @param path where it lies, which tells its kind
 * @returns "" where nobody recognises it, and of one that cannot be read
 */
export async function writingIn(
  path: string,
  bytes: Uint8Array,
  { ocr, readWithin, report }: Pick<ReadContext, "ocr" | "readWithin" | "report">,
): Promise<string> {
  if (!ocr) return "";
  try {
    return blocksOf(await readWithin(path, bytes));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    report("A picture that is all there is on a page cannot be recognised.", error);
    return "";
  }
}
