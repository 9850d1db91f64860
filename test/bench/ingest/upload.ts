import { type Client, socketUrl } from "../../support/client.ts";
import type { Text } from "./corpus.ts";

/** How a client sends its files. */
export interface Manner {
  readonly filesPerRequest: number;
  readonly requestsAtOnce: number;
}

const SILENCE_MAX_MS = 60_000;

/** Uploads texts and waits until all of them are searchable. @returns milliseconds, from the first byte on */
export async function uploadAll(
  user: Client,
  workspaceId: string,
  texts: readonly Text[],
  { filesPerRequest, requestsAtOnce }: Manner,
): Promise<number> {
  const { all } = await watchIngested(user, texts.length);
  const waiting = texts.values();
  const startedAt = performance.now();
  const send = async () => {
    for (;;) {
      const files = waiting.take(filesPerRequest).toArray();
      if (files.length === 0) return;
      await user.upload(workspaceId, ...files);
    }
  };
  await Promise.all([all, ...Array.from({ length: requestsAtOnce }, send)]);
  return performance.now() - startedAt;
}

/** Counts a user's documents as the page does, by the events of its socket. */
async function watchIngested(user: Client, count: number): Promise<{ all: Promise<void> }> {
  const socket = new WebSocket(socketUrl(user.url, user.token));
  const ready = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  const done = new Set<string>();
  const fail = (why: string) => all.reject(new Error(`${why} after ${done.size} documents.`));
  const giveUp = () =>
    setTimeout(() => fail("No document became searchable any more"), SILENCE_MAX_MS);
  let silence = giveUp();
  socket.addEventListener("message", ({ data }) => {
    const frame = String(data);
    if (frame.includes('"ready"')) ready.resolve();
    if (!frame.includes('"document.status_updated"')) return;
    const { payload } = JSON.parse(frame) as { payload: { document_id: string; status: string } };
    if (payload.status === "error") fail("A document failed");
    if (payload.status !== "ingested") return;
    clearTimeout(silence);
    silence = giveUp();
    if (done.add(payload.document_id).size === count) all.resolve();
  });
  socket.addEventListener("close", () => fail("The socket closed"));
  void all.promise
    .finally(() => {
      clearTimeout(silence);
      socket.close();
    })
    .catch(() => undefined);
  await ready.promise;
  return { all: all.promise };
}
