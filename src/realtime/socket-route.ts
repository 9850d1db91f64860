import { Elysia } from "elysia";
import type { Authenticator } from "../auth/authenticator.ts";
import { type Caller, unauthorized } from "../auth/verifier.ts";
import { AppError } from "../error.ts";
import type { Hub } from "./hub.ts";
import { Visit } from "./socket-handler.ts";

export interface Door {
  readonly authenticator: Authenticator;
  readonly hub: Hub;
}

/** `GET /ws`: signs in before the upgrade. Elysia's own sockets would keep its whole context for each. */
export function socketRoute({ authenticator, hub }: Door) {
  return new Elysia().get("/ws", async ({ request, server }) => {
    const caller = await signIn(authenticator, request);
    const since = new URL(request.url).searchParams.get("since");
    // Right before the upgrade, so that no two can take the last place.
    hub.admit(caller.userId);
    if (!server?.upgrade(request, { data: new Visit({ caller, since }) }))
      throw new AppError("invalid_request", "This address speaks WebSocket alone.");
  });
}

async function signIn(authenticator: Authenticator, request: Request): Promise<Caller> {
  const header = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const token = new URL(request.url).searchParams.get("token") ?? header;
  if (!token) throw unauthorized("The socket needs a token: '/ws?token=…'.");
  return await authenticator.signIn(token);
}
