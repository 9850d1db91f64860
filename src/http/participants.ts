import { Elysia, t } from "elysia";
import { listParticipants } from "../chat/participant-store.ts";
import { addParticipants, removeParticipant } from "../chat/participants.ts";
import { openConversation } from "../chat/store.ts";
import { AppError } from "../error.ts";
import { readPaging } from "../list/paging.ts";
import { authentication } from "./auth.ts";
import { ConversationParams, type HttpDeps, ParticipantParams, uuid } from "./deps.ts";

const USERS_MAX = 500;

export function participantRoutes({ sql, bus, authenticator }: HttpDeps) {
  const deps = { sql, bus };
  return (
    new Elysia()
      .use(authentication(authenticator))
      .get(
        "/api/conversations/:c/participants",
        async ({ caller, params, query }) => {
          await openConversation(sql, caller.userId, params.c);
          return await listParticipants(sql, params.c, readPaging(query));
        },
        { params: ConversationParams },
      )
      .post(
        "/api/conversations/:c/participants",
        async ({ caller, params, body }) => {
          const userIds = namedUsers(body);
          return { items: await addParticipants(deps, caller.userId, params.c, userIds) };
        },
        {
          params: ConversationParams,
          body: t.Object({
            user_id: t.Optional(uuid()),
            user_ids: t.Optional(t.Array(uuid(), { maxItems: USERS_MAX })),
          }),
        },
      )
      .delete(
        "/api/conversations/:c/participants/:user",
        async ({ caller, params, status }) => {
          await removeParticipant(deps, caller.userId, params.c, params.user);
          return status(204);
        },
        { params: ParticipantParams },
      )
      // Without a name the caller leaves.
      .delete(
        "/api/conversations/:c/participants",
        async ({ caller, params, body, status }) => {
          const userId = body.user_id ?? caller.userId;
          await removeParticipant(deps, caller.userId, params.c, userId);
          return status(204);
        },
        { params: ConversationParams, body: t.Object({ user_id: t.Optional(uuid()) }) },
      )
  );
}

/** @throws AppError `invalid_request` if nobody is named */
function namedUsers({
  user_id,
  user_ids = [],
}: {
  user_id?: string;
  user_ids?: string[];
}): string[] {
  const named = [...user_ids, ...(user_id === undefined ? [] : [user_id])];
  if (named.length === 0)
    throw new AppError("invalid_request", "Name somebody in 'user_id', or several in 'user_ids'.");
  return [...new Set(named)];
}
