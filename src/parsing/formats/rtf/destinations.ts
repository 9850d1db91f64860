import type { Role, StoryKind } from "./scope.ts";

/** Other text than that of the document, by the control word of its group. */
export const ROLES = new Map<string, Role>([
  ["fonttbl", "font"],
  ["stylesheet", "style"],
  ["listtext", "label"],
  ["pntext", "label"],
  ["atnauthor", "author"],
  ["pict", "shape"],
  ["sp", "shape"],
  ["sn", "property name"],
  ["sv", "property value"],
]);

/** Groups whose bytes are none of a text: a picture may have millions. */
export const WITHOUT_TEXT: ReadonlySet<Role> = new Set(["none", "shape"]);

/** Groups that are stories of their own. */
export const STORIES = new Map<string, StoryKind>([
  ["footnote", "footnote"],
  ["annotation", "annotation"],
  ["shptxt", "text box"],
  ["dptxbxtext", "text box"],
  ...["header", "headerf", "headerl", "headerr"].map((name) => [name, "head"] as const),
  ...["footer", "footerf", "footerl", "footerr"].map((name) => [name, "foot"] as const),
]);

/** Groups whose text is none of the document's, though nothing in the file says so. */
const SILENT = new Set([
  ..."aftncn aftnsep aftnsepc atnicn atnid atnparent atnref atntime atrfend atrfstart".split(" "),
  ..."bkmkend bkmkstart colortbl comment datafield fldinst filetbl fontemb fontfile".split(" "),
  ..."ftncn ftnsep ftnsepc info".split(" "),
  ..."listname listoverridetable listtable listpicture nonesttables nonshppict objdata".split(" "),
  ..."private revtbl rxe shprslt tc template themedata txe xe".split(" "),
]);

/**
 * Groups that a reader may skip if it does not know them (`\*`), and that are read here: they hold text, or
 * what says what text is.
 */
const KNOWN = new Set([
  ..."annotation atnauthor do footnote moMath moMathPara nesttableprops picprop shpinst shppict".split(
    " ",
  ),
  ..."shpgrp shptxt ud".split(" "),
]);

/** Properties of formulas: `mfPr`, `mctrlPr`. */
const FORMULA_PROPERTIES = /^m\w*Pr$/;

/** @param starred true if the file lets those skip the group who do not know it */
export function isSilent(name: string, starred: boolean): boolean {
  if (starred && !KNOWN.has(name)) return true;
  return SILENT.has(name) || FORMULA_PROPERTIES.test(name);
}
