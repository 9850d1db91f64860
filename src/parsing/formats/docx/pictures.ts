import { areBlank, mayBeScan } from "../../letter-count.ts";
import { blocksOf, withoutPictures } from "../../markdown.ts";
import { attributeOf, childOf, type Element } from "../../markup.ts";
import type { ReadContext } from "../../reader.ts";
import { writingIn } from "../../writing-in.ts";
import type { OfficePackage, Relation } from "../ooxml/package.ts";

/** In the text of a paragraph: a picture. */
export const PICTURE = "\x03";

/** A picture in a text. */
export interface Picture {
  /** Of the relation that leads to it. */
  readonly id: string;
  /** As large as it is shown, in square EMU; 0 if it does not say. */
  readonly area: number;
}

export interface PlacedPicture extends Picture {
  /** Zero-based. */
  readonly pageIdx: number;
}

/** More on one page are a collection, not a scan. */
const PICTURES_A_PAGE_MAX = 4;
/** Of a page on which some letters stand besides, within its margins. */
const COVERAGE_MIN = 0.4;
const EMU_A_TWIP = 635;
/** Letter, in twips. */
const USUAL_PAGE = { width: 12_240, height: 15_840 };

export function withoutMarks(text: string): string {
  return text.replaceAll(PICTURE, "");
}

export function marksIn(text: string): number {
  return text.split(PICTURE).length - 1;
}

/** Where pictures of a document lie. */
interface Source {
  readonly office: OfficePackage;
  readonly relations: readonly Relation[];
  /** The properties of its sections: the first one's page is taken for all. */
  readonly sections: readonly Element[];
}

/** The pages, with what is written in the pictures of those that are nothing else, where somebody recognises it. */
export async function withWriting(
  pages: readonly string[],
  pictures: readonly PlacedPicture[],
  source: Source,
  context: ReadContext,
): Promise<readonly string[]> {
  if (!context.ocr || pictures.length === 0) return pages;
  const least = COVERAGE_MIN * pageAreaOf(source.sections[0]);
  const texts = [...pages];
  for (const [pageIdx, onPage] of Map.groupBy(pictures, (picture) => picture.pageIdx)) {
    const text = withoutPictures(pages[pageIdx] ?? "");
    if (onPage.length > PICTURES_A_PAGE_MAX || !mayBeScan(text)) continue;
    const shown = onPage.filter(({ area }) => areBlank([text]) || area >= least);
    const seen: string[] = [];
    for (const picture of shown) seen.push(await writingOf(picture, source, context));
    texts[pageIdx] = blocksOf([pages[pageIdx] ?? "", ...seen]);
  }
  return texts;
}

async function writingOf(
  { id }: Picture,
  { office, relations }: Source,
  context: ReadContext,
): Promise<string> {
  const path = relations.find((relation) => relation.id === id)?.path;
  const bytes = path && (await office.bytes(path));
  return bytes ? await writingIn(path, bytes, context) : "";
}

function pageAreaOf(section: Element | undefined): number {
  const size = childOf(section, "pgsz");
  const width = Number(attributeOf(size, "w")) || USUAL_PAGE.width;
  const height = Number(attributeOf(size, "h")) || USUAL_PAGE.height;
  return width * height * EMU_A_TWIP ** 2;
}
