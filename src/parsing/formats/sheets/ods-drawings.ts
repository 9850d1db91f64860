import { Parser } from "htmlparser2";
import { lineOf, pictureOf } from "../../markdown.ts";
import { columnLetters } from "../../table/head.ts";
import { SHAPES } from "../odf/elements.ts";
import { commentLine } from "./comment-line.ts";

const CHUNK_BYTES = 256 * 1024;
/** What is drawn on a sheet, or noted at a cell. */
const DRAWN = ["<draw:", "<office:annotation"];
const DRAWINGS = new Set([...SHAPES, "frame"]);
/** Elements that stand for white space. */
const SPACES: ReadonlyMap<string, string> = new Map([
  ["s", " "],
  ["tab", " "],
  ["line-break", "\n"],
]);

/**
 * What is drawn on the sheets of OpenDocument, as Markdown by their names: the texts of boxes, descriptions of pictures,
 * and comments on cells that hold nothing else, which the library passes over with their cells.
 * @param content the part with the cells
 */
export async function odsDrawingsOf(content: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const reading = new Reading();
  if (!DRAWN.some((start) => bytes.includes(start))) return reading.drawn;
  const parser = new Parser(reading, { xmlMode: true });
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    parser.write(decoder.decode(bytes.subarray(at, at + CHUNK_BYTES), { stream: true }));
    await Bun.sleep(0);
  }
  parser.end();
  return reading.drawn;
}

interface Note {
  author: string;
  text: string;
}

/** Follows the parser from element to element. */
class Reading {
  readonly drawn = new Map<string, string>();
  private sheet = "";
  private row = 0;
  private rowsHere = 1;
  private column = 0;
  private columnsHere = 1;
  private cellIsEmpty = true;
  /** Drawings within drawings that are open. */
  private depth = 0;
  /** Documents within the sheet that are open: a chart repeats what stands in cells. */
  private objects = 0;
  private words = "";
  /** The lines of the drawing that is open. */
  private lines: string[] = [];
  private note: Note | undefined;
  /** The element whose text is read. */
  private open = "";

  onopentag(fullName: string, attributes: Record<string, string>): void {
    const name = localName(fullName);
    if (name === "object") this.objects++;
    if (this.objects > 0) return;
    if (name === "table" && this.depth === 0) this.startSheet(attributes["table:name"] ?? "");
    else if (name === "table-row") this.startRow(attributes);
    else if (name.endsWith("table-cell")) this.startCell(attributes);
    else if (name === "annotation") this.note = { author: "", text: "" };
    else if (DRAWINGS.has(name)) this.depth++;
    else if (name === "p" || name === "desc" || name === "creator") this.open = name;
    else if (SPACES.has(name)) this.ontext(SPACES.get(name) ?? "");
  }

  ontext(text: string): void {
    if (this.objects > 0) return;
    if (this.note && this.open === "creator") this.note.author += text;
    else if (this.note && this.open === "p") this.note.text += text;
    else if (this.depth > 0 && this.open !== "") this.words += text;
  }

  onclosetag(fullName: string): void {
    const name = localName(fullName);
    if (name === "object") this.objects--;
    if (this.objects > 0) return;
    if (name === "table-row") this.row += this.rowsHere;
    else if (name.endsWith("table-cell")) this.column += this.columnsHere;
    else if (name === "annotation") this.endNote();
    else if (DRAWINGS.has(name)) this.endDrawing();
    else if (name === this.open) this.endText(name);
  }

  private startSheet(name: string): void {
    this.sheet = name;
    this.row = 0;
  }

  private startRow(attributes: Record<string, string>): void {
    this.column = 0;
    this.rowsHere = Number(attributes["table:number-rows-repeated"] ?? 1);
  }

  private startCell(attributes: Record<string, string>): void {
    this.columnsHere = Number(attributes["table:number-columns-repeated"] ?? 1);
    this.cellIsEmpty = attributes["office:value-type"] === undefined;
  }

  private endText(name: string): void {
    this.open = "";
    if (this.note) this.note.text += name === "p" ? "\n" : "";
    else this.lines.push(name === "desc" ? pictureOf(this.words) : lineOf(this.words));
    this.words = "";
  }

  private endDrawing(): void {
    if (--this.depth === 0) this.say(this.lines.splice(0).filter(Boolean).join("\n"));
  }

  private endNote(): void {
    const note = this.note;
    this.note = undefined;
    const place = `${columnLetters(this.column)}${this.row + 1}`;
    if (note && this.cellIsEmpty) this.say(commentLine(note.author, place, note.text));
  }

  private say(text: string): void {
    if (!text) return;
    const before = this.drawn.get(this.sheet);
    this.drawn.set(this.sheet, before ? `${before}\n\n${text}` : text);
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
