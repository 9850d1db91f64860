import type { Sessions } from "./sessions.ts";
import { type Caller, unauthorized, type Verifier } from "./verifier.ts";

/** Lets in who has a token that holds, of a session that has not been ended. */
export class Authenticator {
  constructor(
    private readonly verifier: Verifier,
    private readonly sessions: Sessions,
  ) {}

  /** @throws AppError `unauthorized`, or `unavailable` when the public keys cannot be fetched */
  async signIn(token: string): Promise<Caller> {
    const caller = await this.verifier.verify(token);
    if (caller.sessionId !== null && (await this.sessions.isEnded(caller.sessionId)))
      throw unauthorized("The session has ended.");
    return caller;
  }
}
