import { type Span, sentencesOf } from "../../retrieval/segmentation/sentences.ts";
import { type Marker, withoutMarkers } from "./markers.ts";

/** A sentence of a model's reply, a row of its tables or a block of its code, and the source numbers it names. */
export interface Claim {
  /** Without its markers. */
  readonly text: string;
  /** White space between this claim and the one before. */
  readonly gap: string;
  /** As the model gave them, in order, each once; nothing about them has been checked. */
  readonly markers: readonly number[];
  /** Where markers have to stand so that the reply keeps its form: an offset into the text; its end by default. */
  readonly markersAt?: number;
  /** What parts them from the text; a space by default. */
  readonly markersGap?: string;
}

/** Longest reply that is read, in UTF-16 units; a model that rambles on is cut. */
const REPLY_LENGTH_MAX = 20_000;
/** The head of a list of the sources at the end, and what stands on its lines: the citations are that list. */
const REFERENCES_HEAD =
  /^[\s#*]*(?:sources?|references?|citations?|nguồn|(?:các )?(?:nguồn|tài liệu) tham khảo|источники|ссылки|参考(?:资料|文献|来源)|參考(?:資料|文獻|來源)|来源|來源|出典|参考文献)[\s*:：]*$/iu;
const REFERENCES_LINE =
  /^\s*$|^\s{0,8}(?:[-*•] |\d{1,2}[.)] )?[[【［(]\^?\w{0,9} ?\d{1,2}[\]】］)]/u;
/** `[^1]: bridges.txt` */
const FOOTNOTE = /^[ \t]*\[\^?\d{1,2}\]:[^\n]*$/gmu;

/** The claims of a model's reply with the markers taken out of them; what is a form of its own keeps it. Pure. */
export function claimsOf(reply: string): Claim[] {
  const said = reply.slice(0, REPLY_LENGTH_MAX);
  const { text, markers } = withoutMarkers(withoutReferences(said.replace(FOOTNOTE, "")).trim());
  const pieces = piecesOf(text);
  const owners = markers.map((marker) => ownerOf(marker, pieces));
  return pieces.map((piece, index) => {
    const own = markers.filter((_, number) => owners[number] === index);
    return {
      text: text.slice(piece.start, piece.end),
      gap: text.slice(pieces[index - 1]?.end ?? 0, piece.start),
      markers: [...new Set(own.flatMap(({ numbers }) => numbers))],
      ...formOf(piece, text),
    };
  });
}

function withoutReferences(reply: string): string {
  const lines = reply.split("\n");
  const head = lines.findLastIndex((line) => REFERENCES_HEAD.test(line));
  const isList = head >= 0 && lines.slice(head + 1).every((line) => REFERENCES_LINE.test(line));
  return isList ? lines.slice(0, head).join("\n") : reply;
}

/** A marker after the full stop still belongs to the sentence that it follows. */
function ownerOf({ at, leads }: Marker, pieces: readonly Piece[]): number {
  if (leads) return pieces.findIndex(({ end }) => end > at);
  return Math.max(
    0,
    pieces.findLastIndex(({ start }) => start < at),
  );
}

interface Piece extends Span {
  readonly form: "prose" | "row" | "code";
}

function formOf(
  { form, start, end }: Piece,
  text: string,
): Pick<Claim, "markersAt" | "markersGap"> {
  // Behind the last cell a marker would be a cell too many, and behind a block's end there would be none.
  // In a table's head they stand in its names, not in the rule below.
  if (form === "row") return { markersAt: text.slice(start, end).search(/\s*\|\s*(?:\n|$)/u) };
  return form === "code" ? { markersGap: "\n\n" } : {};
}

const ROW = /^\s*\|.*\|\s*$/u;
const RULE = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/u;
const CODE_FENCE = /^[ \t]*(```|~~~)/u;

/** Every line is of one form; a table's head goes with the rule below it. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const lines = linesOf(text);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? { start: 0, end: 0 };
    const last = blockEnd(text, lines, index);
    if (last !== undefined) {
      const isCode = CODE_FENCE.test(text.slice(line.start, line.end));
      pieces.push({
        start: line.start,
        end: lines[last]?.end ?? line.end,
        form: isCode ? "code" : "row",
      });
      index = last;
      continue;
    }
    for (const { start, end } of sentencesOf(text.slice(line.start, line.end)))
      pieces.push({ start: line.start + start, end: line.start + end, form: "prose" });
  }
  return pieces;
}

/** The last line of the block of code, or of the row of a table, that begins with this line. */
function blockEnd(text: string, lines: readonly Span[], index: number): number | undefined {
  const at = (place: number) => text.slice(lines[place]?.start ?? 0, lines[place]?.end ?? 0);
  const [, fence] = CODE_FENCE.exec(at(index)) ?? [];
  if (fence !== undefined) {
    const close = lines.findIndex((_, place) => place > index && at(place).trim() === fence);
    return close < 0 ? lines.length - 1 : close;
  }
  if (!ROW.test(at(index))) return undefined;
  return index + 1 < lines.length && RULE.test(at(index + 1)) ? index + 1 : index;
}

function linesOf(text: string): Span[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const span = { start, end: start + line.length };
    start = span.end + 1;
    return span;
  });
}
