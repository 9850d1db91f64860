import { Elysia } from "elysia";
import { type Caller, unauthorized, type Verifier } from "../auth/verifier.ts";

/** Adds `caller` to the context of the routes that use it. */
export function authentication(verifier: Verifier) {
  return new Elysia({ name: "authentication" }).derive({ as: "scoped" }, async ({ request }) => ({
    caller: await authenticate(verifier, request),
  }));
}

async function authenticate(verifier: Verifier, request: Request): Promise<Caller> {
  const token = bearerToken(request.headers.get("authorization"));
  if (!token)
    throw unauthorized("The request needs a token in the header 'Authorization: Bearer …'.");
  return await verifier.verify(token);
}

export function bearerToken(header: string | null): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
}
