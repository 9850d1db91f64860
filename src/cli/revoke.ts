import { revokeSession } from "../auth/sessions.ts";
import type { Config } from "../config.ts";
import { AppError } from "../error.ts";
import { openWorkbench } from "../role/operator.ts";
import { Running } from "../role/running.ts";

const STOP_MS = 10_000;

/**
 * `revoke SESSION_ID`: refuses a session of the identity provider from now on.
 * @returns one sentence on what was done
 * @throws AppError `invalid_request` without exactly one session id
 */
export async function revokeVerb(args: readonly string[], config: Config): Promise<string> {
  const [sessionId, ...more] = args;
  if (!sessionId || more.length > 0)
    throw new AppError("invalid_request", "revoke needs one session id, a token's session_id.");
  const running = new Running();
  try {
    const { sql } = await openWorkbench(config, running);
    await revokeSession(sql, sessionId);
    return `Session ${sessionId} is refused; its sockets are closed within 30 seconds.`;
  } finally {
    await running.stop(STOP_MS);
  }
}
