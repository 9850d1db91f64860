/** What a JPEG says of itself before its picture. */
interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** Colours; one is grey. */
  readonly channels: number;
  /** How to hold it, 1 to 8 as EXIF counts; 1 is as it is. */
  readonly orientation: number;
}

const APP1 = 0xe1;
const EXIF = "Exif\0\0";
const ORIENTATION = 0x0112;

/** Undefined if it ends before it tells. */
export function jpegHeader(jpeg: Uint8Array): JpegHeader | undefined {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  try {
    return headerIn(view);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function headerIn(view: DataView): JpegHeader {
  let orientation = 1;
  for (let at = 2; ;) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { width, height, channels: view.getUint8(at + 9), orientation };
    }
    // Any number of fill bytes may stand before a marker.
    const length = marker === 0xff ? -1 : view.getUint16(at + 2);
    if (marker === APP1) orientation = orientationIn(view, at + 4, length - 2) ?? orientation;
    at += 2 + length;
  }
}

/** SOF0 to SOF15, but for the tables among them (DHT, JPG, DAC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** EXIF is a TIFF without pictures, whose first directory tells. */
function orientationIn(view: DataView, start: number, length: number): number | undefined {
  const segment = Buffer.from(view.buffer, view.byteOffset + start, length);
  if (segment.toString("latin1", 0, EXIF.length) !== EXIF) return undefined;
  const tiff = segment.subarray(EXIF.length);
  if (tiff.length < 8) return undefined;
  const little = tiff[0] === 0x49;
  const uint16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = directory + 2; entry + 12 <= tiff.length; entry += 12)
    if (uint16(entry) === ORIENTATION) return uint16(entry + 8);
  return undefined;
}
