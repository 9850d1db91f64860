import type { PdfDocument } from "./library.ts";

/** What our pdf.js tells among the texts: where what belongs to a layer begins, and where it ends. */
interface LayerMark {
  readonly type?: unknown;
  readonly group?: unknown;
}

/** Says of a layer of a document whether it is shown; one that is damaged is. */
type IsShown = (group: unknown) => boolean;

/** What of a page's content lies in layers that are shown when the document is opened. */
export async function shownContent<T extends object>(
  content: readonly T[],
  document: PdfDocument,
): Promise<readonly T[]> {
  const hasLayers = content.some((item) => (item as LayerMark).type === "beginLayer");
  return hasLayers ? withoutHidden(content, await layersOf(document)) : content;
}

async function layersOf(document: PdfDocument): Promise<IsShown> {
  const layers = await document.getOptionalContentConfig().catch(() => undefined);
  return (group) => group === undefined || layers?.isVisible(group) !== false;
}

function withoutHidden<T extends object>(content: readonly T[], isShown: IsShown): T[] {
  const open: boolean[] = [];
  return content.filter((item) => {
    const { type, group } = item as LayerMark;
    if (type === "beginLayer") open.push(isShown(group));
    else if (type === "endLayer") open.pop();
    return !open.includes(false);
  });
}
