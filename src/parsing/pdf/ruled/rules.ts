/** A path that a page paints: x and y in turn, in the page's own space. */
export interface PaintedPath {
  readonly isStroked: boolean;
  readonly points: readonly number[];
}

/** A straight line that lies or stands. */
export interface Rule {
  /** Where: y of one that lies, x of one that stands. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** A page's rules, those that lie and those that stand. */
export interface Rules {
  readonly lying: readonly Rule[];
  readonly standing: readonly Rule[];
}

// Lengths are in points.

/** A line leans by no more. */
const LEAN_MAX = 1;
/** What is filled and no thicker is a line. */
const THICKNESS_MAX = 4;
/** Shorter ones are marks on an axis, or dashes. */
const LENGTH_MIN = 5;
/** Lines so near are one: both edges of a thick one, or those of two cells. */
export const NEAR = 2.5;

/**
 * The rules that a page's paths draw, lines that overlap or go on being one.
 *
 * @param place from the page's space to the one that its lines of text are upright in
 */
export function rulesOf(
  paths: readonly PaintedPath[],
  place: (x: number, y: number) => readonly [number, number],
): Rules {
  const lying: Rule[] = [];
  const standing: Rule[] = [];
  const add = (x0: number, y0: number, x1: number, y1: number) => {
    const [width, height] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
    const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
    if (width >= LENGTH_MIN && width > height)
      lying.push({ at: y, from: Math.min(x0, x1), to: Math.max(x0, x1) });
    else if (height >= LENGTH_MIN)
      standing.push({ at: x, from: Math.min(y0, y1), to: Math.max(y0, y1) });
  };
  for (const { isStroked, points } of paths) {
    const corners = cornersOf(points, place);
    if (isStroked) addEdges(corners, add);
    else addThin(corners, add);
  }
  return { lying: joined(lying), standing: joined(standing) };
}

type Corner = readonly [x: number, y: number];
type Add = (x0: number, y0: number, x1: number, y1: number) => void;

function cornersOf(
  points: readonly number[],
  place: (x: number, y: number) => Corner,
): readonly Corner[] {
  const corners: Corner[] = [];
  for (let at = 1; at < points.length; at += 2)
    corners.push(place(points[at - 1] ?? 0, points[at] ?? 0));
  return corners;
}

function addEdges(corners: readonly Corner[], add: Add): void {
  for (const [index, [x, y]] of corners.entries()) {
    const [beforeX, beforeY] = corners[index - 1] ?? [x, y];
    const lean = Math.min(Math.abs(x - beforeX), Math.abs(y - beforeY));
    if (lean <= LEAN_MAX) add(beforeX, beforeY, x, y);
  }
}

function addThin(corners: readonly Corner[], add: Add): void {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (Math.min(x1 - x0, y1 - y0) <= THICKNESS_MAX) add(x0, y0, x1, y1);
}

/** One rule for all that lie on one line and touch. */
function joined(rules: readonly Rule[]): Rule[] {
  const lines: Rule[][] = [];
  for (const rule of rules.toSorted((a, b) => a.at - b.at)) {
    const line = lines.at(-1);
    if (line && rule.at - (line[0]?.at ?? 0) <= NEAR) line.push(rule);
    else lines.push([rule]);
  }
  return lines.flatMap(joinedAlong);
}

function joinedAlong(line: readonly Rule[]): Rule[] {
  const at = ((line[0]?.at ?? 0) + (line.at(-1)?.at ?? 0)) / 2;
  const result: { at: number; from: number; to: number }[] = [];
  for (const { from, to } of line.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from - last.to <= NEAR) last.to = Math.max(last.to, to);
    else result.push({ at, from, to });
  }
  return result;
}
