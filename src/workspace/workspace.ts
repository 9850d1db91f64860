import type { Audience } from "../event/event.ts";

/** Wire format. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A workspace that the caller may use, and whom its events are for. */
export interface OpenWorkspace extends Audience {
  readonly id: string;
}
