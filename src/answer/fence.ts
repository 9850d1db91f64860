// What other people wrote is put before a model as data. A fence that nobody can guess marks where it begins
// and ends; what only looks like one, or like a turn of the conversation with the model, loses its form.

/** 48 random bits: nobody has a second guess, and a longer word costs tokens twice for every source. */
const SECRET_LENGTH = 13;

/** A word that no document can hold, since it is made up for one request. */
export function newFence(): string {
  return `source-${crypto.randomUUID().slice(0, SECRET_LENGTH)}`;
}

/** @param label what it is, of our own words: `source="1"` */
export function fenced(fence: string, label: string, text: string): string {
  return `<${fence} ${label}>\n${asData(text).replaceAll(fence, "")}\n</${fence}>`;
}

/** A reply without what a model repeats of its fences. */
export function withoutFences(reply: string, fence: string): string {
  return reply.replaceAll(new RegExp(`</?${fence}[^>\\n]*>\\n?`, "gu"), "");
}

/** Line ends of all kinds. */
const LINE_END = /\r\n?|[\u0085\u2028\u2029]/gu;
/** Characters that are not seen and that text does not need: controls, directions, zero widths, tags. */
const UNSEEN =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
/** Joiners belong between letters that join, and to pictures. */
const STRAY_JOINER =
  /(?<![\p{M}\p{sc=Arab}\p{sc=Syrc}\p{sc=Deva}\p{sc=Beng}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Mong}\p{Extended_Pictographic}\ufe0f])[\u200c\u200d]/gu;
/** What chat templates of models make turns of: `<|im_start|>`, `<start_of_turn>`, `[INST]`, `<<SYS>>`. */
const TEMPLATE_TOKEN =
  /<(?=[|｜]|\/?(?:s|bos|eos|sys|pad|unk|system|user|assistant|human|(?:start|end)_of_turn)>|<\/?sys>>)|\[(?=\/?INST\])/giu;
/** What looks like a fence of any request. */
const LOOKALIKE = /<(?=\s*\/?\s*source-)/giu;
/** A document's own reference mark, which an answer would be taken to cite a source with. */
const REFERENCE_MARK =
  /(?<![\p{L}\p{N}_)\]])[[【［](\s*\^?\p{Nd}{1,3}(?:\s*[-–,，、]\s*\p{Nd}{1,3})*\s*)[\]】］]/gu;

/** A text that speaks for nobody: it reads the same, and nothing in it has a meaning to the machinery. Pure. */
export function asData(text: string): string {
  return text
    .replace(LINE_END, "\n")
    .replace(UNSEEN, "")
    .replace(STRAY_JOINER, "")
    .replace(TEMPLATE_TOKEN, (token) => `${token} `)
    .replace(LOOKALIKE, "‹")
    .replace(REFERENCE_MARK, "($1)");
}
