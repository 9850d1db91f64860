import type { Letters } from "./font-table.ts";
import type { Paragraph, Story } from "./story.ts";

/** What the text of a group is. */
export type Role =
  | "text"
  | "none"
  | "label"
  | "style"
  | "font"
  | "author"
  /** A picture or a drawing: of its properties one describes it in words. */
  | "shape"
  | "property name"
  | "property value";

/** A story within a story. */
export type StoryKind = "footnote" | "annotation" | "text box" | "head" | "foot";

/** What holds within a group, and ends with it. */
export interface Scope {
  readonly role: Role;
  readonly story: Story;
  readonly letters: Letters;
  /** How many characters stand after a `\u` for those who do not know it. */
  readonly fallbackLength: number;
  readonly isHidden: boolean;
  readonly isDeleted: boolean;
  /** Number of the paragraph's style. */
  readonly style: number | undefined;
  /** As the paragraph itself says it: from 0, 9 being running text. */
  readonly outline: number | undefined;
  readonly paragraph: Omit<Paragraph, "heading">;
  /** Where the cells of the row end; grows as the row is described. */
  readonly edges: number[];
  /** What the text is of which there are two versions, this one being the one not to read. */
  readonly underneath: Role | undefined;
  /** What the story is; undefined for the document's body. */
  readonly within: { readonly kind: StoryKind; readonly number: number } | undefined;
}

const RUNNING = { tables: 0, listLevel: 0 };

/** What holds where a story begins. */
export function scopeOf(story: Story, letters: Letters): Scope {
  return {
    role: "text",
    story,
    letters,
    fallbackLength: 1,
    isHidden: false,
    isDeleted: false,
    style: undefined,
    outline: undefined,
    paragraph: RUNNING,
    edges: [],
    underneath: undefined,
    within: undefined,
  };
}

/** What holds after a control word that changes nothing but that; undefined for any other word. */
export function scopeAfter(
  scope: Scope,
  name: string,
  value: number | undefined,
): Scope | undefined {
  const { paragraph } = scope;
  const number = Math.max(value ?? 0, 0);
  // Without a value, or with any other than 0, such a word switches on.
  const isOn = value !== 0;
  switch (name) {
    case "pard":
      return { ...scope, style: undefined, outline: undefined, paragraph: RUNNING };
    case "s":
      return { ...scope, style: number };
    case "outlinelevel":
      return { ...scope, outline: number };
    case "intbl":
      return { ...scope, paragraph: { ...paragraph, tables: Math.max(paragraph.tables, 1) } };
    case "itap":
      return { ...scope, paragraph: { ...paragraph, tables: number } };
    case "ilvl":
      return { ...scope, paragraph: { ...paragraph, listLevel: number } };
    case "trowd":
      return { ...scope, edges: [] };
    case "v":
      return { ...scope, isHidden: isOn };
    case "deleted":
      return { ...scope, isDeleted: isOn };
    default:
      return undefined;
  }
}
