import { AsyncLocalStorage } from "node:async_hooks";

/** What is being worked at. Every line of the log that comes of it carries this, field for field. */
export interface Trace {
  /** The request that it is a part of, or that had queued it; its caller's name for it, or ours. */
  readonly request_id?: string;
  readonly user_id?: string;
  /** The pattern of an HTTP route. */
  readonly route?: string;
  readonly job_id?: string;
  readonly kind?: string;
}

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Follows calls and promises from where they began. */
const traces = new AsyncLocalStorage<Trace>();

/** Runs `work`, and all that comes of it, as a part of what `trace` names. */
export function within<T>(trace: Trace, work: () => T): T {
  return traces.run(trace, work);
}

export function currentTrace(): Trace | undefined {
  return traces.getStore();
}

/** `work` for others to call from anywhere: it stays a part of what is being worked at now. */
export function keepTrace<Args extends unknown[], T>(
  work: (...args: Args) => T,
): (...args: Args) => T {
  return AsyncLocalStorage.bind(work);
}

/** Adds to what is known of the work that this is a part of, if of any. */
export function note(known: Trace): void {
  const trace = traces.getStore();
  if (trace) Object.assign(trace, known);
}

/** The request that something is done for, as a field of what outlives it; empty where there is none. */
export type RequestField = Pick<Trace, "request_id">;

/** That of what is being worked at. */
export function requestField(): RequestField {
  const request_id = traces.getStore()?.request_id;
  return request_id === undefined ? {} : { request_id };
}

/** @returns a request id that was given from outside, if it may be one */
export function requestIdOf(given: unknown): string | undefined {
  return typeof given === "string" && REQUEST_ID.test(given) ? given : undefined;
}
