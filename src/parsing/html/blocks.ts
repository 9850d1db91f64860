import { headingOf, lineOf } from "../markdown.ts";
import { inlineOf, type LeavesOut, paragraphsOf, verbatimOf, withoutMarks } from "./inline.ts";
import { gridOf, has, tableTextOf } from "./table.ts";
import { type HtmlElement, type HtmlNode, isBlock } from "./tree.ts";

/** Quotes and lists within so many others are no longer set in: each level costs every line of it once more. */
const INDENT_DEPTH_MAX = 8;

/** Writes nodes as Markdown: its blocks, in reading order, those without text left out. */
export class BlockWriter {
  readonly blocks: string[] = [];
  private line = "";

  constructor(
    private readonly leavesOut: LeavesOut,
    private readonly depth: number = 0,
  ) {}

  write(nodes: readonly HtmlNode[]): this {
    for (const node of nodes) {
      if (typeof node !== "string" && this.leavesOut(node)) continue;
      if (typeof node !== "string" && (node.holdsBlocks || isBlock(node))) this.writeBlock(node);
      else this.line += inlineOf([node], this.leavesOut);
    }
    return this;
  }

  /** All that was written. */
  end(): string[] {
    this.endLine();
    return this.blocks;
  }

  private endLine(): void {
    // Between most blocks there is nothing.
    if (this.line.trim())
      for (const paragraph of paragraphsOf(this.line)) this.blocks.push(paragraph);
    this.line = "";
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
    const unfolded = children.flatMap((child) =>
      typeof child !== "string" && child.name === "button" ? child.children : [child],
    );
    const lineIn = (nodes: readonly HtmlNode[]) =>
      lineOf(withoutMarks(inlineOf(nodes, this.leavesOut)));
    return lineIn(children) || lineIn(unfolded);
  }

  private within(nodes: readonly HtmlNode[]): string[] {
    return new BlockWriter(this.leavesOut, this.depth + 1).write(nodes).end();
  }

  private push(block: string): void {
    if (block.trim()) this.blocks.push(block);
  }

  private codeOf({ children, attributes }: HtmlElement): string {
    const text = verbatimOf(children, this.leavesOut)
      .replace(/^\r?\n/, "")
      .trimEnd();
    if (!text.trim()) return "";
    const inner = children.find((child) => typeof child !== "string");
    const language = languageOf(attributes) || languageOf(inner?.attributes ?? {});
    return fenced(text, language);
  }

  private listOf({ name, children, attributes }: HtmlElement): string {
    let number = Number.parseInt(attributes["start"] ?? "1", 10);
    const items: string[] = [];
    for (const child of children) {
      if (typeof child === "string" ? !child.trim() : this.leavesOut(child)) continue;
      const item = typeof child !== "string" && child.name === "li" ? child : undefined;
      const value = Number.parseInt(item?.attributes["value"] ?? "", 10);
      if (Number.isSafeInteger(value)) number = value;
      const mark = name === "ol" && Number.isSafeInteger(number) ? `${number}. ` : "- ";
      const text = item
        ? this.itemOf(item, mark)
        : indented(this.within([child]).join("\n\n"), "  ", this.depth);
      if (text) items.push(text);
      if (text && item) number++;
    }
    return items.join("\n");
  }

  private itemOf({ children }: HtmlElement, mark: string): string {
    const [first = "", ...more] = this.within(children);
    let text = first;
    for (const block of more)
      text += /^\s*(?:- |\d+\. )/.test(block) ? `\n${block}` : `\n\n${block}`;
    if (!text) return "";
    return mark + indented(text, " ".repeat(mark.length), this.depth).trimStart();
  }

  private writeTable(table: HtmlElement): void {
    const grid = gridOf(table, this.leavesOut);
    this.write(grid.around);
    this.endLine();
    if (!grid.isData)
      return grid.cells.forEach((cell) => this.writeBlock({ ...cell, name: "div" }));
    this.push(tableTextOf(grid, (cell) => this.cellText(cell)));
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
