import type { PdfPage } from "./library.ts";

/** What pdf.js makes of a form of Adobe's XFA, which holds no pages but what to make them of. */
interface Node {
  readonly name?: unknown;
  readonly value?: unknown;
  readonly attributes?: {
    readonly class?: readonly unknown[];
    readonly style?: { readonly visibility?: unknown; readonly display?: unknown };
    readonly type?: unknown;
    readonly value?: unknown;
    readonly textContent?: unknown;
    readonly checked?: unknown;
    readonly selected?: unknown;
  };
  readonly children?: readonly unknown[];
}

/** No form has more boxes within boxes. */
const DEPTH_MAX = 200;
/** Each of them is a line: a text, or a field with its name. */
const LINE_CLASSES = ["xfaDraw", "xfaField"];
const BREAKS = new Set(["p", "br", "li"]);

/** The texts of a page of an XFA form and what was filled in, each field a line. */
export async function xfaText(page: PdfPage): Promise<string> {
  const lines: string[] = [];
  collect((await page.getXfa()) ?? {}, lines, 0);
  return lines.join("\n");
}

function collect(node: Node, lines: string[], depth: number): void {
  if (depth > DEPTH_MAX || isLeftOut(node)) return;
  const classes = node.attributes?.class ?? [];
  if (!LINE_CLASSES.some((name) => classes.includes(name))) {
    for (const child of childrenOf(node)) collect(child, lines, depth + 1);
    return;
  }
  const line = textOf(node, depth).replace(/\s+/g, " ").trim();
  if (line) lines.push(line);
}

function isLeftOut({ name, attributes }: Node): boolean {
  const { visibility, display } = attributes?.style ?? {};
  return name === "button" || visibility === "hidden" || display === "none";
}

function textOf(node: Node, depth: number): string {
  if (depth > DEPTH_MAX || isLeftOut(node)) return "";
  const { type, value, textContent, checked, selected } = node.attributes ?? {};
  switch (node.name) {
    case "input":
      if (type === "checkbox" || type === "radio") return checked ? " [x] " : " [ ] ";
      return ` ${stringOf(value)} `;
    case "textarea":
      return ` ${stringOf(textContent)} `;
    case "option":
      return selected ? ` ${stringOf(node.value)} ` : "";
    default: {
      const inner = childrenOf(node).map((child) => textOf(child, depth + 1));
      const text = stringOf(node.value) + inner.join("");
      return BREAKS.has(String(node.name)) ? ` ${text} ` : text;
    }
  }
}

function childrenOf({ children }: Node): Node[] {
  return (children ?? []).filter((child) => typeof child === "object" && child !== null);
}

function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
