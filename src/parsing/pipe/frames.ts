/**
 * What a parser process tells its parent over stdout: frames of one byte of kind, four bytes of length
 * (little endian) and a payload. A length first, because texts hold every character that could end a line.
 */
export const FRAME = {
  /** The process is up; empty. */
  ready: 1,
  /** Share done, one byte, 0 to 100. */
  progress: 2,
  /** A part of the text, UTF-8. */
  text: 3,
  /** The end of a document that was read; JSON `{parserType, pages}`. */
  done: 4,
  /** The end of one that was not; JSON, a `ParseFailure`. */
  failed: 5,
  /** A part of a picture that is to be recognised. */
  picture: 6,
  /** Its end, JSON `{mimeType, pages}`. The parent answers with a line of JSON on stdin. */
  recognise: 7,
  /** Something of the document is left out; JSON, a `Report`. */
  report: 8,
} as const;

export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

export interface Frame {
  readonly kind: FrameKind;
  readonly payload: Uint8Array;
}

/** A text travels in parts, so that neither side holds it twice. */
export const TEXT_PART_CHARS = 256 * 1024;
/** So does a picture. */
export const PICTURE_PART_BYTES = 1024 * 1024;
/** Larger ones are neither sent nor taken. */
export const PICTURE_BYTES_MAX = 256 * 1024 * 1024;

const HEADER_BYTES = 5;
/** Pages of the longest document as JSON, with room to spare; a text part is smaller. */
const PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;

export function encodeFrame(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + payload.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, payload.length, true);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Puts frames together again from whatever parts a pipe delivers. */
export class FrameReader {
  #buffered: Uint8Array = new Uint8Array();

  /** @throws Error if the bytes are no frames */
  push(bytes: Uint8Array): Frame[] {
    this.#buffered =
      this.#buffered.length === 0 ? bytes : new Uint8Array(Buffer.concat([this.#buffered, bytes]));
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#buffered.length < HEADER_BYTES) return undefined;
    const { buffer, byteOffset, byteLength } = this.#buffered;
    const kind = kindOf(this.#buffered[0]);
    const length = new DataView(buffer, byteOffset, byteLength).getUint32(1, true);
    if (kind === undefined || length > PAYLOAD_BYTES_MAX) throw new Error("These are no frames.");
    const end = HEADER_BYTES + length;
    if (byteLength < end) return undefined;
    const payload = this.#buffered.subarray(HEADER_BYTES, end);
    this.#buffered = this.#buffered.subarray(end);
    return { kind, payload };
  }
}

function kindOf(byte: number | undefined): FrameKind | undefined {
  return Object.values(FRAME).find((kind) => kind === byte);
}
