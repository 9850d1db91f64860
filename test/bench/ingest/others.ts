import { ms } from "../../support/table.ts";
import type { SetUp } from "../../support/set-up.ts";
import type { Row } from "../table.ts";
import { pagesOf, textsOf } from "./corpus.ts";
import { untilIngested } from "./pages.ts";

const PAGES = 1_000;
const PAUSE_MS = 20;

/** How long other calls wait at most while a document of many pages is made findable. */
export async function benchOthers(setUp: SetUp): Promise<Row> {
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  for (const text of textsOf(20, 1)) await user.upload(id, text);
  const conversation = await user.createConversation(id);
  const messages = `/api/conversations/${conversation.id}/messages`;
  const message = { json: { content: "budget" }, headers: { prefer: "respond-async" } };
  const calls = {
    "/health": () => user.call("GET", "/health"),
    search: () => user.search(id, "harbour budget"),
    message: () => user.call("POST", messages, message),
  };
  const content = pagesOf(PAGES, PAGES).join("\n\n");
  const { items } = await user.upload(id, { name: "long.txt", content });
  const done = untilIngested(user, id, items[0]?.document.id ?? "");
  const longest = Object.entries(calls).map(
    async ([what, call]) => `${what} ${ms(await longestWait(call, done))}`,
  );
  return {
    what: `others' longest wait while ${PAGES.toLocaleString("en")} pages are ingested, ${setUp.name}`,
    measured: (await Promise.all(longest)).join(", "),
    reach: "—",
  };
}

/** Calls again and again until `done`. @returns milliseconds */
async function longestWait(call: () => Promise<unknown>, done: Promise<void>): Promise<number> {
  const over = new AbortController();
  const ending = done.finally(() => over.abort());
  let longest = 0;
  while (!over.signal.aborted) {
    const startedAt = performance.now();
    await call();
    longest = Math.max(longest, performance.now() - startedAt);
    await Bun.sleep(PAUSE_MS);
  }
  await ending;
  return longest;
}
