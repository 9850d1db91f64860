import { type FontReading, readingOfFont } from "../../encoding/vietnamese-fonts.ts";
import { Flow, PAGE_BREAK } from "../../flow.ts";
import { lineOf } from "../../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  contentOf,
  type Element,
  nameOf,
  textOf,
} from "../../markup.ts";
import { PagedTable } from "../../paged-table.ts";
import { descriptionOf, formulaOf, numberOf, SHAPES, SILENT } from "./elements.ts";
import { type List, Numbering } from "./numbering.ts";
import type { OdfPackage } from "./package.ts";
import { Styles } from "./styles.ts";
import { type Cell, writeRows } from "./table.ts";

/** What all parts of a document are read with. */
interface Document {
  readonly styles: Styles;
  readonly numbering: Numbering;
  readonly objects: OdfPackage["objects"];
  /** Notes so far. */
  notes: number;
}

/** Reads the elements of an OpenDocument body one after the other into a flow. */
export class Reading {
  /** Pages that have begun within the paragraph that is being read. */
  private breaks = 0;
  /** What hangs on the paragraph that is being read, and stands after it: text boxes, drawings. */
  private hanging: Element[] = [];
  /** How letters are to be read that stand in the places of others. */
  private readFont: FontReading | undefined;

  private constructor(
    private readonly document: Document,
    readonly flow: Flow,
    /** Where notes go: to the page, also from within a cell. */
    private readonly page: Flow,
    private readonly isCell: boolean,
  ) {}

  static of({ content, styles, objects }: OdfPackage, flow: Flow): Reading {
    const all = new Styles(content, styles);
    const document = { styles: all, numbering: new Numbering(all), objects, notes: 0 };
    return new Reading(document, flow, flow, false);
  }

  /** Reads on in another flow, as one slide comes after the other. */
  into(flow: Flow): Reading {
    return new Reading(this.document, flow, flow, false);
  }

  blocks(parent: Element): void {
    for (const child of childrenOf(parent)) this.block(child);
  }

  /** As `blocks`, and yields what has been read; of a table row by row, for it may be all of a document. */
  *inSteps(parent: Element): Generator<Element, undefined> {
    for (const child of childrenOf(parent)) {
      if (nameOf(child) === "table") yield* this.table(child);
      else this.block(child);
      yield child;
    }
  }

  block(element: Element): void {
    switch (nameOf(element)) {
      case "p":
        return this.paragraph(element);
      case "h":
        return this.heading(element, "");
      case "list":
        return this.list(element, this.document.numbering.begin(element), 0);
      case "table":
        return this.table(element).forEach(() => undefined);
      case "section":
        if (attributeOf(element, "display") !== "none") this.blocks(element);
        return;
      case "soft-page-break":
        return this.flow.breakPage();
      case "annotation":
        return this.comment(element);
      default:
        if (nameOf(element) === "frame" || SHAPES.has(nameOf(element))) this.drawing(element);
        else if (!SILENT.has(nameOf(element))) this.blocks(element);
    }
  }

  /** The text of what is in a line: a slide's title. */
  lineOf(element: Element): string {
    const inner = this.inner();
    inner.blocks(element);
    return lineOf(inner.flow.text());
  }

  private paragraph(element: Element): void {
    const { isTitle } = this.traitsOf(element);
    this.write(element, (text) =>
      isTitle ? this.flow.heading(1, text) : this.flow.paragraph(text),
    );
  }

  /** @param label of the list that it is an item of */
  private heading(element: Element, label: string): void {
    const level = Math.max(numberOf(element, "outline-level", 1), 1);
    this.write(element, (text) => {
      if (!text.trim()) return this.flow.paragraph("");
      const isHeader = attributeOf(element, "is-list-header") === "true";
      const own = isHeader ? "" : this.document.numbering.heading(level - 1);
      const number = [label, own].find((each) => each && each !== "-");
      this.flow.heading(level, number ? `${number} ${text}` : text);
    });
  }

  private list(element: Element, list: List, level: number): void {
    for (const item of childrenOf(element)) {
      // A list's header is no item, and what follows an item's first paragraph is the same item still.
      let isNew = nameOf(item) !== "list-header";
      for (const child of childrenOf(item)) {
        const name = nameOf(child);
        if (name === "list") {
          this.list(child, this.document.numbering.within(list, child), level + 1);
        } else if (name === "p" || name === "h") {
          const label = isNew ? this.document.numbering.item(list, level, item) : undefined;
          this.listed(child, label, level, nameOf(item) === "list-header");
          isNew = false;
        } else if (name !== "number") this.block(child);
      }
    }
  }

  /** @param label undefined if it begins no item */
  private listed(
    element: Element,
    label: string | undefined,
    level: number,
    isHeader: boolean,
  ): void {
    if (nameOf(element) === "h") return this.heading(element, label ?? "");
    this.write(element, (text) => {
      if (isHeader || label === "") this.flow.paragraph(text);
      else this.flow.item(level, label ?? "", text);
    });
  }

