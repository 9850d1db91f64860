import { Flow } from "../flow.ts";
import { lacking } from "../limits.ts";
import { childOf, childrenOf, shareUpTo } from "../markup.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { RunningHeads } from "../running-heads.ts";
import { Steps } from "../steps.ts";
import { Body } from "./docx/body.ts";
import { Fields } from "./docx/fields.ts";
import type { Setting } from "./docx/lines.ts";
import { Notes } from "./docx/notes.ts";
import { Numbering } from "./docx/numbering.ts";
import { withWriting } from "./docx/pictures.ts";
import { runningHeadsOf } from "./docx/running-heads.ts";
import { beginsPage, sectionsIn } from "./docx/sections.ts";
import { Styles } from "./docx/styles.ts";
import { graphicsOf } from "./ooxml/graphics.ts";
import { OfficePackage, type Relation, shownChildren } from "./ooxml/package.ts";

const WHAT = "Word document";

/**
 * Word: pages as its layout last had them and as their writer broke them, what stands on every page once. Of pages that
 * are nothing but pictures the writing in these is recognised.
 */
export async function readDocx(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const { limits, onProgress } = context;
  const office = await OfficePackage.open(bytes, WHAT, limits);
  const path = await office.main("word/document.xml");
  // It is gone through twice.
  const steps = new Steps(2, onProgress);
  const root = childOf(await office.longXml(path, (share) => onProgress(share, 2)), "document");
  if (!root) throw lacking(WHAT);
  const blocks = childrenOf(root, "body").flatMap(shownChildren);
  const relations = await office.relations(path);
  const setting = await settingOf(office, relations);
  const sections = blocks.flatMap(sectionsIn);
  const headsAt = async (place: "header" | "footer") =>
    await runningHeadsOf(office, relations, sections, place, setting);
  const flow = new Flow(limits);
  const heads = new RunningHeads(flow);
  for (const head of await headsAt("header")) heads.head(head);
  const body = new Body(setting, flow);
  let ended = 0;
  for (const block of blocks) {
    for (const read of body.inSteps(block)) {
      const done = 1 + shareUpTo(read);
      if (steps.isDue(done)) await steps.tell(done);
    }
    const sectionsHere = sectionsIn(block).length;
    ended += sectionsHere;
    const next = sections[ended];
    if (sectionsHere > 0 && next && beginsPage(next)) body.startPage();
  }
  body.end();
  for (const foot of await headsAt("footer")) heads.foot(foot);
  heads.end();
  return await withWriting(flow.pages(), body.pictures, { office, relations, sections }, context);
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
