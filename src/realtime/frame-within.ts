/** What comes before the frame in a copy, in this order, where it is there at all. */
const HEAD_KEYS = ["user_id", "conversation_id", "topic", "ts"] as const;
const QUOTES_LENGTH = '"":"",'.length;

/**
 * The frame that a copy consists of after its head, cut out of the copy's text: to write thousands a second as
 * JSON again, which they were a moment ago, is most of the work of passing them on.
 * @param text that was parsed as `copy`
 * @returns undefined for a copy that is written in another way, or has more than it needs
 */
export function frameWithin(
  text: string,
  copy: Readonly<Record<string, unknown>>,
): string | undefined {
  let at = 1;
  let keys = copy["id"] === undefined ? 2 : 3;
  for (const key of HEAD_KEYS) {
    const value = copy[key];
    if (value === undefined) continue;
    if (typeof value !== "string") return undefined;
    const end = at + key.length + value.length + QUOTES_LENGTH;
    if (text.slice(at, end) !== `"${key}":"${value}",`) return undefined;
    at = end;
    keys++;
  }
  if (!text.startsWith('"type":', at) || countKeys(copy) !== keys) return undefined;
  return `{${text.slice(at)}`;
}

function countKeys(copy: object): number {
  let keys = 0;
  for (const _ in copy) keys++;
  return keys;
}
