import { Numbers } from "./numbers.ts";

/** What an element says of itself, by the whole names of its attributes. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** An attribute as it was come upon. */
export interface ReadAttribute {
  readonly name: string;
  /** Where its value stands in the source. */
  start: number;
  end: number;
  /** Its value, if it does not stand there as it is. */
  text?: string;
}

// What a node is, in the lowest bits of its first number; of an element and an attribute the others are its name.
const SLICE = 0;
const CHARACTER = 1;
const ATTRIBUTE = 2;
const WRITTEN_ATTRIBUTE = 3;
const ELEMENT = 4;
const BLOCKY_ELEMENT = 5;
const KIND_BITS = 3;
const KINDS = (1 << KIND_BITS) - 1;

/** Of every element without any: most of a long page have none. */
export const NO_ATTRIBUTES: Attributes = {};

/** Of each node: what it is, and two more numbers. */
const STRIDE = 3;
/** Of so many elements the attributes are kept as objects. */
const READ_MAX = 10_000;
/** Of each element: how much it weighs, by three measures. */
const WEIGHTS = 3;

/**
 * A tree in the order in which it is read, twelve bytes a node: a text is where it stands in the source, an element is
 * its number and where it ends, and its attributes follow it. Objects of a page of 100 MB would take several GB.
 */
export class PackedTree {
  private readonly nodes = new Numbers(Uint32Array);
  private count = 0;
  private elements = 0;
  private readonly weights = new Numbers(Float64Array);
  private readonly names: string[] = [];
  /** The same without their prefixes, in lower case. */
  private readonly localNames: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** Attributes of the elements that were asked for theirs: whoever asks once asks again. */
  private readonly read = new Map<number, Attributes>();
  /** Values of attributes that do not stand in the source as they are. */
  private readonly written: string[] = [];

  constructor(readonly source: string) {}

  // Building it.

  /** @param start where it stands in the source, to `end` */
  addText(start: number, end: number): void {
    if (end > start) this.add(SLICE, start, end);
  }

  addCharacter(codePoint: number): void {
    this.add(CHARACTER, codePoint, 0);
  }

  /** Begins an element, to be ended with `end`. */
  open(name: string, attributes: readonly ReadAttribute[]): PackedElement {
    const at = this.add((this.numberOf(name) << KIND_BITS) | ELEMENT, this.elements++, 0);
    for (const { name: key, start, end, text } of attributes) {
      const number = this.numberOf(key) << KIND_BITS;
      if (text === undefined) this.add(number | ATTRIBUTE, start, end);
      else this.add(number | WRITTEN_ATTRIBUTE, this.written.push(text) - 1, 0);
    }
    return new PackedElement(this, at);
  }

  end({ at }: PackedElement): void {
    this.nodes.set(STRIDE * at + 2, this.count);
  }

  /** Notes that blocks lie within it. */
  setHoldsBlocks({ at }: PackedElement): void {
    this.nodes.set(STRIDE * at, this.nodes.get(STRIDE * at) | BLOCKY_ELEMENT);
  }

  // Reading it.

  /** How many nodes there are. */
  get size(): number {
    return this.count;
  }

  nameAt(at: number): string {
    return this.names[this.nodes.get(STRIDE * at) >>> KIND_BITS] ?? "";
  }

  /** An element's name without its prefix, in lower case. */
  localNameAt(at: number): string {
    return this.localNames[this.nodes.get(STRIDE * at) >>> KIND_BITS] ?? "";
  }

  holdsBlocksAt(at: number): boolean {
    return this.kindAt(at) === BLOCKY_ELEMENT;
  }

  weightAt(at: number, which: number): number {
    return this.weights.get(WEIGHTS * this.nodes.get(STRIDE * at + 1) + which);
  }

  setWeightAt(at: number, which: number, weight: number): void {
    this.weights.set(WEIGHTS * this.nodes.get(STRIDE * at + 1) + which, weight);
  }

  attributesAt(at: number): Attributes {
    if (!this.isAttribute(at + 1)) return NO_ATTRIBUTES;
    const known = this.read.get(at);
    if (known) return known;
    const attributes: Record<string, string> = {};
    if (this.read.size >= READ_MAX) this.read.clear();
    this.read.set(at, attributes);
    for (let next = at + 1; this.isAttribute(next); next++) {
      const name = this.nameAt(next);
      // Of two the first holds.
      if (!Object.hasOwn(attributes, name)) attributes[name] = this.valueAt(next);
    }
    return attributes;
  }

