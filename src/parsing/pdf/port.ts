import "pdfjs-dist/build/pdf.worker.mjs";

/** What pdf.js hears a message by. */
type Listener = (event: { readonly data: unknown }) => void;

/** The half of pdf.js that reads files; it puts itself there when it is loaded. */
interface WorkerScope {
  readonly pdfjsWorker: {
    readonly WorkerMessageHandler: { initializeFromPort: (port: InProcessPort) => void };
  };
}

/**
 * The way between the two halves of pdf.js where both run in one thread. Its own clones every message deeply,
 * as between threads, which costs a seventh of all reading. Here only what the sender goes on filling is
 * copied: the lists of a stream's chunk.
 */
export class InProcessPort {
  readonly #listeners = new Map<Listener, () => void>();

  postMessage(message: unknown): void {
    const data = withOwnLists(message);
    queueMicrotask(() => {
      for (const listener of this.#listeners.keys()) listener({ data });
    });
  }

  addEventListener(_: string, listener: Listener, options?: { signal?: AbortSignal }): void {
    const remove = () => this.removeEventListener(_, listener);
    options?.signal?.addEventListener("abort", remove);
    this.#listeners.set(listener, () => options?.signal?.removeEventListener("abort", remove));
  }

  removeEventListener(_: string, listener: Listener): void {
    this.#listeners.get(listener)?.();
    this.#listeners.delete(listener);
  }

  terminate(): void {
    this.#listeners.clear();
  }
}

/** A port whose other end reads files; to be called once pdf.js is loaded. */
export function workerPort(): InProcessPort {
  const port = new InProcessPort();
  (globalThis as unknown as WorkerScope).pdfjsWorker.WorkerMessageHandler.initializeFromPort(port);
  return port;
}

function withOwnLists(message: unknown): unknown {
  if (!isObject(message) || !isObject(message["chunk"])) return message;
  const chunk = Object.entries(message["chunk"]).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...(value as unknown[])] : value,
  ]);
  return { ...message, chunk: Object.fromEntries(chunk) as unknown };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
