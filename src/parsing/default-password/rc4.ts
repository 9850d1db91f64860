/** The stream of bytes that RC4 makes of a key; what is encrypted was combined with it by exclusive or. */
export class Rc4 {
  readonly #state = Uint8Array.from({ length: 256 }, (_, at) => at);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    for (let i = 0, j = 0; i < 256; i++) {
      j = (j + this.#at(i) + (key[i % key.length] ?? 0)) & 0xff;
      this.#swap(i, j);
    }
  }

  next(): number {
    this.#i = (this.#i + 1) & 0xff;
    this.#j = (this.#j + this.#at(this.#i)) & 0xff;
    this.#swap(this.#i, this.#j);
    return this.#at((this.#at(this.#i) + this.#at(this.#j)) & 0xff);
  }

  decrypt(bytes: Uint8Array): Uint8Array {
    return bytes.map((byte) => byte ^ this.next());
  }

  #at(index: number): number {
    return this.#state[index] ?? 0;
  }

  #swap(i: number, j: number): void {
    const held = this.#at(i);
    this.#state[i] = this.#at(j);
    this.#state[j] = held;
  }
}
