import type { PdfPage } from "./library.ts";

/** More on one page is none that anybody wrote. */
const COMMENTS_MAX = 1_000;
/** What is drawn from a text of its own, or only points somewhere. */
const WITHOUT_TEXT = new Set(["Link", "Widget", "Popup"]);

/** What readers and writers have noted on a page: notes, text boxes, remarks on what is marked; none of damaged ones. */
export async function commentsOf(page: PdfPage): Promise<string[]> {
  // "display" would read the page's text once more for every link.
  const annotations: readonly unknown[] = await page
    .getAnnotations({ intent: "print" })
    .catch(() => []);
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
