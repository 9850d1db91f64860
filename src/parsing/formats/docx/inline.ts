import { type FontReading, readingOfFont } from "../../encoding/vietnamese-fonts.ts";
import { pictureOf } from "../../markdown.ts";
import { attributeOf, childOf, descendantsOf, type Element, nameOf, textOf } from "../../markup.ts";
import { altTextOf } from "../ooxml/alt-text.ts";
import { type Graphics, takeGraphic } from "../ooxml/graphics.ts";
import { equationOf } from "../ooxml/math.ts";
import { isOn, shownChildren } from "../ooxml/package.ts";
import { symbolOf, withSymbols } from "../ooxml/symbols.ts";
import { type Fields, isPageNumber } from "./fields.ts";
import type { Note, Notes } from "./notes.ts";
import { LAYOUT_BREAK, WANTED_BREAK } from "./page-breaks.ts";
import { type Picture, PICTURE } from "./pictures.ts";
import type { Styles } from "./styles.ts";

/** What the text within paragraphs leads to. */
export interface Context {
  readonly styles: Styles;
  readonly fields: Fields;
  readonly footnotes: Notes;
  readonly endnotes: Notes;
  readonly comments: Notes;
  readonly graphics: Graphics;
  /** Running heads say nothing by the numbers of pages. */
  readonly dropsPageNumbers: boolean;
}

/** What a paragraph holds. */
export interface Inline {
  readonly text: string;
  /** Notes whose marks stand in the text, and comments. */
  readonly notes: readonly Note[];
  readonly endnotes: readonly Note[];
  /** The contents of text boxes. */
  readonly boxes: readonly Element[];
  readonly graphics: readonly string[];
  /** One for each mark that stands for a picture in the text. */
  readonly pictures: readonly Picture[];
}

/** Reads a paragraph as it shows: results of fields, without what is deleted or hidden. */
export function inlineOf(paragraph: Element, context: Context): Inline {
  const reading = new Reading(context, childOf(paragraph, "ppr"));
  reading.children(paragraph);
  context.fields.endParagraph();
  return { ...reading.found, text: reading.pieces.join("") };
}

const SOFT_HYPHEN = "\u00ad";

/** No text holds them; page breaks are told by them. */
const CONTROLS = /[\0-\x1f\x7f]+/g;

/** What says nothing of itself, or is not shown. */
const SKIPPED = new Set(
  "ppr rpr sdtpr sdtendpr del movefrom deltext delinstrtext rt flddata ffdata numpicbullet".split(
    " ",
  ),
);

type Visit = (reading: Reading, element: Element) => void;

// A map, for names of a file may be those of any object's parts.
const VISITS = new Map<string, Visit>(
  Object.entries({
    r: (reading, run) => reading.run(run),
    t: (reading, text) => reading.say(reading.shown(wordsOf(text))),
    tab: (reading) => reading.mark("\t"),
    ptab: (reading) => reading.mark("\t"),
    cr: (reading) => reading.mark("\n"),
    br: (reading, br) => reading.mark(attributeOf(br, "type") === "page" ? WANTED_BREAK : "\n"),
    lastrenderedpagebreak: (reading) => reading.mark(LAYOUT_BREAK),
    nobreakhyphen: (reading) => reading.say("-"),
    softhyphen: (reading) => reading.say(reading.shown(SOFT_HYPHEN)),
    sym: (reading, sign) => reading.say(signOf(sign)),
    fldchar: (reading, mark) => reading.say(reading.context.fields.mark(mark)),
    instrtext: (reading, text) => reading.context.fields.instruct(textOf(text)),
    fldsimple: (reading, field) => {
      if (!(reading.context.dropsPageNumbers && isPageNumber(field))) reading.children(field);
    },
    sdt: (reading, control) => {
      if (!isPrompt(control)) reading.children(control);
    },
    footnotereference: (reading, to) => reading.note(reading.context.footnotes.take(to)),
    commentreference: (reading, to) => reading.note(reading.context.comments.take(to)),
    endnotereference: (reading, to) => reading.endnote(reading.context.endnotes.take(to)),
    footnote: (reading, content) => reading.note(reading.context.footnotes.placed(content)),
    endnote: (reading, content) => reading.endnote(reading.context.endnotes.placed(content)),
    annotation: (reading, annotation) => {
      const type = attributeOf(annotation, "type");
      if (type === "Word.Comment") reading.note(reading.context.comments.placed(annotation));
      else if (type !== "Word.Deletion") reading.children(annotation);
    },
    omathpara: (reading, equations) => reading.equations(equations),
    omath: (reading, equation) => reading.say(dollars(equationOf(equation), "$")),
    txbxcontent: (reading, box) => reading.found.boxes.push(box),
    docpr: (reading, properties) => reading.say(altTextOf(properties)),
    inline: (reading, drawing) => reading.drawing(drawing),
    anchor: (reading, drawing) => reading.drawing(drawing),
    blip: (reading, blip) => reading.picture(attributeOf(blip, "embed")),
    imagedata: (reading, image) => reading.picture(attributeOf(image, "id")),
    shape: (reading, shape) => {
      reading.say(pictureOf(attributeOf(shape, "alt") ?? ""));
      reading.children(shape);
    },
    textpath: (reading, path) => reading.say(attributeOf(path, "string") ?? ""),
    chart: (reading, chart) => reading.graphic(attributeOf(chart, "id")),
    relids: (reading, diagram) => reading.graphic(attributeOf(diagram, "dm")),
  }),
);

