import type { PdfPage } from "./library.ts";

/** More on one page is none that anybody wrote. */
const COMMENTS_MAX = 1_000;
/** What is drawn from a text of its own, or only points somewhere. */
const WITHOUT_TEXT = new Set(["Link", "Widget", "Popup"]);

/** What lies on a page; nothing of what is damaged. */
export async function annotationsOf(page: PdfPage): Promise<readonly unknown[]> {
  // "display" would read the page's text once more for every link.
  return await page.getAnnotations({ intent: "print" }).catch(() => []);
}

/** What readers and writers have noted there: notes, text boxes, remarks on what is marked. */
export function commentsIn(annotations: readonly unknown[]): string[] {
  return annotations.flatMap((it) => commentOf(it) ?? []).slice(0, COMMENTS_MAX);
}

function commentOf(annotation: unknown): string | undefined {
  if (typeof annotation !== "object" || annotation === null) return undefined;
  const { subtype, contentsObj } = annotation as {
    readonly subtype?: unknown;
    readonly contentsObj?: { readonly str?: unknown };
  };
  if (typeof subtype !== "string" || WITHOUT_TEXT.has(subtype)) return undefined;
  const text = contentsObj?.str;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}
