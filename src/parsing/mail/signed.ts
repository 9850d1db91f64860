/** The identifiers of signed and of encrypted data (RFC 5652): 1.2.840.113549.1.7.2 and .3. */
const SIGNED_DATA = "2a864886f70d010702";
const ENVELOPED_DATA = "2a864886f70d010703";
const [SEQUENCE, OCTETS, CONTENT] = [0x30, 0x04, 0xa0];
const CONSTRUCTED = 0x20;
const LENGTH_BYTES_MAX = 4;
/** Parts within parts; what is signed lies six deep. */
const DEPTH_MAX = 20;
/** Empty lines may come before the first header. */
const HEADER_WITHIN_BYTES = 64;

interface Part {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
  /** Where the next part begins. */
  readonly next: number;
}

/**
 * What a signature holds that was put around it as a whole (S/MIME, .p7m): the signature itself is not checked, for
 * nobody asks whom to trust.
 * @returns undefined if it is something else, or encrypted
 */
export function signedContent(bytes: Uint8Array): Uint8Array | undefined {
  const [kind, wrapped] = outermost(bytes);
  if (!kind || !wrapped || hexOf(bytes, kind) !== SIGNED_DATA) return undefined;
  const signed = within(bytes, wrapped)[0];
  const holder = signed && within(bytes, signed).find(({ tag }) => tag === SEQUENCE);
  const content = holder && within(bytes, holder).find(({ tag }) => tag === CONTENT);
  const octets = content && within(bytes, content)[0];
  return octets && Buffer.concat(octetsIn(bytes, octets, 0));
}

/** What such a file is whose content cannot be had. */
export function seal(bytes: Uint8Array): "signed" | "encrypted" | "unknown" {
  const [kind] = outermost(bytes);
  const id = kind && hexOf(bytes, kind);
  if (id === SIGNED_DATA) return "signed";
  return id === ENVELOPED_DATA ? "encrypted" : "unknown";
}

/** The name by which its type is told of what was signed. */
export function nameOfSigned(name: string, content: Uint8Array): string {
  return isMailPart(content) ? `${name}.eml` : name;
}

/** Whether it is a part of a mail: with headers of its own, of which the first is one of MIME's. */
export function isMailPart(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, HEADER_WITHIN_BYTES)).toString("latin1");
  return /^\s*(?:content-|mime-version:)/i.test(start);
}

/** What it is, and that itself. */
function outermost(bytes: Uint8Array): readonly Part[] {
  const [outer] = partsIn(bytes, 0, bytes.length);
  return outer?.tag === SEQUENCE ? within(bytes, outer) : [];
}

function hexOf(bytes: Uint8Array, { start, end }: Part): string {
  return Buffer.from(bytes.subarray(start, end)).toString("hex");
}

/** Long contents are written in pieces. */
function octetsIn(bytes: Uint8Array, part: Part, depth: number): Uint8Array[] {
  if (part.tag === OCTETS) return [bytes.subarray(part.start, part.end)];
  if (part.tag !== (OCTETS | CONSTRUCTED) || depth > DEPTH_MAX) return [];
  return within(bytes, part).flatMap((piece) => octetsIn(bytes, piece, depth + 1));
}

function within(bytes: Uint8Array, { start, end }: Part): Part[] {
  return partsIn(bytes, start, end);
}

function partsIn(bytes: Uint8Array, start: number, end: number, depth = 0): Part[] {
  const parts: Part[] = [];
  for (let at = start; at < end;) {
    const part = partAt(bytes, at, end, depth);
    if (!part) break;
    parts.push(part);
    at = part.next;
  }
  return parts;
}

/** The part that begins here (BER); undefined at the mark that ends one of unknown length, or where there is none. */
function partAt(bytes: Uint8Array, at: number, end: number, depth: number): Part | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (!tag || first === undefined || depth > DEPTH_MAX) return undefined;
  if (first === 0x80) {
    const last = partsIn(bytes, at + 2, end, depth + 1).at(-1)?.next ?? at + 2;
    return { tag, start: at + 2, end: last, next: last + 2 };
  }
  const count = first > 0x80 ? first - 0x80 : 0;
  if (count > LENGTH_BYTES_MAX) return undefined;
  let length = count === 0 ? first : 0;
  for (let byte = 0; byte < count; byte++) length = length * 256 + (bytes[at + 2 + byte] ?? 0);
  const start = at + 2 + count;
  const stop = Math.min(start + length, end);
  return { tag, start, end: stop, next: stop };
}
