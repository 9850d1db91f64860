import { attributeOf, childOf, childrenOf, type Element } from "../../markup.ts";
import { numeralOf } from "../../numerals.ts";

/** A note that the text has led to. */
export interface Note {
  /** As it stands in the text: "[^2]"; "" for a comment, which leaves none. */
  readonly mark: string;
  readonly content: Element;
}

/** Notes of one kind, by the ids that the text leads to them by; each is given out once. */
export class Notes {
  private readonly notes: Map<string, Element>;
  private count = 0;

  /** @param format how they are counted, by Word's name of it; undefined if they are not */
  constructor(
    xml: Element | undefined,
    kind: "footnote" | "endnote" | "comment",
    private readonly format: string | undefined,
  ) {
    const root = childOf(xml, `${kind}s`);
    this.notes = new Map(
      childrenOf(root, kind).map((note) => [attributeOf(note, "id") ?? "", note]),
    );
  }

  /** The note that a reference leads to; undefined if there is none, or it has been taken. */
  take(reference: Element): Note | undefined {
    const id = attributeOf(reference, "id") ?? "";
    const content = this.notes.get(id);
    if (!content) return undefined;
    this.notes.delete(id);
    return this.placed(content);
  }

  /** A note that stands where others only have a reference, as in Word 2003. */
  placed(content: Element): Note {
    const mark = this.format === undefined ? "" : `[^${numeralOf(++this.count, this.format)}]`;
    return { mark, content };
  }
}
