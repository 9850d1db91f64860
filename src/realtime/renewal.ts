import type { Authenticator } from "../auth/authenticator.ts";
import { type Caller, LEEWAY_SECONDS, unauthorized } from "../auth/verifier.ts";
import { AppError, type ErrorCode, messageOf } from "../error.ts";
import { logger } from "../log.ts";
import type { Connection, Permit } from "./connection.ts";
import type { Frame } from "./frame.ts";

/** Tokens that wait to be checked: each may have to wait for the provider's keys. */
const WAITING_MAX = 10;
const TOO_MANY = new AppError("too_many_requests", "Too many tokens wait to be checked.");

/** Until when a caller may stay, and by which session. */
export function permitOf({ expiresAtMs, sessionId }: Caller): Permit {
  // A token that was let in on leeway keeps it.
  const leewayMs = expiresAtMs <= Date.now() ? LEEWAY_SECONDS * 1000 : 0;
  return { expiresAtMs: expiresAtMs + leewayMs, sessionId };
}

/** Takes newer tokens for one connection, one after the other, and answers each. */
export class Renewals {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly connection: Connection,
  ) {}

  /** A token that is refused changes nothing: the connection lives as long as the one before it. */
  take(token: unknown): void {
    if (this.#waiting === WAITING_MAX) return this.connection.sendFrame(refusal(TOO_MANY));
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      this.connection.sendFrame(await this.#answer(token));
      this.#waiting--;
    });
  }

  async #answer(token: unknown): Promise<Frame> {
    try {
      const permit = await this.#permitFor(token);
      this.connection.renew(permit);
      const expires_at = new Date(permit.expiresAtMs).toISOString();
      return { type: "auth.accepted", payload: { expires_at } };
    } catch (error) {
      return refusal(error);
    }
  }

  async #permitFor(token: unknown): Promise<Permit> {
    if (typeof token !== "string" || token === "")
      throw new AppError("invalid_request", "The frame needs a token.");
    const caller = await this.authenticator.signIn(token);
    const { userId, tenantId } = this.connection.fields;
    if (caller.userId !== userId || caller.tenantId !== tenantId)
      throw unauthorized("The token is not of this connection's user and tenant.");
    return permitOf(caller);
  }
}

function refusal(error: unknown): Frame {
  return { type: "auth.refused", payload: faultOf(error) };
}

function faultOf(error: unknown): { code: ErrorCode; detail: string } {
  if (error instanceof AppError) return { code: error.code, detail: error.message };
  logger("realtime").error(`A token could not be checked: ${messageOf(error)}`);
  return { code: "internal_error", detail: "Something went wrong on our side." };
}
