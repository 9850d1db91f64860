import { Ole } from "../ole.ts";
import type { Source } from "../source.ts";

/** What an OLE container is; `ole` if nothing that is known, `broken` if too little is left of it to tell. */
export type OleKind = "xls" | "msg" | "doc" | "ppt" | "encrypted" | "ole" | "broken";

/** Names at its top by which a container is told, in lower case. */
const KINDS: readonly (readonly [RegExp, OleKind])[] = [
  [/^encryptedpackage$/, "encrypted"],
  [/^__properties_version1\.0$/, "msg"],
  [/^worddocument$/, "doc"],
  [/^powerpoint document$/, "ppt"],
  [/^(workbook|book)$/, "xls"],
];

/** Tells an OLE container by the names at its top: what lies deeper are objects within the document. */
export async function oleKindOf(source: Source): Promise<OleKind> {
  try {
    const top = await (await Ole.open(source)).entriesOf();
    const names = top.map(({ name }) => name.toLowerCase());
    const kind = KINDS.find(([pattern]) => names.some((name) => pattern.test(name)));
    return kind?.[1] ?? (names.length > 0 ? "ole" : "broken");
  } catch {
    return "broken";
  }
}
