import { PICTURE_BYTES_MAX } from "../pipe/frames.ts";
import type { Picture } from "../reader.ts";

/** Puts a picture together from the parts in which it travels. */
export class PictureParts {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @throws Error if it grows beyond what a parser may send */
  push(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > PICTURE_BYTES_MAX) throw new Error("No picture is that large.");
    this.#parts.push(part);
  }

  take(about: Omit<Picture, "bytes">): Picture {
    const bytes = new Uint8Array(Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
    return { ...about, bytes };
  }
}
