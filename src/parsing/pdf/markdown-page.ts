import { headingOf } from "../markdown.ts";
import type { Layout, Stretch } from "./layout.ts";
import { type Line, stepsOf } from "./line.ts";
import { blocksOf } from "./table.ts";

/** A heading by its first line. */
export interface Heading {
  readonly lines: readonly Line[];
  readonly text: string;
  readonly level: number;
}

/** A part of the page; lines of prose may go on in the next. */
interface Part {
  readonly text: string;
  readonly isProse: boolean;
}

/** Lines this much farther apart than usual are two paragraphs. */
const PARAGRAPH_SHARE = 1.35;
const BULLET = /^(?:[•◦▪▫‣⁃●○■□◆◇➢➤✓✔►▶∙·] ?(?=\S)|[–—](?=\p{L}))/u;
/** How Courier and others draw the bullet of a second level: an o of its own. */
const O_BULLET = "o";

/**
 * A page as Markdown: a line break for each line, an empty line between paragraphs.
 *
 * @param headings the document's headings, by their first lines
 */
export function markdownOf(layout: Layout, headings: ReadonlyMap<Line, Heading>): string {
  const parts = [layout.main, layout.others].map((stretches) =>
    joined(stretches.flatMap((stretch) => partsOf(stretch, headings))),
  );
  return [...parts, ...layout.comments].filter(Boolean).join("\n\n").normalize("NFC");
}

function joined(parts: readonly Part[]): string {
  let text = "";
  parts.forEach((part, index) => {
    const before = parts[index - 1];
    if (before) text += before.isProse && part.isProse ? "\n" : "\n\n";
    text += part.text;
  });
  return text;
}

function partsOf(stretch: Stretch, headings: ReadonlyMap<Line, Heading>): Part[] {
  const parts: Part[] = [];
  let lines: Line[] = [];
  const flush = () => {
    parts.push(...proseAndTables(lines));
    lines = [];
  };
  for (let at = 0; at < stretch.length; at++) {
    const line = stretch[at];
    const heading = line && headings.get(line);
    if (heading) {
      flush();
      parts.push({ text: headingOf(heading.level, heading.text), isProse: false });
      at += heading.lines.length - 1;
    } else if (line) {
      lines.push(line);
    }
  }
  flush();
  return parts;
}

function proseAndTables(lines: readonly Line[]): Part[] {
  const parts: Part[] = [];
  let prose: Line[] = [];
  const flush = () => {
    if (prose.length > 0) parts.push({ text: paragraphs(prose), isProse: true });
    prose = [];
  };
  for (const block of blocksOf(lines)) {
    if (block.kind === "line") {
      prose.push(block.line);
      continue;
    }
    flush();
    parts.push({ text: block.text, isProse: false });
  }
  flush();
  return parts;
}

function paragraphs(lines: readonly Line[]): string {
  const pitch = usualPitch(lines);
  let text = "";
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    if (before) text += isParagraphBreak(before, line, pitch) ? "\n\n" : "\n";
    text += textOf(line);
  });
  return text;
}

/** A line's text, its bullet as Markdown has it. */
function textOf({ text, cells }: Line): string {
  if (cells.length === 2 && cells[0]?.text === O_BULLET) return `- ${cells[1]?.text ?? ""}`;
  return text.replace(BULLET, "- ");
}

function isParagraphBreak(before: Line, line: Line, pitch: number): boolean {
  const step = line.y - before.y;
  return (
    step > PARAGRAPH_SHARE * pitch && step > PARAGRAPH_SHARE * Math.max(before.size, line.size)
  );
}

/** The median distance between baselines. */
function usualPitch(lines: readonly Line[]): number {
  const steps = stepsOf(lines);
  return steps[(steps.length - 1) >> 1] ?? 0;
}
