import { Elysia } from "elysia";
import type { Authenticator } from "../auth/authenticator.ts";
import { type Caller, unauthorized } from "../auth/verifier.ts";
import type { Limiter } from "../limit/limiter.ts";
import { note } from "../trace.ts";

/** Tells who a token is of. */
export type Door = Pick<Authenticator, "signIn">;

/** The same door, where nobody comes in more often than they may. */
export function limitedBy(limiter: Limiter, door: Door): Door {
  return {
    async signIn(token) {
      const caller = await door.signIn(token);
      note({ user_id: caller.userId });
      await limiter.take(caller);
      return caller;
    },
  };
}

/** Adds `caller` to the context of the routes that use it. */
export function authentication(authenticator: Door) {
  return new Elysia({ name: "authentication" }).derive({ as: "scoped" }, async ({ request }) => ({
    caller: await authenticate(authenticator, request),
  }));
}

async function authenticate(authenticator: Door, request: Request): Promise<Caller> {
  const token = bearerToken(request.headers.get("authorization"));
  if (!token)
    throw unauthorized("The request needs a token in the header 'Authorization: Bearer …'.");
  return await authenticator.signIn(token);
}

export function bearerToken(header: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}
