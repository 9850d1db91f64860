import { openRoom } from "../../support/room.ts";
import type { SetUp } from "../../support/set-up.ts";
import { userIdOf } from "../sockets/crowd.ts";

/** Sends a message to people alone, or one that asks the AI as well and does not wait for it. */
export type Post = (content: string, ask: boolean) => Promise<unknown>;

/** What they are answered with. */
const ACKNOWLEDGED = { people: 200, ask: 202 } as const;

/** A conversation of the first `people` users. */
export async function roomOf(setUp: SetUp, people: number): Promise<Post> {
  const userIds = Array.from({ length: people }, (_, at) => userIdOf(at));
  const { speaker, path } = await openRoom(setUp, userIds);
  const headers = { prefer: "respond-async" };
  return (content, ask) => {
    const status = ask ? ACKNOWLEDGED.ask : ACKNOWLEDGED.people;
    return speaker.expect(status, "POST", path, { json: { content, ask }, headers });
  };
}
