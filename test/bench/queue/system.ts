/** Where the systems keep their jobs: the same PostgreSQL server, a database each, and the same Redis. */
export interface Place {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** Puts jobs into a system's queue, by that system's own call. */
export interface Producer {
  /** Resolves when the system has acknowledged the job. */
  insert(key: number): Promise<void>;
  /** Puts `count` jobs in at once, as cheaply as the system can. */
  insertMany(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A job queue under measurement. Its handler gets the job's key and does nothing else. */
export interface System {
  readonly name: string;
  /** Creates its tables. */
  prepare(place: Place): Promise<void>;
  producer(place: Place): Promise<Producer>;
  /** Works until the process ends. `onStart` is called as the first thing in every job. */
  work(place: Place, concurrency: number, onStart: (key: number) => void): Promise<void>;
}

/** One clock for all processes of a machine, in milliseconds, finer than `Date.now()`. */
export function clockMs(): number {
  return performance.timeOrigin + performance.now();
}
