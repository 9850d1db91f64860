import type { Element } from "domhandler";
import { Flow } from "../flow.ts";
import { unreadable } from "../limits.ts";
import { nameOf } from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { Body } from "./docx/body.ts";
import { Fields } from "./docx/fields.ts";
import type { Setting } from "./docx/lines.ts";
import { Notes } from "./docx/notes.ts";
import { Numbering } from "./docx/numbering.ts";
import { runningHeads } from "./docx/running-heads.ts";
import { beginsPage, sectionsIn } from "./docx/sections.ts";
import { Styles } from "./docx/styles.ts";
import { graphicsOf } from "./ooxml/graphics.ts";
import { OfficePackage, type Relation, shownChildren } from "./ooxml/package.ts";

const WHAT = "Word document";
/** Paragraphs and tables between two looks at what else there is to do. */
const BLOCKS_AT_ONCE = 100;

/** Word: pages as its layout last had them and as their writer broke them, what stands on every page once. */
export async function readDocx(
  { bytes }: SourceFile,
  { limits, onPage }: ReadContext,
): Promise<readonly string[]> {
  const office = await OfficePackage.open(bytes, WHAT, limits);
  const { path, root } = await office.main("word/document.xml", "document");
  const blocks = shownChildren(root)
    .filter((part) => nameOf(part) === "body")
    .flatMap(shownChildren);
  const sections = blocks.flatMap(sectionsIn);
  const relations = await office.relations(path);
  const setting = await settingOf(office, relations);
  const heads = async (place: "header" | "footer") =>
    await runningHeads(office, relations, sections, place, {
      ...setting,
      dropsPageNumbers: true,
    });
  const flow = new Flow();
  for (const head of await heads("header")) flow.paragraph(head);
  const body = new Body(setting, flow);
  let ended = 0;
  for (const [at, block] of blocks.entries()) {
    body.block(block);
    ended += sectionsIn(block).length;
    if (endsPage(block, sections[ended])) body.startPage();
    if (at % BLOCKS_AT_ONCE > 0) continue;
    if (flow.pageCount > limits.pagesMax)
      throw unreadable(`The ${WHAT} has more than ${limits.pagesMax} pages.`);
    onPage(at, blocks.length);
    await Bun.sleep(0);
  }
  for (const foot of await heads("footer")) flow.paragraph(foot);
  body.end();
  return flow.pages();
}

async function settingOf(office: OfficePackage, relations: readonly Relation[]): Promise<Setting> {
  const part = async (type: string) => {
    const relation = relations.find((each) => each.type === type);
    return relation && (await office.xml(relation.path));
  };
  const styles = new Styles(await part("styles"));
  return {
    styles,
    numbering: new Numbering(await part("numbering"), styles),
    fields: new Fields(),
    footnotes: new Notes(await part("footnotes"), "footnote", "decimal"),
    endnotes: new Notes(await part("endnotes"), "endnote", "lowerRoman"),
    comments: new Notes(await part("comments"), "comment", undefined),
    graphics: await graphicsOf(office, relations),
    dropsPageNumbers: false,
  };
}

/** Whether a section ends with this block, and the next begins on another page. */
function endsPage(block: Element, next: Element | undefined): boolean {
  return next !== undefined && sectionsIn(block).length > 0 && beginsPage(next);
}
