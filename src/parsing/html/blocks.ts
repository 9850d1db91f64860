import { headingOf, lineOf } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import {
  areLinks,
  inlineOf,
  type LeavesOut,
  paragraphsOf,
  verbatimOf,
  withoutMarks,
} from "./inline.ts";
import { Grid, has, tableTextOf } from "./table.ts";
import { elementsOf, type HtmlElement, type HtmlNode, isBlock, renamed } from "./element.ts";

/** Quotes and lists within so many others are no longer set in: each level costs every line of it once more. */
const INDENT_DEPTH_MAX = 8;

/** Writes nodes as Markdown: its blocks, in reading order, those without text left out. */
export class BlockWriter {
  readonly blocks: string[] = [];
  private line = new Pieces();

  constructor(
    private readonly leavesOut: LeavesOut,
    private readonly depth: number = 0,
  ) {}

  write(nodes: Iterable<HtmlNode>): this {
    let last: HtmlNode | undefined;
    for (const node of nodes) {
      if (typeof node !== "string" && this.leavesOut(node)) continue;
      if (typeof node !== "string" && (node.holdsBlocks || isBlock(node))) this.writeBlock(node);
      else this.line.add((areLinks(last, node) ? " " : "") + inlineOf([node], this.leavesOut));
      last = node;
    }
    return this;
  }

  /** All that was written. */
  end(): string[] {
    this.endLine();
    return this.blocks;
  }

  private endLine(): void {
    if (this.line.isEmpty) return;
    const line = this.line.text();
    this.line = new Pieces();
    // Between most blocks there is nothing.
    if (line.trim()) for (const paragraph of paragraphsOf(line)) this.blocks.push(paragraph);
  }

  private writeBlock(element: HtmlElement): void {
    this.endLine();
    const heading = headingLevelOf(element);
    if (heading) this.push(headingOf(heading, this.headingText(element)));
    else this.writePlainBlock(element);
    this.endLine();
  }

  private writePlainBlock(element: HtmlElement): void {
    const { name, children } = element;
    switch (name) {
      case "pre":
      case "listing":
      case "xmp":
        return this.push(this.codeOf(element));
      case "blockquote":
        return this.push(indented(this.within(children).join("\n\n"), "> ", this.depth));
      case "ul":
      case "ol":
      case "menu":
      case "dir":
        return this.push(this.listOf(element));
      case "li":
        return this.push(this.itemOf(element, "- "));
      case "dd":
        return this.push(
          indented(this.within(children).join("\n\n"), "  ", this.depth).replace(/^ /, ":"),
        );
      case "table":
        return this.writeTable(element);
      case "hr":
        return;
      default:
        this.write(children);
    }
  }

  /** A heading's own text; a button that is all of it folds what it is the heading of. */
  private headingText({ children }: HtmlElement): string {
    const unfolded = Array.from(children).flatMap((child) =>
      typeof child !== "string" && child.name === "button" ? [...child.children] : [child],
    );
    const lineIn = (nodes: Iterable<HtmlNode>) =>
      lineOf(withoutMarks(inlineOf(nodes, this.leavesOut)));
    return lineIn(children) || lineIn(unfolded);
  }

  private within(nodes: Iterable<HtmlNode>): string[] {
    return new BlockWriter(this.leavesOut, this.depth + 1).write(nodes).end();
  }

  private push(block: string): void {
    if (block.trim()) this.blocks.push(block);
  }

  private codeOf(element: HtmlElement): string {
    const { children, attributes } = element;
    const text = verbatimOf(children, this.leavesOut)
      .replace(/^\r?\n/, "")
      .trimEnd();
    if (!text.trim()) return "";
    const inner = elementsOf(element).next().value;
    const language = languageOf(attributes) || languageOf(inner?.attributes ?? {});
    return fenced(text, language);
  }

  private listOf({ name, children, attributes }: HtmlElement): string {
    let number = Number.parseInt(attributes["start"] ?? "1", 10);
    const items = new Pieces("\n");
    for (const child of children) {
      if (typeof child === "string" ? !child.trim() : this.leavesOut(child)) continue;
      const item = typeof child !== "string" && child.name === "li" ? child : undefined;
      const value = Number.parseInt(item?.attributes["value"] ?? "", 10);
      if (Number.isSafeInteger(value)) number = value;
      const mark = name === "ol" && Number.isSafeInteger(number) ? `${number}. ` : "- ";
      const text = item
        ? this.itemOf(item, mark)
        : indented(this.within([child]).join("\n\n"), "  ", this.depth);
      if (text) items.add(text);
      if (text && item) number++;
    }
    return items.text();
  }

  private itemOf({ children }: HtmlElement, mark: string): string {
    const [first = "", ...more] = this.within(children);
    const item = new Pieces();
    item.add(first);
    for (const block of more)
      item.add(/^\s*(?:- |\d+\. )/.test(block) ? `\n${block}` : `\n\n${block}`);
    const text = item.text();
    if (!text) return "";
    return mark + indented(text, " ".repeat(mark.length), this.depth).trimStart();
  }

  private writeTable(table: HtmlElement): void {
    const grid = new Grid(table, this.leavesOut);
    this.write(grid.around);
    this.endLine();
    if (grid.isData) return this.push(tableTextOf(grid, (cell) => this.cellText(cell)));
    for (const row of grid.rows()) for (const cell of row) this.writeBlock(renamed(cell, "div"));
  }

  /** A cell in one line; what it lists is told apart. */
  private cellText(cell: HtmlElement): string {
    const line = inlineOf(cell.children, this.leavesOut);
    const lines = cell.holdsBlocks && has(cell, /^li$/) ? line.split(/\n\s*\n/) : [line];
    const parts = lines.map((part) => lineOf(part)).filter(Boolean);
    return paragraphsOf(parts.join(", ")).join(" ");
  }
}

/** Code between fences that none of its own lines ends. */
export function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/^`{3,}/gm)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function headingLevelOf({ name, attributes }: HtmlElement): number | undefined {
  if (/^h[1-6]$/.test(name)) return Number(name[1]);
  if (attributes["role"] !== "heading") return undefined;
  return Number.parseInt(attributes["aria-level"] ?? "2", 10) || 2;
}

function languageOf(attributes: HtmlElement["attributes"]): string {
  const names = attributes["class"] ?? "";
  return (
    /(?:^|\s)(?:language|lang|highlight-source|brush:)[-\s]?([\w+#-]{1,20})/.exec(names)?.[1] ?? ""
  );
}

function indented(text: string, indent: string, depth: number): string {
  if (!text || depth >= INDENT_DEPTH_MAX) return text;
  return text.replace(/^.*$/gm, (line) => (line ? indent + line : indent.trimEnd()));
}
