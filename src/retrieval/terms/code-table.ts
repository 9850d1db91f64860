import { bareCode } from "./term-sequence.ts";

/** Free places for each code: a look-up seldom has to try a second one. */
const SPARSENESS = 8;
const FREE = -1;

/** Finds the number of a term's code, -1 for others: far faster than a Map, since most codes of a text are others. */
export class CodeTable {
  readonly #codes: Int32Array;
  readonly #numbers: Int32Array;
  readonly #mask: number;

  /** @param codes distinct; their numbers are their places here */
  constructor(codes: readonly number[]) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, codes.length) * SPARSENESS));
    this.#mask = size - 1;
    this.#codes = new Int32Array(size);
    this.#numbers = new Int32Array(size).fill(FREE);
    codes.forEach((code, number) => {
      const place = this.#placeOf(code);
      this.#codes[place] = code;
      this.#numbers[place] = number;
    });
  }

  /** @param code as it stands in a sequence */
  numberOf(code: number): number {
    return this.#numbers[this.#placeOf(bareCode(code))] ?? FREE;
  }

  /** Where the code is, or could be. */
  #placeOf(code: number): number {
    let place = (code >>> 1) & this.#mask;
    while (this.#numbers[place] !== FREE && this.#codes[place] !== code)
      place = (place + 1) & this.#mask;
    return place;
  }
}