  /** A paragraph in its place on the pages, and what hangs on it. */
  private write(element: Element, write: (text: string) => void): void {
    const { breaksBefore, breaksAfter, isHidden, font = "" } = this.traitsOf(element);
    this.readFont = readingOfFont(font);
    if (breaksBefore && !this.isCell) this.flow.startPage();
    if (!isHidden) this.hang(() => write(this.inline(element)));
    if (breaksAfter && !this.isCell) this.flow.breakPage();
  }

  /** Writes a paragraph, and then what it has left hanging. */
  private hang(write: () => void): void {
    const outer = this.hanging;
    this.hanging = [];
    this.breaks = 0;
    write();
    const hanging = this.hanging;
    this.hanging = outer;
    for (const each of hanging) this.block(each);
  }

  private traitsOf(element: Element) {
    return this.document.styles.traitsOf("paragraph", attributeOf(element, "style-name"));
  }

  private inline(parent: Element): string {
    return Array.from(contentOf(parent), (child) =>
      typeof child === "string" ? this.shown(child) : this.piece(child),
    ).join("");
  }

  /** What an element within a paragraph says. */
  private piece(element: Element): string {
    switch (nameOf(element)) {
      case "s":
      case "tab":
        return " ";
      case "line-break":
        return "\n";
      case "soft-page-break":
        this.breaks++;
        return PAGE_BREAK;
      case "span":
        return this.span(element);
      case "note":
        return this.note(element);
      case "annotation":
        this.comment(element);
        return "";
      case "page-number":
        // Where there is none, as in the notes of slides, a word stands for it.
        return textOf(element).startsWith("<") ? "" : this.inline(element);
      case "hidden-text":
        return attributeOf(element, "is-hidden") === "false" ? this.inline(element) : "";
      case "frame":
        return this.inlineFrame(element);
      case "p":
      case "list":
        // Of a drawing that stands in the paragraph.
        this.hanging.push(element);
        return "";
      default:
        if (SILENT.has(nameOf(element))) return "";
        return SHAPES.has(nameOf(element)) ? this.shape(element) : this.inline(element);
    }
  }

  private span(element: Element): string {
    const name = attributeOf(element, "style-name");
    const { isHidden, font } = this.document.styles.traitsOf("text", name);
    if (isHidden) return "";
    const outer = this.readFont;
    if (font !== undefined) this.readFont = readingOfFont(font);
    const text = this.inline(element);
    this.readFont = outer;
    return text;
  }

  /** Letters as their font shows them; white space of any kind is one space. */
  private shown(words: string): string {
    return (this.readFont?.(words) ?? words).replace(/\s+/g, " ");
  }

  private note(element: Element): string {
    const body = childOf(element, "note-body");
    const mark = `[^${++this.document.notes}]`;
    this.page.note(`${mark}: ${body ? this.lineOf(body) : ""}`, this.breaks);
    return mark;
  }

  private comment(element: Element): void {
    const said = childrenOf(element).filter((child) => /^(p|list)$/.test(nameOf(child)));
    const author = childOf(element, "creator");
    const text = said.map((each) => lineOf(textOf(each))).join(" ");
    this.page.comment(author ? textOf(author) : "", text, this.breaks);
  }

  /** A frame that stands in a line: what it says there; what does not fit in a line stands after it. */
  private inlineFrame(frame: Element): string {
    const object = this.objectOf(frame);
    if (object && nameOf(object) === "math") return ` ${formulaOf(object)} `;
    const content = childOf(frame, "text-box") ?? object ?? childOf(frame, "table");
    if (content) this.hanging.push(content);
    return descriptionOf(frame);
  }

  private shape(shape: Element): string {
    const within = childrenOf(shape).filter((child) => !/^(title|desc)$/.test(nameOf(child)));
    return within.map((child) => this.piece(child)).join("") + descriptionOf(shape);
  }

  /** A frame or a shape that stands by itself. */
  private drawing(element: Element): void {
    this.hang(() => this.flow.paragraph(this.piece(element)));
  }

  private objectOf(frame: Element): Element | undefined {
    const object = childOf(frame, "object");
    if (!object) return undefined;
    const path = (attributeOf(object, "href") ?? "").replace(/^\.\//, "");
    const [inner] = childrenOf(this.document.objects.get(path) ?? object);
    return inner;
  }

  private *table(element: Element): Generator<Element, undefined> {
    const style = this.document.styles.traitsOf("table", attributeOf(element, "style-name"));
    if (style.breaksBefore && !this.isCell) this.flow.startPage();
    // In a cell it can only be a line.
    const line = (rows: readonly (readonly string[])[]) =>
      this.flow.paragraph(rows.flat().filter(Boolean).join(" "));
    const table = new PagedTable(this.flow, this.isCell ? line : undefined);
    yield* writeRows(element, table, (cell) => this.cell(cell));
    table.end();
  }

  private cell(element: Element): Cell {
    const inner = this.inner();
    inner.blocks(element);
    return { text: inner.flow.text(), breaks: inner.flow.pageCount - 1 };
  }

  /** Reads what becomes one line: a cell, a note. */
  private inner(): Reading {
    return new Reading(this.document, new Flow(), this.page, true);
  }
}
