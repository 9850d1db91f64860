import type { Client } from "./client.ts";
import { secondsFromNow } from "./jwt.ts";
import type { LiveSocket } from "./live-socket.ts";
import type { SetUp } from "./set-up.ts";

const LEEWAY_SECONDS = 60;
/** How long a token has left; no test has to wait for a minute, but a busy machine may need the longer ones. */
const LEFT_SECONDS = [4, 8, 16, 32] as const;

/** Does something with a socket whose token expires soon after it; where it was too soon, again with more time. */
export async function soonExpired<T>(
  setUp: SetUp,
  use: (user: Client, socket: LiveSocket) => Promise<T>,
): Promise<T> {
  const failures: unknown[] = [];
  for (const left of LEFT_SECONDS) {
    const user = await setUp.user({ exp: secondsFromNow(left - LEEWAY_SECONDS) });
    try {
      return await use(user, await user.connect());
    } catch (error) {
      failures.push(error);
      await user.leave();
    }
  }
  throw new AggregateError(failures, "However long the token was good for, it was in vain.");
}