  /** The value of an element's attribute by its whole name, or else by its name without prefix. */
  attributeAt(at: number, name: string): string | undefined {
    const suffix = `:${name}`;
    let found: number | undefined;
    for (let next = at + 1; this.isAttribute(next); next++) {
      const own = this.nameAt(next);
      if (own === name) return this.valueAt(next);
      if (own.endsWith(suffix)) found ??= next;
    }
    return found === undefined ? undefined : this.valueAt(found);
  }

  /** Where the first node within an element lies, if any does. */
  firstWithin(at: number): number {
    let first = at + 1;
    while (this.isAttribute(first)) first++;
    return first;
  }

  /** Behind the last node within an element. */
  endOf(at: number): number {
    return this.nodes.get(STRIDE * at + 2);
  }

  isElement(at: number): boolean {
    return this.kindAt(at) >= ELEMENT;
  }

  nodeAt(at: number): PackedElement | string {
    return this.isElement(at) ? new PackedElement(this, at) : this.textAt(at);
  }

  /** All text anywhere within an element. */
  textWithin(at: number): string {
    const end = this.endOf(at);
    const texts: string[] = [];
    for (let next = at + 1; next < end; next++)
      if (this.kindAt(next) <= CHARACTER) texts.push(this.textAt(next));
    return texts.join("");
  }

  private textAt(at: number): string {
    const first = this.nodes.get(STRIDE * at + 1);
    if (this.kindAt(at) === CHARACTER) return String.fromCodePoint(first);
    return this.source.slice(first, this.nodes.get(STRIDE * at + 2));
  }

  private valueAt(at: number): string {
    const first = this.nodes.get(STRIDE * at + 1);
    if (this.kindAt(at) === WRITTEN_ATTRIBUTE) return this.written[first] ?? "";
    return this.source.slice(first, this.nodes.get(STRIDE * at + 2));
  }

  private isAttribute(at: number): boolean {
    const kind = at < this.count ? this.kindAt(at) : SLICE;
    return kind === ATTRIBUTE || kind === WRITTEN_ATTRIBUTE;
  }

  private kindAt(at: number): number {
    return this.nodes.get(STRIDE * at) & KINDS;
  }

  private add(what: number, first: number, second: number): number {
    const at = this.count++;
    this.nodes.set(STRIDE * at, what);
    this.nodes.set(STRIDE * at + 1, first);
    this.nodes.set(STRIDE * at + 2, second);
    return at;
  }

  private numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.push(name) - 1;
    this.localNames.push(name.slice(name.indexOf(":") + 1).toLowerCase());
    this.numbers.set(name, number);
    return number;
  }
}

/** An element of a packed tree, made as it is come upon: two of the same place are equal by `at`. */
export class PackedElement {
  constructor(
    readonly tree: PackedTree,
    readonly at: number,
  ) {}

  get children(): Iterable<PackedElement | string> {
    return new Children(this.tree, this.at);
  }

  get name(): string {
    return this.tree.nameAt(this.at);
  }

  get attributes(): Attributes {
    return this.tree.attributesAt(this.at);
  }

  get holdsBlocks(): boolean {
    return this.tree.holdsBlocksAt(this.at);
  }

  get letters(): number {
    return this.tree.weightAt(this.at, 0);
  }
  set letters(letters: number) {
    this.tree.setWeightAt(this.at, 0, letters);
  }

  get linked(): number {
    return this.tree.weightAt(this.at, 1);
  }
  set linked(letters: number) {
    this.tree.setWeightAt(this.at, 1, letters);
  }

  get prose(): number {
    return this.tree.weightAt(this.at, 2);
  }
  set prose(letters: number) {
    this.tree.setWeightAt(this.at, 2, letters);
  }
}

class Children implements Iterable<PackedElement | string> {
  constructor(
    private readonly tree: PackedTree,
    private readonly of: number,
  ) {}

  [Symbol.iterator](): Iterator<PackedElement | string> {
    const { tree, of } = this;
    return new Walk(tree, tree.firstWithin(of), tree.endOf(of));
  }
}

/** By hand: a generator takes twice as long, and this is most of what reading a page does. */
class Walk implements Iterator<PackedElement | string, undefined> {
  constructor(
    private readonly tree: PackedTree,
    private at: number,
    private readonly end: number,
  ) {}

  next(): IteratorResult<PackedElement | string, undefined> {
    if (this.at >= this.end) return { done: true, value: undefined };
    const value = this.tree.nodeAt(this.at);
    this.at = typeof value === "string" ? this.at + 1 : this.tree.endOf(this.at);
    return { done: false, value };
  }
}
