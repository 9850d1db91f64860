import { Parser, type ParserOptions } from "htmlparser2";
import type { TreeBuilder } from "./tree-builder.ts";

/**
 * Tells where texts and values stand instead of what they are. What the builder does not take is counted instead of
 * kept: the parser's own stack would cost the square of the depth.
 */
export class PlacingParser extends Parser {
  private passed = 0;
  private readonly keepsCdata: boolean;

  constructor(
    private readonly builder: TreeBuilder,
    private readonly given: ParserOptions,
  ) {
    super(builder, given);
    this.keepsCdata = (given.xmlMode || given.recognizeCDATA) ?? false;
  }

  override onopentagname(start: number, end: number): void {
    if (this.builder.attributes.length > 0) this.builder.attributes = [];
    if (this.builder.takesElement()) return super.onopentagname(start, end);
    this.passed++;
    this.builder.passElement();
  }

  override onclosetag(start: number, end: number): void {
    if (this.passed === 0) return super.onclosetag(start, end);
    this.passed--;
    this.builder.passElement();
  }

  override ontext(start: number, end: number): void {
    this.builder.addText(start, end);
  }

  override ontextentity(codePoint: number): void {
    this.builder.addCharacter(codePoint);
  }

  override oncdata(start: number, end: number, offset: number): void {
    if (this.keepsCdata || this.isInForeignContext()) this.builder.addText(start, end - offset);
  }

  override onattribname(start: number, end: number): void {
    const name = this.builder.tree.source.slice(start, end);
    const known = this.given.xmlMode ? name : name.toLowerCase();
    this.builder.attributes.push({ name: known, start: 0, end: 0 });
  }

  override onattribdata(start: number, end: number): void {
    const attribute = this.builder.attributes.at(-1);
    if (!attribute) return;
    if (attribute.end > 0 || attribute.text !== undefined)
      attribute.text = this.builder.valueOf(attribute) + this.builder.tree.source.slice(start, end);
    else Object.assign(attribute, { start, end });
  }

  override onattribentity(codePoint: number): void {
    const attribute = this.builder.attributes.at(-1);
    if (attribute)
      attribute.text = this.builder.valueOf(attribute) + String.fromCodePoint(codePoint);
  }

  override onattribend(): void {
    // It has been told already.
  }
}
