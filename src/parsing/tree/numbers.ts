/** So many numbers are allocated at once, so that no long list is ever copied whole. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** What is small stays so. */
const FIRST = 64;

type Kind = Uint32Array | Float64Array;

/** A list of numbers that grows as it is written, in as many bytes as they need. Those never written are 0. */
export class Numbers<Chunk extends Kind> {
  private readonly chunks: Chunk[] = [];

  constructor(private readonly make: new (length: number) => Chunk) {}

  get(index: number): number {
    return this.chunks[index >>> CHUNK_BITS]?.[index & (CHUNK - 1)] ?? 0;
  }

  set(index: number, value: number): void {
    const chunk = this.chunks[index >>> CHUNK_BITS];
    const within = index & (CHUNK - 1);
    if (chunk && within < chunk.length) chunk[within] = value;
    else this.grown(index)[within] = value;
  }

  private grown(index: number): Chunk {
    const at = index >>> CHUNK_BITS;
    while (this.chunks.length < at) this.chunks.push(new this.make(0));
    const old = this.chunks[at];
    let length = at === 0 ? Math.max(FIRST, 2 * (old?.length ?? 0)) : CHUNK;
    while (length <= (index & (CHUNK - 1))) length *= 2;
    const chunk = new this.make(length);
    if (old) chunk.set(old);
    this.chunks[at] = chunk;
    return chunk;
  }
}
