import type { Candidate } from "./headings.ts";

/** Below that many candidates of a document's lines being headings; above it they are its text. */
const SHARE_MAX = 0.4;

/** The level of each heading of a document: one scheme for all of it, by its outline and its sizes. */
export function levelsOf(
  candidates: readonly Candidate[],
  lineCount: number,
): Map<Candidate, number> {
  const inTitle = titleBlockOf(candidates);
  const headings = candidates.filter((candidate) => !inTitle.has(candidate));
  const count = headings.reduce((sum, { lines }) => sum + lines.length, 0);
  const kept = count > SHARE_MAX * lineCount ? headings.filter(isOutlined) : headings;
  const byStyle = levelsOfStyles(kept);
  return new Map(kept.map((heading) => [heading, byStyle.get(heading.style) ?? 1]));
}

function isOutlined({ depth }: Candidate): boolean {
  return depth !== undefined;
}

/**
 * What stands below the title of a document without text between them: its authors, its date. Sizes that come
 * again later are headings all the same.
 */
function titleBlockOf(candidates: readonly Candidate[]): Set<Candidate> {
  const [title, ...others] = candidates;
  const block: Candidate[] = [];
  for (const candidate of others) {
    if (!candidate.follows || candidate.pageIdx !== title?.pageIdx) break;
    if (candidate.size < title.size) block.push(candidate);
  }
  const last = block.at(-1);
  const later = new Set(
    candidates.slice(last ? candidates.indexOf(last) + 1 : 0).map(({ style }) => style),
  );
  return new Set(block.filter((it) => !isOutlined(it) && !later.has(it.style)));
}

/** Larger is higher; where the outline knows better, it decides, below the title that it does not name. */
function levelsOfStyles(headings: readonly Candidate[]): Map<string, number> {
  const styles = new Map<string, Candidate[]>();
  for (const heading of headings) {
    const members = styles.get(heading.style) ?? [];
    styles.set(heading.style, members);
    members.push(heading);
  }
  const ordered = [...styles].toSorted(([, [a]], [, [b]]) => (b?.size ?? 0) - (a?.size ?? 0));
  const hasTitle = depthOf(ordered[0]?.[1] ?? []) === undefined && headings.some(isOutlined);
  const levels = new Map<string, number>();
  let level = 0;
  for (const [style, members] of ordered) {
    const depth = depthOf(members);
    level = depth === undefined ? level + 1 : depth + (hasTitle ? 1 : 0);
    levels.set(style, level);
  }
  return levels;
}

/** How deep the outline has most headings of one style. */
function depthOf(members: readonly Candidate[]): number | undefined {
  const depths = members.flatMap(({ depth }) => depth ?? []).toSorted((a, b) => a - b);
  return depths[depths.length >> 1];
}
