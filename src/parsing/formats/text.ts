import { decodeText } from "../encoding/decode.ts";
import type { SourceFile } from "../reader.ts";

/** Plain text and what is read as it is, in whatever encoding: one page. */
export async function readText({ bytes }: SourceFile): Promise<readonly string[]> {
  return [decodeText(bytes)];
}
