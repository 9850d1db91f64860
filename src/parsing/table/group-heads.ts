import type { Cell, Row } from "./cell.ts";
import { isPeriod, namesColumns } from "./head.ts";

/** Rows over the names of columns that name groups of them. */
const GROUP_ROWS_MAX = 3;
/** A longer text over a table tells about it, and names nothing in it. */
const GROUP_CHARS_MAX = 60;

/**
 * The rows of a table, with the names of groups of columns in those of the columns, as a table of Markdown has but one
 * row of names: "2023 / Rent" where "2023" stands over several columns.
 */
export function withGroupsInNames(rows: readonly Row[]): readonly Row[] {
  let joined = rows;
  for (let depth = 0; depth < GROUP_ROWS_MAX; depth++) {
    const [groups, names, ...body] = joined;
    const heads = groups && names && headsOf(groups, names);
    if (!heads || !areGroups(heads) || !namesColumns([names, ...body])) break;
    joined = [joinedNames(heads), ...body];
  }
  return joined;
}

/** What stands at and over a column. */
interface Head {
  readonly column: number;
  readonly group: Cell | undefined;
  /** Whether the group begins here. */
  readonly isFirst: boolean;
  readonly name: Cell | undefined;
}

function headsOf(groups: Row, names: Row): Head[] {
  const columns = [...new Set([...groups.keys(), ...names.keys()])].toSorted((a, b) => a - b);
  let open: Cell | undefined;
  let end = 0;
  return columns.map((column) => {
    const own = groups.get(column);
    if (own) end = column + (own.columns ?? 1);
    if (own || column >= end) open = own;
    return { column, group: open, isFirst: own !== undefined, name: names.get(column) };
  });
}

function areGroups(heads: readonly Head[]): boolean {
  const named = new Map<Cell, number>();
  for (const { group, name } of heads) {
    if (group && !mayName(group)) return false;
    // What stands under a name of its own is no name, but the first of the values.
    if (group && name && !isWide(group)) return false;
    if (group && name) named.set(group, (named.get(group) ?? 0) + 1);
  }
  return named.values().some((count) => count > 1);
}

function mayName(group: Cell): boolean {
  return (group.kind === "text" || isPeriod(group)) && group.text.length <= GROUP_CHARS_MAX;
}

function isWide({ columns = 1 }: Cell): boolean {
  return columns > 1;
}

/** A group that begins where no name is needs no column for itself, unless it has none at all. */
function joinedNames(heads: readonly Head[]): Row {
  const named = new Set(heads.flatMap(({ group, name }) => (group && name ? [group] : [])));
  return new Map(
    heads
      .filter(({ group, isFirst, name }) => name || (isFirst && group && !named.has(group)))
      .map(({ column, group, name }) => [column, joinedName(group, name)]),
  );
}

function joinedName(group: Cell | undefined, name: Cell | undefined): Cell {
  const text = [group?.text, name?.text].filter(Boolean).join(" / ");
  return { text, kind: "text", columns: name?.columns ?? 1 };
}
