import type { Database } from "./sql.ts";

/** A statement of the client's, of which its types tell only a part. */
interface Statement {
  handler: (statement: Statement) => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Counts who uses a pool's connections, and measures how long one waits for them. The client does not tell;
 * but it gives its connections in the order of asking, each to one statement or transaction at a time, so that
 * whoever begins while all are taken waits for the next end.
 */
export class PoolWatch {
  #inUse = 0;
  /** When those who wait began to, by `performance.now()`. */
  readonly #waiting: number[] = [];

  #onWait: (seconds: number) => void = () => undefined;

  /** @param size the pool's connections */
  constructor(readonly size: number) {}

  /** From now on `onWait` is told how long each statement and transaction waited. */
  tell(onWait: (seconds: number) => void): void {
    this.#onWait = onWait;
  }

  get inUse(): number {
    return this.#inUse;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** The same pool, watched. */
  watched(pool: Database): Database {
    const begin = async (...given: Parameters<Database["begin"]>) => {
      this.#enter();
      try {
        return await pool.begin(...given);
      } finally {
        this.#leave();
      }
    };
    const unsafe = (...given: Parameters<Database["unsafe"]>) => this.#watch(pool.unsafe(...given));
    return new Proxy(pool, {
      apply: (_pool, _this, given: Parameters<Database>) => this.#watch(pool(...given)),
      get: (_pool, name) => {
        if (name === "begin") return begin;
        if (name === "unsafe") return unsafe;
        return Reflect.get(pool, name) as unknown;
      },
    });
  }

  /** A part of a statement is never handed to the pool by itself, and so not counted. */
  #watch<T extends object>(made: T): T {
    if (!("handler" in made)) return made;
    const statement = made as unknown as Statement;
    const { handler, resolve, reject } = statement;
    statement.handler = (each) => {
      this.#enter();
      const leave = once(() => this.#leave());
      statement.resolve = (result) => {
        leave();
        resolve(result);
      };
      statement.reject = (error) => {
        leave();
        reject(error);
      };
      return handler(each);
    };
    return made;
  }

  #enter(): void {
    if (this.#inUse >= this.size) return void this.#waiting.push(performance.now());
    this.#inUse++;
    this.#onWait(0);
  }

  #leave(): void {
    const since = this.#waiting.shift();
    if (since === undefined) this.#inUse--;
    else this.#onWait((performance.now() - since) / 1000);
  }
}

/** A connection that breaks may tell a statement so that has had its answer. */
function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
