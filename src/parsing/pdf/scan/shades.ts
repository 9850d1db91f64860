/** A picture of a PDF in shades of grey, a byte each, row by row from its top. */
export interface Shades {
  readonly width: number;
  readonly height: number;
  /** 0 for black. */
  readonly grey: Uint8Array;
  /** 0 for what lets the page through; absent where nothing does. */
  readonly alpha?: Uint8Array;
}

/** As pdf.js decodes a picture. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** One of `KIND`. */
  readonly kind: number;
  readonly data: Uint8Array;
}

/** `ImageKind` of pdf.js. */
export const KIND = { bits: 1, rgb: 2, rgba: 3 } as const;

/** Undefined for what is no picture, or one cut short. */
export function shadesOf({ width, height, kind, data }: DecodedImage): Shades | undefined {
  const size = width * height;
  if (kind === KIND.bits) {
    const grey = unpacked(data, width, height);
    return grey && { width, height, grey };
  }
  const channels = kind === KIND.rgb ? 3 : 4;
  if (data.length < size * channels) return undefined;
  const grey = new Uint8Array(size);
  for (let to = 0, from = 0; to < size; to++, from += channels)
    grey[to] = luminance(data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0);
  if (kind !== KIND.rgba) return { width, height, grey };
  const alpha = Uint8Array.from({ length: size }, (_, at) => data[at * 4 + 3] ?? 0);
  return { width, height, grey, alpha };
}

/** A stencil of one bit a dot, painted with one shade where the bit is 0. */
export function stencil(
  { width, height, data }: Omit<DecodedImage, "kind">,
  shade: number,
): Shades | undefined {
  const open = unpacked(data, width, height);
  if (!open) return undefined;
  const alpha = open.map((value) => 255 - value);
  return { width, height, grey: new Uint8Array(width * height).fill(shade), alpha };
}

/** A byte, 0 or 255, for every bit; rows begin at whole bytes. */
function unpacked(data: Uint8Array, width: number, height: number): Uint8Array | undefined {
  const stride = (width + 7) >> 3;
  if (data.length < stride * height) return undefined;
  const bytes = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to++)
      bytes[to] = ((data[y * stride + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? 255 : 0;
  return bytes;
}

/** Rec. 601, in whole numbers. */
export function luminance(red: number, green: number, blue: number): number {
  return (red * 77 + green * 150 + blue * 29) >> 8;
}

/** Every `factor` × `factor` dots become one, their mean. */
export function shrunk(shades: Shades, factor: number): Shades {
  if (factor <= 1) return shades;
  const width = Math.max(1, Math.floor(shades.width / factor));
  const height = Math.max(1, Math.floor(shades.height / factor));
  const mean = (channel: Uint8Array) => meanOf(channel, shades.width, width, height, factor);
  const grey = mean(shades.grey);
  return { width, height, grey, ...(shades.alpha ? { alpha: mean(shades.alpha) } : {}) };
}

function meanOf(
  channel: Uint8Array,
  stride: number,
  width: number,
  height: number,
  factor: number,
): Uint8Array {
  const means = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to++) {
      let sum = 0;
      for (let row = 0; row < factor; row++) {
        const start = (y * factor + row) * stride + x * factor;
        for (let at = start; at < start + factor; at++) sum += channel[at] ?? 0;
      }
      means[to] = sum / (factor * factor);
    }
  return means;
}
