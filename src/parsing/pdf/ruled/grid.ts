import { NEAR, type Rule, type Rules } from "./rules.ts";

/** Lines that touch each other, and the cells between them. */
export interface Grid {
  /** The edges of its columns from left to right, one more than there are columns. */
  readonly xs: readonly number[];
  /** The edges of its rows from top to bottom. */
  readonly ys: readonly number[];
  /** By row and column, which cell lies there: one that spans several lies in each of them. */
  readonly cells: readonly (readonly number[])[];
  /** How many of the four sides of a cell are drawn. */
  readonly sidesOf: (cell: number) => number;
}

/** A column or row that is open at its outer side is at least so wide, in points. */
const OPEN_MIN = 8;
const COLUMNS_MAX = 60;
const CELLS_MAX = 5_000;

/** The grids of a page with two cells at least, the smallest first. */
export function gridsOf({ lying, standing }: Rules): Grid[] {
  return touching(lying, standing)
    .flatMap((rules) => gridOf(rules) ?? [])
    .toSorted((a, b) => areaOf(a) - areaOf(b));
}

function areaOf({ xs, ys }: Grid): number {
  return ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) * ((ys.at(-1) ?? 0) - (ys[0] ?? 0));
}

/** The rules in groups that hang together. */
function touching(lying: readonly Rule[], standing: readonly Rule[]): Rules[] {
  const groups = new Groups(lying.length + standing.length);
  for (const [at, across] of lying.entries())
    for (const [index, down] of standing.entries())
      if (reaches(across, down.at) && reaches(down, across.at))
        groups.join(at, lying.length + index);
  const found = new Map<number, { lying: Rule[]; standing: Rule[] }>();
  for (const [at, rule] of [...lying, ...standing].entries()) {
    const group = found.get(groups.of(at)) ?? { lying: [], standing: [] };
    found.set(groups.of(at), group);
    (at < lying.length ? group.lying : group.standing).push(rule);
  }
  return [...found.values()];
}

function reaches({ from, to }: Rule, at: number): boolean {
  return at >= from - NEAR && at <= to + NEAR;
}

function gridOf({ lying, standing }: Rules): Grid | undefined {
  if (!isEnclosing(lying, standing)) return undefined;
  const xs = edgesOf(standing, lying);
  const ys = edgesOf(lying, standing);
  const [columns, rows] = [xs.length - 1, ys.length - 1];
  if (columns * rows < 2 || columns > COLUMNS_MAX || columns * rows > CELLS_MAX) return undefined;
  const [rowEdges, columnEdges] = [byPlace(lying), byPlace(standing)];
  const groups = new Groups(columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const [x, y] = [middleOf(xs, column), middleOf(ys, row)];
      if (column + 1 < columns && !isDrawn(columnEdges, xs[column + 1], y))
        groups.join(cell, cell + 1);
      if (row + 1 < rows && !isDrawn(rowEdges, ys[row + 1], x)) groups.join(cell, cell + columns);
    }
  const names = Array.from({ length: columns * rows }, (_, at) => groups.of(at));
  const cells = Array.from({ length: rows }, (_, row) =>
    names.slice(row * columns, (row + 1) * columns),
  );
  const places = Map.groupBy(names.keys(), (at) => names[at] ?? at);
  const sidesOf = (cell: number) =>
    sidesDrawn({ xs, ys, cells }, places.get(cell) ?? [], rowEdges, columnEdges);
  return { xs, ys, cells, sidesOf };
}

/**
 * A side is drawn if there is a line at the middle of each of its parts.
 * @param members the places of one cell, counted row by row
 */
function sidesDrawn(
  { xs, ys, cells }: Omit<Grid, "sidesOf">,
  members: readonly number[],
  rowEdges: Edges,
  columnEdges: Edges,
): number {
  const columns = xs.length - 1;
  const places = members.map((place) => ({ x: place % columns, y: Math.floor(place / columns) }));
  const at = (x: number, y: number) => cells[y]?.[x];
  const [cell] = places.map(({ x, y }) => at(x, y));
  const isDrawnAll = (dx: number, dy: number) =>
    places
      .filter(({ x, y }) => at(x + dx, y + dy) !== cell)
      .every(({ x, y }) =>
        dx === 0
          ? isDrawn(rowEdges, ys[y + (dy + 1) / 2], middleOf(xs, x))
          : isDrawn(columnEdges, xs[x + (dx + 1) / 2], middleOf(ys, y)),
      );
  const sides = [isDrawnAll(-1, 0), isDrawnAll(1, 0), isDrawnAll(0, -1), isDrawnAll(0, 1)];
  return sides.filter(Boolean).length;
}

/** A cross, as of two axes, encloses nothing. */
function isEnclosing(lying: readonly Rule[], standing: readonly Rule[]): boolean {
  const count = (rules: readonly Rule[]) => new Set(rules.map(({ at }) => at)).size;
  const [rows, columns] = [count(lying), count(standing)];
  return rows >= 2 && columns >= 1 && rows + columns >= 4;
}

/** Where rules of one kind lie, and how far those of the other reach beyond them. */
function edgesOf(rules: readonly Rule[], others: readonly Rule[]): number[] {
  const edges = [...new Set(rules.map(({ at }) => at))].toSorted((a, b) => a - b);
  const [first, last] = [
    Math.min(...others.map(({ from }) => from)),
    Math.max(...others.map(({ to }) => to)),
  ];
  if (first < (edges[0] ?? first) - OPEN_MIN) edges.unshift(first);
  if (last > (edges.at(-1) ?? last) + OPEN_MIN) edges.push(last);
  return edges;
}

function middleOf(edges: readonly number[], at: number): number {
  return ((edges[at] ?? 0) + (edges[at + 1] ?? 0)) / 2;
}

/** Rules by where they are. */
type Edges = ReadonlyMap<number, readonly Rule[]>;

function byPlace(rules: readonly Rule[]): Edges {
  return Map.groupBy(rules, ({ at }) => at);
}

function isDrawn(edges: Edges, at: number | undefined, over: number): boolean {
  const rules = at === undefined ? undefined : edges.get(at);
  return rules?.some(({ from, to }) => from <= over && to >= over) ?? false;
}

/** Numbers that are joined into groups, each named by its least. */
class Groups {
  readonly #above: number[];

  constructor(count: number) {
    this.#above = Array.from({ length: count }, (_, at) => at);
  }

  of(at: number): number {
    let least = at;
    for (
      let above = this.#above[least];
      above !== undefined && above !== least;
      above = this.#above[least]
    )
      least = above;
    this.#above[at] = least;
    return least;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.of(a), this.of(b)];
    this.#above[Math.max(first, second)] = Math.min(first, second);
  }
}
