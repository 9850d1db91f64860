import { withoutDataAddresses } from "../data-addresses.ts";
import { decodeText } from "../encoding/decode.ts";
import type { SourceFile } from "../reader.ts";

/** Markdown as it stands, what heads it too, but for pictures that it holds itself: one page. */
export async function readMarkdown({ bytes }: SourceFile): Promise<readonly string[]> {
  return [withoutDataAddresses(decodeText(bytes))];
}
