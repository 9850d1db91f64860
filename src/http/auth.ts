import { Elysia } from "elysia";
import type { Authenticator } from "../auth/authenticator.ts";
import { type Caller, unauthorized } from "../auth/verifier.ts";
import { note } from "../trace.ts";

/** Adds `caller` to the context of the routes that use it. */
export function authentication(authenticator: Authenticator) {
  return new Elysia({ name: "authentication" }).derive({ as: "scoped" }, async ({ request }) => ({
    caller: await authenticate(authenticator, request),
  }));
}

async function authenticate(authenticator: Authenticator, request: Request): Promise<Caller> {
  const token = bearerToken(request.headers.get("authorization"));
  if (!token)
    throw unauthorized("The request needs a token in the header 'Authorization: Bearer …'.");
  const caller = await authenticator.signIn(token);
  note({ user_id: caller.userId });
  return caller;
}

export function bearerToken(header: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}
