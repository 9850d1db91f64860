import type { Report } from "../pipe/failure.ts";

/** A file may have a fault on every page, and a parser that fell to a file may say anything. */
const REPORTS_MAX = 20;
/** Longer ones are cut. */
const LINE_CHARS_MAX = 500;
const ORIGIN_CHARS_MAX = 2_000;
/** What ends a line of the log, or would give orders to a terminal. */
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;

/** Passes on what a parser tells over one document, as far as a log has room for it. */
export class Reports {
  #left = REPORTS_MAX;

  constructor(private readonly tell: (report: Report) => void) {}

  take({ what, origin }: Report): void {
    if (this.#left === 0) return;
    const line = what.slice(0, LINE_CHARS_MAX).replace(CONTROL, " ").trim();
    this.tell({ what: line, ...(origin && { origin: origin.slice(0, ORIGIN_CHARS_MAX) }) });
    if (--this.#left === 0) this.tell({ what: "More was told of this file than is kept." });
  }
}

/** The lines of a stream that are not blank, cut where they are too long for the log. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = "";
  for await (const bytes of stream) {
    const [end = "", ...others] = decoder.decode(bytes, { stream: true }).split("\n");
    line = joined(line, end);
    for (const next of others) {
      if (line.trim()) yield line;
      line = joined("", next);
    }
  }
  if (line.trim()) yield line;
}

function joined(line: string, more: string): string {
  return line + more.slice(0, LINE_CHARS_MAX - line.length);
}
