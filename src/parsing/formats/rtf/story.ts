import { Flow, PAGE_BREAK } from "../../flow.ts";
import { lineOf } from "../../markdown.ts";
import { Pieces } from "../../pieces.ts";
import { type Row, TableGrid } from "./table-grid.ts";

/** What a paragraph is. */
export interface Paragraph {
  /** From 1; undefined for running text. */
  readonly heading: number | undefined;
  /** How many tables it lies in. */
  readonly tables: number;
  /** From 0, of a list's item. */
  readonly listLevel: number;
}

interface OpenTable {
  readonly grid: TableGrid;
  cells: string[];
  /** Of the cell that is being written. */
  paragraphs: string[];
}

/** Tables within tables within tables: no more of them are told apart. */
const TABLES_MAX = 5;

/** A run of paragraphs: the document's body, a footnote, a text box. */
export class Story {
  private text = new Pieces();
  /**
   * As of the last text, undefined before any: some writers end the group that says what a paragraph is before
   * the paragraph.
   */
  private properties: Paragraph | undefined;
  private label = "";
  private attached: string[] = [];
  private readonly tables: OpenTable[] = [];

  /** @param depth how many stories it lies in */
  constructor(
    readonly depth: number,
    readonly flow = new Flow(),
  ) {}

  append(text: string, properties: Paragraph): void {
    this.text.add(text);
    if (text.trim()) this.properties = properties;
  }

  /** The number or the bullet that stands before an item of a list. */
  labelWith(text: string): void {
    this.label += text;
  }

  /** What hangs on the paragraph that is being written: a text box, a picture's description. */
  attach(text: string): void {
    if (text) this.attached.push(text);
  }

  /** Where one page ends and another begins; a row of a table is not torn apart. */
  breakPage(): void {
    if (this.isInRow()) return;
    this.closeTables(0);
    if (this.properties) this.text.add(PAGE_BREAK);
    else this.flow.breakPage();
  }

  /** Before a paragraph that begins a page. */
  startPage(): void {
    if (this.isInRow() || this.properties) return;
    this.closeTables(0);
    this.flow.startPage();
  }

  endParagraph(current: Paragraph): void {
    const properties = this.properties ?? current;
    const { label, attached } = this;
    const text = this.text.text();
    this.text = new Pieces();
    this.label = "";
    this.attached = [];
    this.properties = undefined;
    const table = this.tableAt(Math.min(properties.tables, TABLES_MAX));
    if (table) table.paragraphs.push(lineOf(`${markerOf(label)} ${text}`), ...attached);
    else {
      this.write(properties, label, text);
      for (const each of attached) this.flow.paragraph(each);
    }
  }

  /** @param depth from 1: of the table whose cell ends */
  endCell(current: Paragraph, depth: number): void {
    const within = Math.max(depth, 1);
    this.properties ??= current;
    this.properties = { ...this.properties, tables: Math.max(this.properties.tables, within) };
    this.endParagraph(this.properties);
    const table = this.tableAt(Math.min(within, TABLES_MAX));
    if (!table) return;
    table.cells.push(table.paragraphs.join(" "));
    table.paragraphs = [];
  }

  /** @param edges where the row's cells end on the page, from left to right */
  endRow(depth: number, edges: readonly number[]): void {
    const table = this.tableAt(Math.min(Math.max(depth, 1), TABLES_MAX));
    if (!table) return;
    const row: Row = { cells: table.cells, edges: edges.slice(0, table.cells.length) };
    table.grid.add(row);
    table.cells = [];
    table.paragraphs = [];
  }

  /** All that is left open comes to its end. */
  end(current: Paragraph): void {
    if (this.properties || this.attached.length > 0) this.endParagraph(current);
    this.closeTables(0);
  }

  private isInRow(): boolean {
    return this.tables.some(({ cells, paragraphs }) => cells.length + paragraphs.length > 0);
  }

  private write({ heading, listLevel }: Paragraph, label: string, text: string): void {
    const marker = markerOf(label);
    if (heading !== undefined) {
      const numbered = marker === "-" || !text.trim() ? text : `${marker} ${text}`;
      this.flow.heading(heading, numbered);
    } else if (marker) this.flow.item(listLevel, marker, text);
    else this.flow.paragraph(text);
  }

  /** The table that lies so deep, opened if need be; deeper ones become text of its cell. */
  private tableAt(depth: number): OpenTable | undefined {
    this.closeTables(depth);
    while (this.tables.length < depth)
      this.tables.push({ grid: new TableGrid(), cells: [], paragraphs: [] });
    return this.tables.at(-1);
  }

  private closeTables(depth: number): void {
    while (this.tables.length > depth) {
      const closed = this.tables.pop();
      if (!closed) return;
      const rest = [...closed.cells, ...closed.paragraphs];
      if (rest.some(Boolean)) closed.grid.add({ cells: rest, edges: [] });
      const parent = this.tables.at(-1);
      if (parent) parent.paragraphs.push(closed.grid.text());
      else this.flow.table(closed.grid.rows());
    }
  }
}

/** A bullet of whatever shape is a dash; numbers stay as they are. */
function markerOf(label: string): string {
  const text = lineOf(label);
  return text && (/[\p{L}\p{N}]/u.test(text) && text !== "o" ? text : "-");
}