class Reading {
  readonly pieces: string[] = [];
  readonly found = {
    notes: [] as Note[],
    endnotes: [] as Note[],
    boxes: [] as Element[],
    graphics: [] as string[],
    pictures: [] as Picture[],
  };
  /** Of the drawing that is read, in the square of its unit. */
  private area = 0;
  private font = "";
  /** How letters are to be read that stand in the places of others. */
  private readFont: FontReading | undefined;

  constructor(
    readonly context: Context,
    private readonly paragraph: Element | undefined,
  ) {}

  children(parent: Element): void {
    for (const child of shownChildren(parent)) {
      const name = nameOf(child);
      const visit = VISITS.get(name);
      if (visit) visit(this, child);
      else if (!SKIPPED.has(name)) this.children(child);
    }
  }

  run(run: Element): void {
    const own = childOf(run, "rpr");
    if (this.context.styles.hides(own, this.paragraph)) return this.fieldsOf(run);
    this.font = attributeOf(childOf(own, "rfonts"), "ascii") ?? "";
    this.readFont = readingOfFont(this.context.styles.fontOf(own, this.paragraph));
    this.children(run);
  }

  /** Letters as their font shows them; soft hyphens show only where a line ends. */
  shown(words: string): string {
    return (this.readFont?.(words) ?? words).replaceAll(SOFT_HYPHEN, "");
  }

  say(text: string): void {
    const { fields, dropsPageNumbers } = this.context;
    if (!text || fields.isHidden || (dropsPageNumbers && fields.isPageNumber)) return;
    this.pieces.push(withSymbols(text.replace(CONTROLS, " "), this.font));
  }

  /** Line ends and page breaks are not shown, but stand for themselves. */
  mark(mark: string): void {
    this.pieces.push(mark);
  }

  note(note: Note | undefined): void {
    if (!note) return;
    this.say(note.mark);
    this.found.notes.push(note);
  }

  endnote(note: Note | undefined): void {
    if (!note) return;
    this.say(note.mark);
    this.found.endnotes.push(note);
  }

  equations(paragraph: Element): void {
    for (const equation of shownChildren(paragraph))
      if (nameOf(equation) === "omath") this.say(dollars(equationOf(equation), "$$"));
  }

  drawing(drawing: Element): void {
    const extent = childOf(drawing, "extent");
    this.area = Number(attributeOf(extent, "cx")) * Number(attributeOf(extent, "cy")) || 0;
    this.children(drawing);
    this.area = 0;
  }

  picture(id: string | undefined): void {
    if (id === undefined || this.context.fields.isHidden) return;
    this.mark(PICTURE);
    this.found.pictures.push({ id, area: this.area });
  }

  graphic(id: string | undefined): void {
    const text = takeGraphic(id, this.context.graphics);
    if (text) this.found.graphics.push(text);
  }

  /** Fields begin and end in what is hidden, too. */
  private fieldsOf(run: Element): void {
    for (const child of shownChildren(run)) {
      if (nameOf(child) === "fldchar") this.context.fields.mark(child);
      if (nameOf(child) === "instrtext") this.context.fields.instruct(textOf(child));
    }
  }
}

/**
 * A control that nobody has filled in shows what to do. What else it shows is text: templates give examples, and
 * programs that fill in a form often leave the mark.
 */
export function isPrompt(control: Element): boolean {
  const properties = childOf(control, "sdtpr");
  const content = childOf(control, "sdtcontent");
  if (!content || !isOn(childOf(properties, "showingplchdr"))) return false;
  const [first] = descendantsOf(content, "t");
  return first !== undefined && PROMPT.test(textOf(first));
}

/** How the prompts begin that Word writes by itself, in its larger languages. */
const PROMPT = new RegExp(
  `^\\s*(?:${[
    "click|tap |choose an? |enter any|klicken|wählen sie|cliquez|choisissez|haga clic|elija|fare clic",
    "scegli|clique|escolha|klik |kies een|место для|выберите|kliknij|wybierz|metin gir|bir öğe",
    "bấm|nhấn|chọn|单击|點選|單擊|按一下|点击|选择|選擇|クリック|アイテム|텍스트를|항목을",
  ].join("|")})`,
  "i",
);

function wordsOf(text: Element): string {
  const words = textOf(text);
  return attributeOf(text, "space") === "preserve" ? words : withoutMargin(words);
}

/** White space of XML alone: a space that no line may break at was typed. */
function withoutMargin(words: string): string {
  let [from, to] = [0, words.length];
  while (XML_SPACE.has(words[from] ?? "")) from++;
  while (to > from && XML_SPACE.has(words[to - 1] ?? "")) to--;
  return words.slice(from, to);
}

const XML_SPACE = new Set(" \t\r\n");

function signOf(sign: Element): string {
  const code = Number.parseInt(attributeOf(sign, "char") ?? "", 16);
  return Number.isNaN(code) ? "" : symbolOf(attributeOf(sign, "font") ?? "", code);
}

function dollars(equation: string, sign: "$" | "$$"): string {
  return equation && `${sign}${equation}${sign}`;
}
