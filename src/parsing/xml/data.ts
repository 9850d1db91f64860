import { elementsOf, type HtmlElement } from "../html/element.ts";
import { headingOf, lineOf, TableText } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import { holdsText, localNameOf, textWithin } from "./elements.ts";

/** Names of what only holds text together, and tells nothing of it. */
const PLAIN =
  /^(?:body|div|text|content|sec|section|front|back|group|p|para|simpara|listitem|entry)$/i;
const TITLE = /^(?:title|head|heading|name|label)$/i;
/** Attributes of XML itself, and of what only programs follow. */
const TECHNICAL = /^(?:xmlns(?::|$)|xml:|xsi:)/;
/** A table of more columns, or longer values, is read more easily record by record. */
const COLUMNS_MAX = 40;
const VALUE_CHARS_MAX = 500;

/** A value under its name. */
type Field = readonly [name: string, value: string];

/**
 * XML of any kind as readable text: elements that hold others are headings, those that hold values lines of
 * `name: value`, records of one kind a table, and prose paragraphs.
 */
export function textOfXml(root: HtmlElement): string {
  return new DataWriter().write(root, 1).end();
}

class DataWriter {
  private readonly blocks = new Pieces("\n\n");
  /** Values that follow each other are lines of one paragraph. */
  private lines: string[] = [];

  write(element: HtmlElement, level: number): this {
    if (isProse(element)) return this.push(lineOf(textWithin(element)));
    const children = [...elementsOf(element)];
    const title = children.find((child) => TITLE.test(localNameOf(child)) && isLeaf(child));
    this.push(headingOf(level, titleOf(element, title)));
    this.pushFields(attributesOf(element));
    if (children.length === 0) this.push(lineOf(textWithin(element)));
    for (let at = 0; at < children.length;) {
      const run = runFrom(children, at);
      at += run.length;
      const records = run.length > 1 ? tableOfRecords(run) : "";
      if (records) this.push(records);
      else for (const child of run) if (child !== title) this.writeChild(child, level + 1);
    }
    return this;
  }

  end(): string {
    this.push("");
    return this.blocks.text();
  }

  private writeChild(child: HtmlElement, level: number): void {
    if (!isLeaf(child)) this.write(child, level);
    else if (PLAIN.test(localNameOf(child))) this.push(lineOf(textWithin(child)));
    else this.pushFields([fieldOf(child)]);
  }

  private pushFields(fields: readonly Field[]): void {
    for (const [name, value] of fields) if (value) this.lines.push(`${name}: ${value}`);
  }

  private push(block: string): this {
    for (const each of [this.lines.join("\n").trim(), block.trim()])
      if (each) this.blocks.add(each);
    this.lines = [];
    return this;
  }
}

/** What an element is called: by its title, if it has one. */
function titleOf(element: HtmlElement, title: HtmlElement | undefined): string {
  const own = title ? lineOf(textWithin(title)) : "";
  const name = localNameOf(element);
  if (PLAIN.test(name)) return own;
  return own && /^(?:chapter|article|sect\d|part|appendix|book)$/i.test(name)
    ? own
    : [name, own].filter(Boolean).join(": ");
}

/** The elements of one name that follow each other. */
function runFrom(elements: readonly HtmlElement[], start: number): HtmlElement[] {
  let end = start + 1;
  while (end < elements.length && elements[end]?.name === elements[start]?.name) end++;
  return elements.slice(start, end);
}

/** Records that hold nothing but values, as a table with their names in its head; "" if they are not that. */
function tableOfRecords(records: readonly HtmlElement[]): string {
  const columns = new Map<string, number>();
  const table = new TableText();
  for (const record of records) {
    const fields = fieldsOf(record);
    if (!fields) return "";
    const row: string[] = [];
    for (const [name, value] of fields) {
      const at = columns.get(name) ?? columns.size;
      columns.set(name, at);
      row[at] = row[at] ? `${row[at]}, ${value}` : value;
      if (columns.size > COLUMNS_MAX || (row[at] ?? "").length > VALUE_CHARS_MAX) return "";
    }
    table.add(row);
  }
  return columns.size < 2 ? "" : table.text([...columns.keys()]);
}

/** A record's values; undefined if it holds more than values. */
function fieldsOf(record: HtmlElement): Field[] | undefined {
  const children = [...elementsOf(record)];
  if (isProse(record) || !children.every(isLeaf)) return undefined;
  const own: Field[] =
    children.length === 0 ? [[localNameOf(record), lineOf(textWithin(record))]] : [];
  const fields = [...attributesOf(record), ...own, ...children.map(fieldOf)];
  return fields.filter(([, value]) => value);
}

function fieldOf(leaf: HtmlElement): Field {
  const attributes = attributesOf(leaf).map(([name, value]) => `${name}: ${value}`);
  const text = lineOf(textWithin(leaf));
  const value = [
    text,
    attributes.length && text ? `(${attributes.join(", ")})` : attributes.join(", "),
  ];
  return [localNameOf(leaf), value.filter(Boolean).join(" ")];
}

function attributesOf({ attributes }: HtmlElement): Field[] {
  return Object.entries(attributes)
    .filter(([name]) => !TECHNICAL.test(name))
    .map(([name, value = ""]) => [name, lineOf(value)]);
}

function isLeaf(element: HtmlElement): boolean {
  return elementsOf(element).next().done === true;
}

/** Whether text stands between its elements. */
function isProse(element: HtmlElement): boolean {
  return !isLeaf(element) && holdsText(element);
}
