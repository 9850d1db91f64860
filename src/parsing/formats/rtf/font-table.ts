import { encodingOfPage } from "../../encoding/code-pages.ts";
import { type FontReading, readingOfFont } from "../../encoding/vietnamese-fonts.ts";
import { decodeBytes, encodingOfCharset, WESTERN } from "./code-pages.ts";

/** How the bytes of a text become letters. */
export interface Letters {
  readonly encoding: Bun.Encoding;
  /** Of a font whose letters stand in the places of others. */
  readonly read: FontReading | undefined;
}

/** The fonts of a document, by their numbers. */
export class FontTable {
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

  /** @param usual the encoding of fonts that name none */
  lettersOf(font: number, usual: Bun.Encoding): Letters {
    const read = this.readings.get(font);
    return { encoding: read ? WESTERN : (this.encodings.get(font) ?? usual), read };
  }
}

/** @param bytes one a character */
export function textOfBytes(bytes: string, { encoding, read }: Letters): string {
  const text = decodeBytes(bytes, encoding);
  return read ? read(text) : text;
}
