/** Where a shape lies on its slide, in any unit, from the left and from above. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes that lie by each other may overlap by this share of the smaller one: people place them by hand. */
const SLACK = 0.25;
/** Boxes that share this much of the smaller one's height stand in a row. */
const ROW = 0.5;
/** Beyond this the order of the file stands: each is compared with each. */
const SHAPES_MAX = 200;

/**
 * Shapes in the order in which they are read. The file's order, in which they were drawn or laid out, stands
 * but where a shape lies below, or in a row to the right of, one that comes later.
 *
 * @param boxOf undefined for a shape that lies nowhere: it stays behind the one before it
 */
export function inReadingOrder<Shape>(
  shapes: readonly Shape[],
  boxOf: (shape: Shape) => Box | undefined,
  isRightToLeft: boolean,
): Shape[] {
  if (shapes.length > SHAPES_MAX) return [...shapes];
  const waiting = shapes.map((shape) => ({ shape, box: placed(boxOf(shape), isRightToLeft) }));
  const ordered: Shape[] = [];
  while (waiting.length > 0) {
    const isFree = ({ box }: { box: Box | undefined }) =>
      !box || !waiting.some((other) => other.box && other.box !== box && precedes(other.box, box));
    // Boxes that wait for each other in a circle are read as the file has them.
    const next = Math.max(waiting.findIndex(isFree), 0);
    ordered.push(...waiting.splice(next, 1).map(({ shape }) => shape));
  }
  return ordered;
}

function placed(box: Box | undefined, isRightToLeft: boolean): Box | undefined {
  return box && isRightToLeft ? { ...box, left: -box.left - box.width } : box;
}

function precedes(a: Box, b: Box): boolean {
  const columns = shared(a.left, a.width, b.left, b.width);
  const rows = shared(a.top, a.height, b.top, b.height);
  if (columns > SLACK && rows <= SLACK) return a.top < b.top;
  return rows > ROW && columns <= SLACK && a.left < b.left;
}

/** How much two stretches share, as a part of the shorter one. */
function shared(a: number, aLength: number, b: number, bLength: number): number {
  const length = Math.min(a + aLength, b + bLength) - Math.max(a, b);
  return length / Math.max(Math.min(aLength, bLength), 1);
}
