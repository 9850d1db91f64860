/** A page of a TIFF: its directory's entries (TIFF 6.0). */
export interface TiffPage {
  /** Where its directory begins, and where the place of the next one is told. */
  readonly at: number;
  readonly nextAt: number;
  /** The values of a tag, up to `VALUES_MAX`; none if it is not there. */
  readonly values: (tag: number) => readonly number[];
}

/** Directories may form a circle, or a chain without end. */
const PAGES_MAX = 100_000;
/** A page of many strips has two values for each. */
const VALUES_MAX = 100_000;
const ENTRY_BYTES = 12;
/** Bytes of a value by its type, from 1; what is signed or a fraction is not asked for. */
const SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8];
const [SHORT_BYTES, LONG_BYTES] = [2, 4];

/** The pages of a TIFF in their order, each once; of one that is cut short those before. */
export function tiffPages(bytes: Uint8Array): TiffPage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  if (view.byteLength < 8) return pages;
  for (let at = view.getUint32(4, little); at !== 0 && !seen.has(at);) {
    seen.add(at);
    const page = pageAt(view, at, little);
    if (!page || pages.length === PAGES_MAX) break;
    pages.push(page);
    at = view.getUint32(page.nextAt, little);
  }
  return pages;
}

/** The TIFF with one of its pages alone. */
export function onePageOf(bytes: Uint8Array, { at, nextAt }: TiffPage): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(4, at, copy[0] === 0x49);
  view.setUint32(nextAt, 0);
  return copy;
}

/** Undefined if it lies beyond the end: the pages before it may be whole. */
function pageAt(view: DataView, at: number, little: boolean): TiffPage | undefined {
  const entries = at + 2 <= view.byteLength ? view.getUint16(at, little) : 0;
  const nextAt = at + 2 + entries * ENTRY_BYTES;
  if (entries === 0 || nextAt + 4 > view.byteLength) return undefined;
  const values = (tag: number) => {
    for (let entry = at + 2; entry < nextAt; entry += ENTRY_BYTES)
      if (view.getUint16(entry, little) === tag) return valuesAt(view, entry, little);
    return [];
  };
  return { at, nextAt, values };
}

function valuesAt(view: DataView, entry: number, little: boolean): readonly number[] {
  const type = view.getUint16(entry + 2, little);
  const size = SIZES[type] ?? 0;
  const count = Math.min(view.getUint32(entry + 4, little), VALUES_MAX);
  const start = size * count <= LONG_BYTES ? entry + 8 : view.getUint32(entry + 8, little);
  if (size === 0 || start + size * count > view.byteLength) return [];
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * size;
    if (size === SHORT_BYTES) return view.getUint16(at, little);
    if (size === 8) return view.getUint32(at, little) / (view.getUint32(at + 4, little) || 1);
    return size === LONG_BYTES ? view.getUint32(at, little) : view.getUint8(at);
  });
}
