/**
 * Loaded into a process of the engine before anything else: its wall clock is CLOCK_SHIFT_MS off, and on
 * SIGUSR2 nothing happens in it for BLOCK_MS, as in a computation that never yields.
 */
const shiftMs = Number(process.env["CLOCK_SHIFT_MS"] ?? 0);
const blockMs = Number(process.env["BLOCK_MS"] ?? 0);
const TrueDate = Date;

class ShiftedDate extends TrueDate {
  constructor(...given: [] | [value: number]) {
    super(given[0] ?? TrueDate.now() + shiftMs);
  }

  static override now(): number {
    return TrueDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
process.on("SIGUSR2", () => Bun.sleepSync(blockMs));
