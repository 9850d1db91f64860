import { type Client, socketUrl } from "../support/client.ts";
import { LiveSocket } from "../support/live-socket.ts";
import type { Findings } from "./scenario.ts";

/** A client that comes back with `since`, as frontends do, and remembers what it has ever been told. */
export class Follower {
  /** The durable events that it has seen, by id. */
  readonly seen = new Set<string>();
  /** Where its first connection began: what came after this it must see. */
  begin = "";
  #socket: LiveSocket | undefined;
  /** How many of the socket's frames are in `seen`. */
  #noted = 0;
  #last: string | undefined;

  constructor(
    readonly user: Client,
    private url: string = user.url,
  ) {}

  /** Opens a socket, from the last event that it has seen; resolves when the server has greeted it. */
  async connect(url: string = this.url): Promise<LiveSocket> {
    this.note();
    this.url = url;
    const socket = LiveSocket.open(socketUrl(url, this.user.token, this.#last));
    const { payload } = await socket.waitFor<{ cursor: string }>("ready");
    this.begin ||= payload.cursor;
    this.#last ??= payload.cursor;
    this.#socket = socket;
    this.#noted = 0;
    return socket;
  }

  /** Leaves as a browser does, or as a phone in a tunnel. */
  async leave(politely: boolean): Promise<void> {
    const socket = this.#socket;
    if (!socket) return;
    if (politely) socket.socket.close();
    else socket.socket.terminate();
    await socket.closed;
    this.note();
  }

  /** Takes note of what its socket has been told by now. */
  note(): void {
    for (const { id } of this.#socket?.frames.slice(this.#noted) ?? []) {
      if (id === undefined) continue;
      this.seen.add(id);
      this.#last = id;
    }
    this.#noted = this.#socket?.frames.length ?? 0;
  }

  /** Whether it has seen all of these. */
  hasSeen(ids: readonly string[]): boolean {
    this.note();
    return ids.every((id) => this.seen.has(id));
  }

  /** Notes as lost what it has not seen of these. */
  audit(due: readonly { readonly id: string; readonly type: string }[], findings: Findings): void {
    this.note();
    for (const { id, type } of due)
      if (!this.seen.has(id)) findings.lost.push(`event ${id} (${type}) of ${this.user.userId}`);
  }
}
