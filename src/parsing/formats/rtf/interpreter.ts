import type { Flow } from "../../flow.ts";
import { unreadable } from "../../limits.ts";
import { pictureOf } from "../../markdown.ts";
import { RunningHeads } from "../../running-heads.ts";
import { isSilent, ROLES, STORIES, WITHOUT_TEXT } from "./destinations.ts";
import { CHARACTERS, SYMBOLS } from "./characters.ts";
import { FontTable, textOfBytes } from "./font-table.ts";
import { type Scope, scopeAfter, scopeOf, type StoryKind } from "./scope.ts";
import { type Paragraph, Story } from "./story.ts";
import { StyleSheet } from "./style-sheet.ts";
import type { Token } from "./tokens.ts";

/** Footnotes within text boxes within comments: no more of them are told apart. */
const STORIES_MAX = 4;
/** Groups within groups: programs that write such files make do with some dozens. */
const GROUPS_MAX = 2_000_000;

/** Reads an RTF file's pieces one after the other into a story. */
export class Interpreter {
  private readonly body: Story;
  private readonly heads: RunningHeads;
  /** What holds in the groups around the one that is being read. */
  private readonly outer: Scope[] = [];
  private scope: Scope;
  private readonly styles = new StyleSheet();
  private readonly fonts = new FontTable();
  /** Bytes that wait for the rest of their characters. */
  private bytes = "";
  /** Characters of a fallback that are still to be skipped. */
  private skipping = 0;
  private isStarred = false;
  private notes = 0;
  /** The text of a group that is no text of the document. */
  private aside = "";
  private author = "";
  private propertyName = "";
  /** A section has ended; the next one says whether it begins a page. */
  private newSection = false;

  /** @param flow where the document's pages are written */
  constructor(flow: Flow) {
    this.body = new Story(0, flow);
    this.heads = new RunningHeads(flow);
    this.scope = scopeOf(this.body, this.fonts.lettersOf());
  }

  read(token: Token): void {
    switch (token.kind) {
      case "text":
        return this.readBytes(token.bytes);
      case "open":
        return this.open();
      case "close":
        return this.close();
      case "symbol":
        return this.readSymbol(token.name);
      case "word":
        // Fallbacks are characters: whoever left one out wrote this word as a word.
        this.skipping = 0;
        this.readWord(token.name, token.value);
    }
  }

  /** @returns false if the file's end is missing: more than the last brace, which some writers forget */
  end(): boolean {
    this.flush();
    this.body.end(this.paragraph());
    this.heads.end();
    return this.outer.length <= 1;
  }

  private open(): void {
    this.flush();
    this.skipping = 0;
    if (this.outer.length >= GROUPS_MAX)
      throw unreadable("The RTF document is nested too deeply to be read.");
    this.outer.push(this.scope);
  }

  private close(): void {
    this.flush();
    this.skipping = 0;
    const closed = this.scope;
    // More ends than beginnings: whatever follows is still read.
    this.scope = this.outer.pop() ?? this.scope;
    if (closed.role !== this.scope.role) this.endAside(closed);
    if (closed.role === "font") this.set({ letters: this.fonts.usualLetters });
    if (closed.story === this.scope.story) return;
    closed.story.end(this.paragraph(closed));
    this.endStory(closed, this.scope);
  }

  private endAside({ role }: Scope): void {
    const text = this.aside;
    if (role === "author") this.author = text;
    else if (role === "property name") this.propertyName = text.trim();
    else if (role === "property value" && this.propertyName === "wzDescription")
      this.scope.story.append(` ${pictureOf(text)} `, this.paragraph());
    else return;
    this.aside = "";
  }

  private set(change: Partial<Scope>): void {
    this.scope = { ...this.scope, ...change };
  }

  private readBytes(bytes: string): void {
    const skipped = Math.min(this.skipping, bytes.length);
    this.skipping -= skipped;
    if (!WITHOUT_TEXT.has(this.scope.role)) this.bytes += bytes.slice(skipped);
  }

  private flush(): void {
    if (this.bytes === "") return;
    const text = textOfBytes(this.bytes, this.scope.letters);
    this.bytes = "";
    this.write(text);
  }

  private write(text: string): void {
    const { role, story, isHidden, isDeleted } = this.scope;
    switch (role) {
      case "text":
        if (!isHidden && !isDeleted) this.writeText(text);
        return;
      case "label":
        if (!isHidden) story.labelWith(text);
        return;
      case "style":
        return this.styles.append(text);
      case "author":
      case "property name":
      case "property value":
        this.aside += text;
        return;
      case "font":
        return this.fonts.append(text);
      case "shape":
      case "none":
        return;
    }
  }

  private writeText(text: string): void {
    if (this.newSection && text.trim()) {
      this.newSection = false;
      this.body.startPage();
    }
    this.scope.story.append(text, this.paragraph());
  }

  private paragraph(scope = this.scope): Paragraph {
    return { ...scope.paragraph, heading: this.styles.headingOf(scope.style, scope.outline) };
  }

