import { encodingOfPage } from "../../encoding/code-pages.ts";
import { type FontReading, readingOfFont } from "../../encoding/vietnamese-fonts.ts";
import { decodeBytes, encodingOfCharset, WESTERN } from "./code-pages.ts";

/** How the bytes of a text become letters. */
export interface Letters {
  readonly encoding: Bun.Encoding;
  /** Of a font whose letters stand in the places of others. */
  readonly read: FontReading | undefined;
}

/** The fonts of a document, by their numbers, and the encoding of those that name none. */
export class FontTable {
  /** The font of text that names none. */
  defaultFont = 0;
  private encoding = WESTERN;
  private readonly encodings = new Map<number, Bun.Encoding>();
  private readonly readings = new Map<number, FontReading>();
  private font = 0;
  private name = "";

  /** Reads a word of the font that is being described. */
  word(name: string, value: number): void {
    if (name === "f") this.font = value;
    const encoding =
      name === "fcharset"
        ? encodingOfCharset(value)
        : name === "cpg"
          ? encodingOfPage(value)
          : undefined;
    if (encoding) this.encodings.set(this.font, encoding);
  }

  /** A font's name; a semicolon ends its description. */
  append(text: string): void {
    for (const part of text.split(/(;)/)) {
      if (part !== ";") this.name += part;
      else {
        const read = readingOfFont(this.name.trim());
        if (read) this.readings.set(this.font, read);
        this.name = "";
      }
    }
  }

  /** Reads a word that says the document's encoding. @returns false for any other word */
  encodingIs(name: string, value: number): boolean {
    if (name === "ansicpg") this.encoding = encodingOfPage(value) ?? this.encoding;
    else if (name === "mac") this.encoding = "macintosh";
    else return false;
    return true;
  }

  /** Of text that names no font. */
  get usualLetters(): Letters {
    return this.lettersOf(this.defaultFont);
  }

  /** @param font undefined where the document's encoding holds, whatever the font */
  lettersOf(font?: number): Letters {
    if (font === undefined) return { encoding: this.encoding, read: undefined };
    const read = this.readings.get(font);
    return { encoding: read ? WESTERN : (this.encodings.get(font) ?? this.encoding), read };
  }
}

/** @param bytes one a character */
export function textOfBytes(bytes: string, { encoding, read }: Letters): string {
  const text = decodeBytes(bytes, encoding);
  return read ? read(text) : text;
}
