/** So many pieces become one string: millions of small ones, or one rope of them, take far more memory than their letters. */
const PIECES_A_STEP = 10_000;

/** A long text that is put together from many pieces. */
export class Pieces {
  private readonly steps: string[] = [];
  private open: string[] = [];

  /** @param between what stands between any two of them */
  constructor(private readonly between = "") {}

  get isEmpty(): boolean {
    return this.steps.length + this.open.length === 0;
  }

  add(piece: string): void {
    this.open.push(piece);
    if (this.open.length >= PIECES_A_STEP) this.close();
  }

  /** All of it. */
  text(): string {
    if (this.open.length > 0) this.close();
    if (this.steps.length > 1) this.steps.splice(0, Infinity, this.steps.join(this.between));
    return this.steps[0] ?? "";
  }

  /** All of it in parts, of which each begins with a piece and ends with one. */
  *inSteps(): Generator<string, undefined> {
    yield* this.steps;
    if (this.open.length > 0) yield this.open.join(this.between);
  }

  private close(): void {
    this.steps.push(this.open.join(this.between));
    this.open = [];
  }
}
