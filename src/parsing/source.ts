/** Bytes that are read where they are wanted: a file on disk, or one in memory. */
export interface Source {
  readonly sizeBytes: number;
  /** The bytes from `start` to `end`, fewer where it ends before. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** A file on disk. */
export function sourceOfFile(path: string): Source {
  const file = Bun.file(path);
  return { sizeBytes: file.size, read: (start, end) => file.slice(start, end).bytes() };
}

/** A file in memory. */
export function sourceOfBytes(bytes: Uint8Array): Source {
  return {
    sizeBytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}
