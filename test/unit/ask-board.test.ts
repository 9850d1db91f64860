import { expect, test } from "bun:test";
import { ProgressBoard, renderRows, type Row } from "../../src/cli/ask-board.ts";
import type { Phase } from "../../src/cli/ask-progress.ts";
import type { Screen } from "../../src/cli/ask-terminal.ts";
import { widthOf } from "../../src/cli/ask-text.ts";

const row = (name: string, phase: Phase = "reading", percent = 40): Row => ({
  name,
  progress: { phase, percent },
});

function recordingScreen(live: boolean): Screen & { text: string } {
  return {
    live,
    text: "",
    size: () => ({ columns: 80, rows: 24 }),
    write(text) {
      this.text += text;
    },
  };
}

test("every line fits the screen, from narrow to wide, with names long and wide", () => {
  const rows = [
    row("a.pdf", "ready", 100),
    row("保証期間についての非常に長い名前のファイルでございます.pdf"),
    row("the annual report of the housing association of the old town.pdf", "failed"),
  ];
  for (let columns = 20; columns <= 200; columns += 7) {
    for (const line of renderRows(rows, columns, 24)) {
      expect(widthOf(line)).toBeLessThan(columns);
    }
  }
});

test("more files than lines: those at work are shown, the others are counted", () => {
  const rows = Array.from({ length: 50 }, (_, index) =>
    index < 40 ? row(`${index}.pdf`, "ready", 100) : row(`${index}.pdf`),
  );
  const lines = renderRows(rows, 80, 12);
  expect(lines).toHaveLength(12);
  expect(lines[0]).toContain("40.pdf");
  expect(lines.at(-1)).toContain("40 of 50 files are done");
});

test("without a terminal there is one plain line for each change of state", () => {
  const screen = recordingScreen(false);
  const board = new ProgressBoard(screen);
  board.show([row("a.pdf", "uploading", 0), row("b\u001b[2J.pdf", "uploading", 0)]);
  board.show([row("a.pdf", "reading", 10), row("b\u001b[2J.pdf", "uploading", 0)]);
  board.show([row("a.pdf", "reading", 20), row("b\u001b[2J.pdf", "failed", 0)]);
  board.close();
  expect(screen.text.split("\n")).toEqual([
    "a.pdf: uploading",
    "b[2J.pdf: uploading",
    "a.pdf: reading",
    "b[2J.pdf: failed",
    "",
  ]);
});

test("on a terminal the last state is drawn, the cursor comes back and nothing follows", () => {
  const screen = recordingScreen(true);
  const board = new ProgressBoard(screen);
  board.show([row("a.pdf", "reading", 10)]);
  board.show([row("a.pdf", "ready", 100)]);
  board.close();
  expect(screen.text).toContain("100 % ready");
  expect(screen.text.endsWith("\u001b[?25h")).toBe(true);
  const written = screen.text;
  board.show([row("a.pdf", "failed", 100)]);
  board.close();
  expect(screen.text).toBe(written);
});
