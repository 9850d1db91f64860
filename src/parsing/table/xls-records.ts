const HEADER_BYTES = 4;

/** A record of an old Excel workbook's stream (MS-XLS 2.1.4). */
interface XlsRecord {
  readonly kind: number;
  /** Where its header lies. */
  readonly at: number;
  /** Where its content begins, and what lies behind it. */
  readonly start: number;
  readonly end: number;
}

/** The records of a stream, up to where it is cut: before each stand its kind and its length, in two bytes each. */
export function* recordsOf(stream: Buffer): Generator<XlsRecord> {
  for (let at = 0; at + HEADER_BYTES <= stream.length;) {
    const start = at + HEADER_BYTES;
    const end = start + stream.readUInt16LE(at + 2);
    if (end > stream.length) return;
    yield { kind: stream.readUInt16LE(at), start, end, at };
    at = end;
  }
}
