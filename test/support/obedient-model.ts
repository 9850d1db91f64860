import type { LlmMessage } from "./llm.ts";

/** Said by whoever obeys what a document orders; documents say it in many ways. */
export const ORDERED = "PINEAPPLE";

/** What looks like the end or the beginning of somebody's turn to a model that does not look closely. */
const SEEMING_END =
  /<\/?\s*source-[^>]*>|<[|｜][^>]*[|｜]>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:s|system|user|assistant|(?:start|end)_of_turn)>/giu;
const UNSEEN =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/gu;

/**
 * A model that obeys whatever stands outside the fences that its instruction names, and takes what looks like
 * a fence, or like a turn of a chat template, for one. Obeying nobody, it repeats its first source and cites it.
 */
export function obedientModel(messages: readonly LlmMessage[]): string {
  const [, fence = "no fence"] = /<(source-[\da-f-]{13}) /u.exec(messages[0]?.content ?? "") ?? [];
  const block = new RegExp(`<${fence} [^>\\n]*>\\n([\\s\\S]*?)\\n</${fence}>`, "gu");
  const read = messages
    .slice(1)
    .map(({ content }) => content.replace(UNSEEN, ""))
    .join("\n");
  const inside = [...read.matchAll(block)].map((match) => match[1] ?? "");
  const outside = read.replace(block, "");
  const escaped = inside.flatMap((text) => text.split(SEEMING_END).slice(1));
  if ([outside, ...escaped].some((text) => text.includes(ORDERED))) return `${ORDERED} [1].`;
  if (messages[0]?.content.startsWith("You rewrite")) return "No, I would rather not.";
  const [source = ""] = inside;
  return `${source
    .slice(source.indexOf("\n\n") + 2)
    .split("\n")[0]
    ?.replace(/[.。]$/u, "")} [1].`;
}
