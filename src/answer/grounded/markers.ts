/** Where a reply names its sources, and which. */
export interface Marker {
  /** Where it stood in the text that is left without markers. */
  readonly at: number;
  /** As the model gave them; nothing about them has been checked. */
  readonly numbers: readonly number[];
  /** It stands before what it marks: at the beginning of a line. */
  readonly leads: boolean;
}

const LABEL =
  "(?:sources?|docs?|documents?|refs?|references?|passages?|citations?|nguồn|tài liệu|источник\\p{L}*|документ\\p{L}*|来源|來源|文档|文檔|文件|资料|資料|出典)\\s*[:：#№]?\\s*";
const NUMBER = "[\\^#]?\\p{Nd}{1,3}(?:[:：]\\p{Nd}{1,3})?(?:†[^\\]】］)）]{0,40})?";
const NUMBERS = `${NUMBER}(?:\\s*(?:[-–—,，、;；&]|and|và|и|和|及|to|đến|,\\s*and)\\s*(?:${LABEL})?${NUMBER}){0,20}`;
/** `[1]`, `[1, 2]`, `[1–3]`, `[^1]`, `[Source 1]`, and in other scripts `【1】`, `［１］`; a link behind it goes with it. */
const BRACKETED = `[[【［]{1,2}\\s*(?:${LABEL})?${NUMBERS}\\s*[\\]】］]{1,2}(?:\\([^)\\s]{1,200}\\))?`;
/** `(Source 1)`; a number alone in round brackets may be anything. */
const LABELLED = `[(（]\\s*(?:see |xem |см\\.? ?)?${LABEL}${NUMBERS}\\s*[)）]`;
const MARKER = new RegExp(`[^\\S\\n]{0,3}(?:${BRACKETED}|${LABELLED})`, "giu");
/** Of a reply without any other marker: `(1)` where a sentence ends. */
const ROUND = /[^\S\n]{0,3}(?:[(（]\p{Nd}{1,2}[)）]){1,5}(?=[.。!?！？]?\s*$|[.。!?！？]\s)/gmu;
/** The widest range that a marker may name. */
const RANGE_MAX = 20;

/** Code is as it is: `rows[1]` names no source. */
const CODE = /^[ \t]*(```|~~~)[^\n]*\n[\s\S]*?(?:^[ \t]*\1[ \t]*$|$(?![\s\S]))|`[^`\n]+`/gmu;

/** A reply without its markers, and where they stood. Pure. */
export function withoutMarkers(reply: string): { text: string; markers: Marker[] } {
  const taken = taking(reply, MARKER);
  return taken.markers.length > 0 ? taken : taking(reply, ROUND);
}

function taking(reply: string, pattern: RegExp): { text: string; markers: Marker[] } {
  const code = [...reply.matchAll(CODE)].map(({ 0: { length }, index }) => [index, index + length]);
  const markers: Marker[] = [];
  let text = "";
  let copied = 0;
  for (const { 0: marker, index } of reply.matchAll(pattern)) {
    if (code.some(([start = 0, end = 0]) => start <= index && index < end)) continue;
    text += reply.slice(copied, index);
    copied = index + marker.length;
    const leads = isLineStart(text) && /^[ \t]*[^\s]/u.test(reply.slice(copied, copied + 20));
    // What it leads moves up to where it stood.
    if (leads) copied += /^[ \t]*/u.exec(reply.slice(copied))?.[0].length ?? 0;
    if (leads && /[^\s]$/u.test(text)) text += " ";
    markers.push({ at: text.length, numbers: numbersOf(marker), leads });
  }
  return { text: text + reply.slice(copied), markers };
}

/** Nothing but a list's bullet, or another marker's place, stands before it on its line. */
function isLineStart(text: string): boolean {
  return /^\s*(?:[-*•·–]|\d{1,3}[.)])?\s*$/u.test(text.slice(text.lastIndexOf("\n") + 1));
}

function numbersOf(marker: string): number[] {
  const plain = marker
    .normalize("NFKC")
    .replace(/\]\(.*$/u, "]")
    .replace(/†[^,\])】]*/gu, "")
    .replace(/(\d+):\d+/gu, "$1");
  return [...plain.matchAll(/(\d+)(?:\s*(?:[-–—]|to|đến)\s*\^?#?(\d+))?/giu)].flatMap(
    ([, first, last]) => {
      const from = Number(first);
      const length = Number(last ?? first) - from + 1;
      return Array.from(
        { length: Math.min(RANGE_MAX, Math.max(1, length)) },
        (_, index) => from + index,
      );
    },
  );
}