  private readSymbol(name: string): void {
    if (name === "*") {
      this.isStarred = true;
      return;
    }
    if (name === "\n" || name === "\r") return this.readWord("par", undefined);
    const character = SYMBOLS.get(name);
    // These may be the second byte of a character as well.
    if (character !== undefined) this.readBytes(character);
  }

  private readWord(name: string, value: number | undefined): void {
    const starred = this.isStarred;
    this.isStarred = false;
    this.flush();
    const { role, underneath } = this.scope;
    if (name === "ud") return this.set({ role: underneath ?? role });
    if (role === "none") return;
    if (this.openGroup(name, starred)) return;
    if (name === "u") return this.readUnicode(value ?? 0);
    const character = CHARACTERS.get(name);
    if (character !== undefined) return this.write(character);
    if (this.readEncodingWord(name, value ?? 0)) return;
    if (role === "font") return this.fonts.word(name, value ?? 0);
    if (role === "style") return this.readStyleWord(name, value ?? 0);
    if (role === "text") this.readTextWord(name, value);
  }

  /** @returns true if the word says what its group is */
  private openGroup(name: string, starred: boolean): boolean {
    const kind = STORIES.get(name);
    const role = ROLES.get(name);
    const isProperty = role === "property name" || role === "property value";
    if (kind && this.scope.role === "text") this.openStory(kind);
    else if (role && isProperty === (this.scope.role === "shape")) {
      this.aside = "";
      this.set({ role });
    } else if (name === "upr") this.set({ role: "none", underneath: this.scope.role });
    else if (isSilent(name, starred)) this.set({ role: "none" });
    else return false;
    return true;
  }

  private openStory(kind: StoryKind): void {
    const { story, letters } = this.scope;
    if (story.depth >= STORIES_MAX) return;
    if (kind === "footnote") story.append(`[^${++this.notes}]`, this.paragraph());
    const opened = new Story(story.depth + 1);
    this.set({ ...scopeOf(opened, letters), within: { kind, number: this.notes } });
  }

  private endStory({ story, within }: Scope, { story: parent }: Scope): void {
    const text = story.flow.text();
    if (within?.kind === "footnote") parent.flow.note(`[^${within.number}]: ${text}`);
    else if (within?.kind === "annotation") parent.flow.comment(this.author, text);
    else if (within?.kind === "head") this.heads.head(text);
    else if (within?.kind === "foot") this.heads.foot(text);
    else parent.attach(text);
  }

  private readUnicode(value: number): void {
    this.skipping = this.scope.fallbackLength;
    const code = value < 0 ? value + 0x1_0000 : value;
    if (code < 0 || code > 0x10_ffff) return;
    const { read } = this.scope.letters;
    // Where fonts of pictures for letters keep them.
    const isPicture = code >= 0xf000 && code <= 0xf0ff && !read;
    const character = isPicture ? "•" : String.fromCodePoint(code);
    this.write(read ? read(character) : character);
  }

  private readEncodingWord(name: string, value: number): boolean {
    if (name === "uc") this.set({ fallbackLength: Math.max(value, 0) });
    else if (name === "deff") this.fonts.defaultFont = value;
    else if (this.fonts.encodingIs(name, value)) this.set({ letters: this.fonts.lettersOf() });
    else return false;
    return true;
  }

  private readStyleWord(name: string, value: number): void {
    if (name === "s") this.styles.begin(value);
    else if (name === "outlinelevel") this.styles.outlineIs(value);
  }

  private readTextWord(name: string, value: number | undefined): void {
    const after = scopeAfter(this.scope, name, value);
    if (after) this.scope = after;
    else if (name === "f") this.set({ letters: this.fonts.lettersOf(value ?? 0) });
    else if (name === "plain")
      this.set({ isHidden: false, isDeleted: false, letters: this.fonts.usualLetters });
    else if (!this.readTableWord(name, value ?? 0)) this.readBreak(name);
  }

  /** @returns false if it is no word of a table */
  private readTableWord(name: string, value: number): boolean {
    const { story, edges } = this.scope;
    const { tables } = this.scope.paragraph;
    switch (name) {
      case "cellx":
        edges.push(value);
        return true;
      case "cell":
        story.endCell(this.paragraph(), 1);
        return true;
      case "nestcell":
        story.endCell(this.paragraph(), Math.max(tables, 2));
        return true;
      case "row":
        story.endRow(1, edges);
        return true;
      case "nestrow":
        story.endRow(Math.max(tables, 2), edges);
        return true;
      default:
        return false;
    }
  }

  private readBreak(name: string): void {
    const { story } = this.scope;
    switch (name) {
      case "par":
        return story.endParagraph(this.paragraph());
      case "sect":
        story.end(this.paragraph());
        this.newSection = true;
        return;
      case "sbknone":
      case "sbkcol":
        this.newSection = false;
        return;
      case "page":
        return story.breakPage();
      case "pagebb":
        return story.startPage();
    }
  }
}
