import type { PdfDocument } from "./library.ts";

/** Entries of an outline are looked at up to so many: beyond, it is an index. */
const ENTRIES_MAX = 2_000;

/** How deep a document's outline has a title on a page (from 0), from 1; undefined if it does not name it there. */
export type DepthOf = (pageIdx: number, text: string) => number | undefined;

/** An outline's entry as pdf.js gives it, as far as it matters here. */
interface Node {
  readonly title: string;
  readonly dest: string | readonly unknown[] | null;
  readonly items: readonly Node[];
}

interface Entry {
  readonly title: string;
  readonly depth: number;
  readonly dest: Node["dest"];
}

/** The document's outline; nothing of it is known if it is damaged. */
export async function readOutline(document: PdfDocument): Promise<DepthOf> {
  const depths = new Map<string, number>();
  for (const { title, depth, dest } of await entriesOf(document)) {
    const pageIdx = await pageOf(document, dest);
    if (pageIdx !== undefined) depths.set(keyOf(pageIdx, title), depth);
  }
  if (depths.size === 0) return () => undefined;
  return (pageIdx, text) => depths.get(keyOf(pageIdx, text));
}

async function entriesOf(document: PdfDocument): Promise<Entry[]> {
  const outline: readonly Node[] | undefined = await document.getOutline().catch(() => undefined);
  const entries: Entry[] = [];
  let level = (outline ?? []).map((node) => ({ node, depth: 1 }));
  while (level.length > 0 && entries.length < ENTRIES_MAX) {
    for (const { node, depth } of level.slice(0, ENTRIES_MAX - entries.length))
      entries.push({ title: node.title, depth, dest: node.dest });
    level = level.flatMap(({ node, depth }) =>
      node.items.map((child) => ({ node: child, depth: depth + 1 })),
    );
  }
  return entries;
}

async function pageOf(document: PdfDocument, dest: Entry["dest"]): Promise<number | undefined> {
  try {
    const place = typeof dest === "string" ? await document.getDestination(dest) : dest;
    const page: unknown = place?.[0];
    if (typeof page === "number") return page;
    return isReference(page) ? await document.getPageIndex(page) : undefined;
  } catch {
    return undefined;
  }
}

function isReference(value: unknown): value is { num: number; gen: number } {
  return typeof value === "object" && value !== null && "num" in value && "gen" in value;
}

/** Titles agree but for their spaces, and for a number that the one has and the other has not. */
function keyOf(pageIdx: number, title: string): string {
  const words = title
    .normalize("NFKC")
    .toLowerCase()
    .replace(/^[\d.§\s]+(?=\p{L})/u, "");
  return `${pageIdx} ${words.replace(/[^\p{L}\p{N}]/gu, "")}`;
}
