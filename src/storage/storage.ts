/** A byte range, both ends inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where files live. Keys are `/`-separated, and never contain `..`. */
export interface Storage {
  readonly kind: "s3" | "folder";
  /** Stores the local file at `path` under `key`; the local file may be moved away. */
  putFile(key: string, path: string, mimeType: string): Promise<void>;
  putText(key: string, body: string, mimeType: string): Promise<void>;
  /** @throws AppError `not_found` if nothing is stored under `key` */
  read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>>;
  /** A local copy for a parser; `release` removes it. */
  localCopy(key: string): Promise<{ path: string; release(): Promise<void> }>;
  /** Removes whatever is there; what is not is no error. */
  remove(keys: readonly string[]): Promise<void>;
  removePrefix(prefix: string): Promise<void>;
  /** @throws if it cannot be reached */
  check(): Promise<void>;
}

/** The keys of the contract: `workspace/{w}/document/{d}/{file}{ext}`. */
export const storageKeys = {
  workspace: (workspaceId: string) => `workspace/${workspaceId}/`,
  document: (workspaceId: string, documentId: string) =>
    `workspace/${workspaceId}/document/${documentId}/`,
  file: (workspaceId: string, documentId: string, fileId: string, extension: string) =>
    `workspace/${workspaceId}/document/${documentId}/${fileId}${extension}`,
} as const;
