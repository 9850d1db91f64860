import type { Flow } from "../../flow.ts";
import { attributeOf, childOf, type Element, elementAt, nameOf } from "../../markup.ts";
import { PagedTable } from "../../paged-table.ts";
import { shownChildren } from "../ooxml/package.ts";
import { type Inline, inlineOf, isPrompt } from "./inline.ts";
import { LaidOutTable } from "./laid-out-table.ts";
import { type Beside, labelOf, linesOf, type Setting } from "./lines.ts";
import type { Note } from "./notes.ts";
import { PageBreaks } from "./page-breaks.ts";
import { marksIn, type PlacedPicture, withoutMarks } from "./pictures.ts";
import { rowsOf, textsOf } from "./table.ts";

/** Writes paragraphs, lists and tables into a flow, page by page as Word's layout last had them. */
export class Body {
  private readonly breaks = new PageBreaks();
  private readonly endnotes: Note[] = [];
  /** The parts of a paragraph that is not at its end. */
  private readonly parts: Inline[] = [];
  /** Those in paragraphs, in their order. */
  readonly pictures: PlacedPicture[] = [];

  constructor(
    private readonly setting: Setting,
    private readonly flow: Flow,
  ) {}

  /** As `block`, and yields what has been read; of a table row by row, for it may be all of a document. */
  *inSteps(element: Element): Generator<Element, undefined> {
    if (nameOf(element) === "tbl") {
      this.endParagraph();
      yield* this.table(element);
    } else this.block(element);
    yield element;
  }

  block(element: Element): void {
    switch (nameOf(element)) {
      case "p":
        return this.paragraph(element);
      case "tbl":
        this.endParagraph();
        return this.table(element).forEach(() => undefined);
      case "sdt":
        return isPrompt(element) ? undefined : this.blocks(element);
      case "del":
      case "movefrom":
        return undefined;
      default:
        return this.blocks(element);
    }
  }

  /** Another page, unless this one has just begun. */
  startPage(): void {
    this.flow.startPage();
    this.breaks.wanted();
  }

  /** What stands behind all else. */
  end(): void {
    this.endParagraph();
    this.notes(this.endnotes);
  }

  /** No other follows in which it could go on. */
  private endParagraph(): void {
    if (this.parts.length > 0) this.write(undefined);
  }

  private blocks(parent: Element): void {
    for (const child of shownChildren(parent)) this.block(child);
  }

  private paragraph(paragraph: Element): void {
    const properties = childOf(paragraph, "ppr");
    const { styles } = this.setting;
    if (styles.paragraphIs(properties, "pagebreakbefore")) this.startPage();
    this.parts.push(inlineOf(paragraph, this.setting));
    if (!runsOn(properties)) this.write(properties);
  }

  private write(properties: Element | undefined): void {
    const { styles } = this.setting;
    const inline = joined(this.parts.splice(0));
    const label = labelOf(properties, inline, this.setting);
    const heading = styles.headingLevel(properties);
    const level = styles.listPlace(properties)?.level ?? 0;
    this.inPages(inline, (part, isFirst) => {
      if (heading !== undefined)
        this.flow.heading(heading, isFirst && label !== "-" ? `${label} ${part}` : part);
      else if (label) this.flow.item(level, isFirst ? label : "", part);
      else this.flow.paragraph(part);
    });
    this.endnotes.push(...inline.endnotes);
    for (const box of inline.boxes) this.blocks(box);
    for (const graphic of inline.graphics) this.flow.block(graphic);
  }

  /** Writes what has words; notes, which come in the order of their marks, go to the page that bears these. */
  private inPages(inline: Inline, write: (part: string, isFirst: boolean) => void): void {
    const { text, notes } = inline;
    const pictures = [...inline.pictures];
    const marked = this.breaks.split(text);
    const parts = marked.map(withoutMarks);
    const first = parts.findIndex((part) => part.trim());
    let told = 0;
    parts.forEach((part, at) => {
      if (at > 0) this.flow.breakPage();
      if (part.trim()) write(part, at === first);
      const shown = pictures.splice(0, marksIn(marked[at] ?? ""));
      // A page that bears but a picture is one.
      if (shown.length > 0) this.flow.paragraph("");
      const pageIdx = this.flow.pageCount - 1;
      this.pictures.push(...shown.map((picture) => ({ ...picture, pageIdx })));
      const from = told;
      const isLast = at === parts.length - 1;
      while (told < notes.length && (isLast || part.includes(notes[told]?.mark ?? ""))) told++;
      this.notes(notes.slice(from, told));
    });
  }

  private notes(notes: readonly Note[]): void {
    for (const note of notes) {
      const beside: Beside = { notes: [], endnotes: [], graphics: [] };
      const text = linesOf(note.content, this.setting, beside);
      const line = text.replace(/[\x01\x02]/g, " ");
      if (note.mark) this.flow.note(`${note.mark}: ${line}`);
      else this.flow.comment(attributeOf(note.content, "author") ?? "", line);
    }
  }

  private *table(element: Element): Generator<Element, undefined> {
    // A table of one column is a frame, or a page's layout.
    const isFrame = rowsOf(element).every(({ cells }) => cells.length <= 1);
    if (isFrame) {
      for (const row of rowsOf(element)) {
        for (const cell of row.cells) this.blocks(cell);
        yield row.element;
      }
      return;
    }
    const table = new LaidOutTable(new PagedTable(this.flow), this.breaks);
    const beside: Beside = { notes: [], endnotes: this.endnotes, graphics: [] };
    let isFirst = true;
    for (const row of rowsOf(element)) {
      table.add(textsOf(row, isFirst, (cell) => linesOf(cell, this.setting, beside)));
      isFirst = false;
      yield row.element;
    }
    table.end();
    for (const graphic of beside.graphics) this.flow.block(graphic);
    this.notes(beside.notes);
  }
}

/** Whether it goes on in the next paragraph: its end is deleted, or it is but the first letter, set large. */
function runsOn(properties: Element | undefined): boolean {
  if (elementAt(properties, "rpr", "del")) return true;
  const frame = childOf(properties, "framepr");
  return frame !== undefined && /^(drop|margin)$/.test(attributeOf(frame, "dropCap") ?? "");
}

function joined(parts: readonly Inline[]): Inline {
  return {
    text: parts.map(({ text }) => text).join(""),
    notes: parts.flatMap(({ notes }) => notes),
    endnotes: parts.flatMap(({ endnotes }) => endnotes),
    boxes: parts.flatMap(({ boxes }) => boxes),
    graphics: parts.flatMap(({ graphics }) => graphics),
    pictures: parts.flatMap(({ pictures }) => pictures),
  };
}
