import { blocksOf, lineOf } from "../../markdown.ts";
import { recordsOf } from "../../table/xls-records.ts";

/** Kinds of records (MS-XLS 2.3). */
const KIND = {
  end: 0x0a,
  continued: 0x3c,
  object: 0x5d,
  sheetName: 0x85,
  text: 0x1b6,
  begin: 0x809,
  chartText: 0x1025,
  chartWords: 0x100d,
  chartPlace: 0x1027,
} as const;
const COMMENT = 0x19;
/** Earlier releases write texts in other ways. */
const EXCEL_97 = 0x600;
/** What a text of a chart tells of: the chart, its axes. */
const TITLES = new Set([1, 2, 3, 7]);

/** What is drawn on the sheets of an old Excel workbook, by their names: the texts of boxes, titles of charts. */
export function xlsDrawingsOf(stream: Uint8Array): ReadonlyMap<string, string> {
  const reading = new Reading(Buffer.from(stream.buffer, stream.byteOffset, stream.length));
  const drawn = [...reading.read()].map(([name, texts]) => [name, blocksOf(texts)] as const);
  return new Map(drawn);
}

class Reading {
  private readonly names = new Map<number, string>();
  private readonly drawn = new Map<string, string[]>();
  private depth = 0;
  private sheet = "";
  private isComment = false;
  /** Letters of a box that are still to come, and those that came. */
  private left = 0;
  private words = "";
  private chartWords = "";
  private titles: string[] = [];

  constructor(private readonly stream: Buffer) {}

  read(): ReadonlyMap<string, string[]> {
    if (this.stream.length < 6 || this.stream.readUInt16LE(4) !== EXCEL_97) return this.drawn;
    for (const { kind, at, start, end } of recordsOf(this.stream))
      this.record(kind, this.stream.subarray(start, end), at);
    return this.drawn;
  }

  private record(kind: number, content: Buffer, at: number): void {
    switch (kind) {
      case KIND.begin:
        if (++this.depth === 1) this.sheet = this.names.get(at) ?? "";
        return;
      case KIND.end:
        return this.end();
      case KIND.sheetName:
        if (content.length >= 8) this.names.set(content.readUInt32LE(0), shortText(content, 6));
        return;
      case KIND.object:
        this.isComment = content.length >= 6 && content.readUInt16LE(4) === COMMENT;
        return;
      case KIND.text:
        this.left = content.length >= 12 ? content.readUInt16LE(10) : 0;
        this.words = "";
        return;
      case KIND.continued:
        return this.goOn(content);
      default:
        this.chart(kind, content);
    }
  }

  /** The letters of a box may come in several records. */
  private goOn(content: Buffer): void {
    if (this.left === 0 || content.length === 0) return;
    const words = lettersOf(content, 0, this.left);
    this.words += words;
    this.left = words ? this.left - words.length : 0;
    if (this.left === 0 && !this.isComment) this.say(this.words);
  }

  private chart(kind: number, content: Buffer): void {
    if (kind === KIND.chartText) this.chartWords = "";
    if (kind === KIND.chartWords && content.length > 4) this.chartWords = shortText(content, 2);
    if (kind !== KIND.chartPlace || content.length < 2) return;
    if (TITLES.has(content.readUInt16LE(0))) this.titles.push(lineOf(this.chartWords));
  }

  private end(): void {
    this.depth--;
    const titles = this.titles.splice(0).filter(Boolean);
    if (titles.length > 0) this.say(`[Chart: ${titles.join("; ")}]`);
  }

  private say(text: string): void {
    const texts = this.drawn.get(this.sheet) ?? [];
    texts.push(text.split("\n").map(lineOf).filter(Boolean).join("\n"));
    this.drawn.set(this.sheet, texts);
  }
}

/** A text before which its length stands, in one byte. */
function shortText(content: Buffer, at: number): string {
  return lettersOf(content, at + 1, content[at] ?? 0);
}

/** Letters of one byte or of two, as the byte before them says. */
function lettersOf(content: Buffer, at: number, count: number): string {
  const isWide = ((content[at] ?? 0) & 1) === 1;
  const end = Math.min(content.length, at + 1 + count * (isWide ? 2 : 1));
  return content.toString(isWide ? "utf16le" : "latin1", at + 1, end);
}
