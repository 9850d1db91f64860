/** What the process asks of the thread that runs the database. */
export type Request =
  | { readonly kind: "start"; readonly dataDir: string; readonly socketPath: string }
  | { readonly kind: "stop" };

/** What the thread answers. `failed` may come at any time, and is its last word. */
export type Report =
  | { readonly kind: "ready" }
  | { readonly kind: "stopped" }
  | { readonly kind: "warning"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };
