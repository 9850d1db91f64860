import { AsyncLocalStorage } from "node:async_hooks";

/** What is being worked at. Every line of the log that comes of it carries this, field for field. */
export interface Trace {
  request_id?: string;
  user_id?: string;
  /** The pattern of an HTTP route. */
  route?: string;
  job_id?: string;
  kind?: string;
}

/** Follows calls and promises from where they began. */
const current = new AsyncLocalStorage<Trace>();

/** Runs `work`, and all that comes of it, as a part of what `trace` names. */
export function within<T>(trace: Trace, work: () => T): T {
  return current.run(trace, work);
}

/** Adds to what is known of the work that this is a part of, if of any. */
export function note(known: Trace): void {
  const trace = current.getStore();
  if (trace) Object.assign(trace, known);
}
