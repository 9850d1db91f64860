import { type PackedElement, PackedTree, type ReadAttribute } from "./packed-tree.ts";

/** Puts together a tree of what a `PlacingParser` comes upon. */
export class TreeBuilder {
  readonly tree: PackedTree;
  /** Of the tag that is being read. */
  attributes: ReadAttribute[] = [];
  protected readonly root: PackedElement;
  protected readonly open: PackedElement[];

  /** @param rootName how what holds all else is called */
  constructor(source: string, rootName: string) {
    this.tree = new PackedTree(source);
    this.root = this.tree.open(rootName, []);
    this.open = [this.root];
  }

  /** Whether an element that begins here is kept, and not its contents alone. */
  takesElement(): boolean {
    return true;
  }

  /** An element begins or ends that is not kept. */
  passElement(): void {
    // What lies in it follows without a gap.
  }

  valueOf({ start, end, text }: ReadAttribute): string {
    return text ?? this.tree.source.slice(start, end);
  }

  addText(start: number, end: number): void {
    this.tree.addText(start, end);
  }

  addCharacter(codePoint: number): void {
    this.tree.addCharacter(codePoint);
  }

  onopentag(name: string): void {
    this.open.push(this.tree.open(name, this.attributes));
    // What is opened next may have no tag of its own.
    if (this.attributes.length > 0) this.attributes = [];
  }

  onclosetag(): void {
    const element = this.open.length > 1 ? this.open.pop() : undefined;
    if (element) this.tree.end(element);
  }

  /** What holds all else, once everything has been read. */
  finished(): PackedElement {
    for (const element of this.open) this.tree.end(element);
    return this.root;
  }
}
