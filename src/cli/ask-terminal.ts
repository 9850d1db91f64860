/** One of the two places a command writes to. */
export interface Screen {
  /** Redrawn in place, in colours; without it plain lines, one for each thing that happened. */
  readonly live: boolean;
  /** Width and height in character cells, as they are now. */
  size(): { readonly columns: number; readonly rows: number };
  write(text: string): void;
}

/** `out` is for the answer, `err` for progress and trouble, so that the answer can be piped on by itself. */
export interface Terminal {
  readonly out: Screen;
  readonly err: Screen;
}

/** The width text is wrapped to where nobody says how wide the screen is. */
const PLAIN_COLUMNS = 80;
const PLAIN_ROWS = 24;

/**
 * The terminal this process runs in.
 * @param plain true where colours and redrawing are not wanted (NO_COLOR, CI, TERM=dumb)
 */
export function systemTerminal({ plain }: { plain: boolean }): Terminal {
  return { out: screenOf(process.stdout, plain), err: screenOf(process.stderr, plain) };
}

function screenOf(stream: NodeJS.WriteStream, plain: boolean): Screen {
  // A reader that went away (`| head`) is no reason to fall over.
  stream.on("error", () => undefined);
  return {
    live: stream.isTTY && !plain,
    size: () => ({
      columns: stream.columns || PLAIN_COLUMNS,
      rows: stream.rows || PLAIN_ROWS,
    }),
    write: (text) => void stream.write(text),
  };
}

export type Style = (text: string) => string;

/** ANSI colours of the terminal's own theme, or none. */
export function palette(live: boolean): Record<"bold" | "dim" | "good" | "bad" | "accent", Style> {
  const style = (open: number, close: number): Style =>
    live ? (text) => `\x1b[${open}m${text}\x1b[${close}m` : (text) => text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    good: style(32, 39),
    bad: style(31, 39),
    accent: style(36, 39),
  };
}
