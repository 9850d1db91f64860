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

/** After `\pard`: a paragraph like any other. */
export function plainParagraph(scope: Scope): Scope {
  return { ...scope, style: undefined, outline: undefined, paragraph: RUNNING };
}
