import { type FileProgress, isSettled } from "./ask-progress.ts";
import { palette, type Screen } from "./ask-terminal.ts";
import { fitWidth, oneLine, widthOf } from "./ask-text.ts";

const REDRAW_INTERVAL_MS = 60;
const BAR_COLUMNS_MAX = 32;
const BAR_COLUMNS_MIN = 6;
/** ` 100 % uploading` */
const LABEL_COLUMNS = 16;
const NAME_COLUMNS_MIN = 8;

export interface Row {
  readonly name: string;
  readonly progress: FileProgress;
}

/** Shows how far each file has come: bars redrawn in place, or a plain line for each change of phase. */
export class ProgressBoard {
  readonly #screen: Screen;
  #rows: readonly Row[] = [];
  #drawn: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** What is true now; drawn soon, and no more often than an eye can follow. */
  show(rows: readonly Row[]): void {
    if (this.#closed) return;
    const before = this.#rows;
    this.#rows = rows;
    if (!this.#screen.live) return this.#printChanges(before, rows);
    if (before.length === 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), REDRAW_INTERVAL_MS);
  }

  /** Draws the last state and leaves the cursor visible, below. May be called twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#screen.live || this.#rows.length === 0) return;
    this.#draw();
    this.#screen.write("\x1b[?25h");
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { columns, rows } = this.#screen.size();
    const lines = renderRows(this.#rows, columns, rows - 1);
    const up = this.#drawn.reduce((sum, line) => sum + heightOf(line, columns), 0);
    const home = up > 0 ? `\x1b[${up}A\r` : "\r";
    this.#drawn = lines;
    this.#screen.write(`\x1b[?25l${home}\x1b[J${lines.map((line) => `${line}\n`).join("")}`);
  }

  #printChanges(before: readonly Row[], after: readonly Row[]): void {
    for (const [index, { name, progress }] of after.entries()) {
      if (before[index]?.progress.phase === progress.phase) continue;
      this.#screen.write(`${oneLine(name)}: ${progress.phase}\n`);
    }
  }
}

/** Rows that a line takes after the window has become narrower. */
function heightOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(widthOf(line) / columns));
}

/** The board as lines no wider than `columns` and no more than `rowsMax`; what is settled makes room first. */
export function renderRows(all: readonly Row[], columns: number, rowsMax: number): string[] {
  const layout = layoutOf(all, columns);
  if (all.length <= rowsMax) return all.map((row) => renderRow(row, layout));
  const settled = all.filter((row) => isSettled(row.progress)).length;
  const shown = all
    .toSorted((a, b) => Number(isSettled(a.progress)) - Number(isSettled(b.progress)))
    .slice(0, Math.max(1, rowsMax - 1));
  const summary = fitWidth(`${settled} of ${all.length} files are done`, columns - 1).trimEnd();
  return [...shown.map((row) => renderRow(row, layout)), palette(true).dim(summary)];
}

interface Layout {
  readonly name: number;
  readonly bar: number;
}

function layoutOf(rows: readonly Row[], columns: number): Layout {
  const room = columns - 1 - LABEL_COLUMNS;
  const longest = Math.max(...rows.map((row) => widthOf(oneLine(row.name))));
  const widest = Math.max(NAME_COLUMNS_MIN, room - 2 - BAR_COLUMNS_MAX, Math.floor(room / 2));
  const name = Math.max(1, Math.min(longest, widest, room));
  const bar = Math.min(BAR_COLUMNS_MAX, room - name - 2);
  return { name, bar: bar >= BAR_COLUMNS_MIN ? bar : 0 };
}

function renderRow({ name, progress }: Row, layout: Layout): string {
  const { good, bad, dim, accent } = palette(true);
  const colour = { ready: good, failed: bad }[progress.phase as string] ?? accent;
  const full = Math.round((progress.percent / 100) * layout.bar);
  const bar = colour("━".repeat(full)) + dim("─".repeat(layout.bar - full));
  const label = `${String(progress.percent).padStart(3)} % ${progress.phase}`;
  const title = fitWidth(oneLine(name), layout.name);
  return `${title}${layout.bar > 0 ? `  ${bar}` : ""} ${colour(label)}`;
}
