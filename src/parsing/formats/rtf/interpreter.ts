import { encodingOfPage } from "../../encoding/code-pages.ts";
import { WESTERN } from "./code-pages.ts";
import type { Flow } from "../../flow.ts";
import { pictureOf } from "../../markdown.ts";
import { RunningHeads } from "../../running-heads.ts";
import { isSilent } from "./destinations.ts";
import { CHARACTERS, SYMBOLS } from "./characters.ts";
import { FontTable, type Letters, textOfBytes } from "./font-table.ts";
import { plainParagraph, type Role, type Scope, scopeOf, type StoryKind } from "./scope.ts";
import { type Paragraph, Story } from "./story.ts";
import { StyleSheet } from "./style-sheet.ts";
import type { Token } from "./tokens.ts";

/** Footnotes within text boxes within comments: no more of them are told apart. */
const STORIES_MAX = 4;

/** Other text than that of the document, by the control word of its group. */
const ROLES = new Map<string, Role>([
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
const WITHOUT_TEXT: ReadonlySet<Role> = new Set(["none", "shape"]);

/** Groups that are stories of their own. */
const STORIES = new Map<string, StoryKind>([
  ["footnote", "footnote"],
  ["annotation", "annotation"],
  ["shptxt", "text box"],
  ["dptxbxtext", "text box"],
  ...["header", "headerf", "headerl", "headerr"].map((name) => [name, "head"] as const),
  ...["footer", "footerf", "footerl", "footerr"].map((name) => [name, "foot"] as const),
]);

/** Reads an RTF file's pieces one after the other into a story. */
export class Interpreter {
  private readonly body: Story;
  private readonly heads: RunningHeads;
  /** What holds in the groups around the one that is being read. */
  private readonly outer: Scope[] = [];
  private scope: Scope;
  private readonly styles = new StyleSheet();
  private readonly fonts = new FontTable();
  private defaultFont = 0;
  private encoding = WESTERN;
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
    this.scope = scopeOf(this.body, { encoding: WESTERN, read: undefined });
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
    this.outer.push(this.scope);
  }

  private close(): void {
    this.flush();
    this.skipping = 0;
    const closed = this.scope;
    // More ends than beginnings: whatever follows is still read.
    this.scope = this.outer.pop() ?? this.scope;
    if (closed.role !== this.scope.role) this.endAside(closed);
    if (closed.role === "font") this.set({ letters: this.lettersOf(this.defaultFont) });
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
    switch (name) {
      case "ansicpg":
        this.encoding = encodingOfPage(value) ?? this.encoding;
        this.set({ letters: this.lettersOf() });
        return true;
      case "mac":
        this.encoding = "macintosh";
        this.set({ letters: this.lettersOf() });
        return true;
      case "deff":
        this.defaultFont = value;
        return true;
      case "uc":
        this.set({ fallbackLength: Math.max(value, 0) });
        return true;
      default:
        return false;
    }
  }

  private readStyleWord(name: string, value: number): void {
    if (name === "s") this.styles.begin(value);
    else if (name === "outlinelevel") this.styles.outlineIs(value);
  }

  private readTextWord(name: string, value: number | undefined): void {
    if (this.readTableWord(name, value)) return;
    if (this.readBreak(name)) return;
    if (this.readParagraphWord(name, value ?? 0)) return;
    // Without a value, or with any other than 0, such a word switches on.
    const isOn = value !== 0;
    if (name === "v") this.set({ isHidden: isOn });
    else if (name === "deleted") this.set({ isDeleted: isOn });
    else if (name === "f") this.set({ letters: this.lettersOf(value ?? 0) });
    else if (name === "plain")
      this.set({
        isHidden: false,
        isDeleted: false,
        letters: this.lettersOf(this.defaultFont),
      });
  }

  /** @param font -1 for none that is known */
  private lettersOf(font = -1): Letters {
    return this.fonts.lettersOf(font, this.encoding);
  }

  private readTableWord(name: string, value: number | undefined): boolean {
    const { story, edges } = this.scope;
    const { tables } = this.scope.paragraph;
    switch (name) {
      case "trowd":
        this.set({ edges: [] });
        return true;
      case "cellx":
        edges.push(value ?? 0);
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

  private readBreak(name: string): boolean {
    const { story } = this.scope;
    switch (name) {
      case "par":
        story.endParagraph(this.paragraph());
        return true;
      case "sect":
        story.end(this.paragraph());
        this.newSection = true;
        return true;
      case "sbknone":
      case "sbkcol":
        this.newSection = false;
        return true;
      case "page":
        story.breakPage();
        return true;
      case "pagebb":
        story.startPage();
        return true;
      default:
        return false;
    }
  }

  private readParagraphWord(name: string, value: number): boolean {
    const { paragraph } = this.scope;
    switch (name) {
      case "pard":
        this.scope = plainParagraph(this.scope);
        return true;
      case "s":
        this.set({ style: value });
        return true;
      case "outlinelevel":
        this.set({ outline: value });
        return true;
      case "intbl":
        this.set({ paragraph: { ...paragraph, tables: Math.max(paragraph.tables, 1) } });
        return true;
      case "itap":
        this.set({ paragraph: { ...paragraph, tables: Math.max(value, 0) } });
        return true;
      case "ilvl":
        this.set({ paragraph: { ...paragraph, listLevel: Math.max(value, 0) } });
        return true;
      default:
        return false;
    }
  }
}
