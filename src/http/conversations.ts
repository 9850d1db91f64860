import { Elysia, t } from "elysia";
import { awaitAnswer } from "../chat/await-answer.ts";
import { withGone } from "../chat/gone.ts";
import { createConversation } from "../chat/create-conversation.ts";
import { markRead } from "../chat/mark-read.ts";
import { listMessages } from "../chat/message-store.ts";
import { postMessage } from "../chat/post-message.ts";
import { removeConversation, removeMessage } from "../chat/remove.ts";
import { listConversations, openConversation } from "../chat/store.ts";
import { readOrder, readPaging } from "../list/paging.ts";
import { openWorkspace } from "../workspace/store.ts";
import { authentication } from "./auth.ts";
import { nonBlank, storable } from "./body.ts";
import {
  ConversationParams,
  type HttpDeps,
  MessageParams,
  uuid,
  WorkspaceConversationParams,
  WorkspaceParams,
} from "./deps.ts";

const CONTENT_LENGTH_MAX = 16_000;
/** Beside the answer's own waiting time, for the rest of the request. */
const REQUEST_SLACK_SECONDS = 10;

export function conversationRoutes(deps: HttpDeps) {
  const { sql, bus, authenticator } = deps;
  return new Elysia()
    .use(authentication(authenticator))
    .post(
      "/api/workspaces/:w/conversations",
      ({ caller, params, body }) =>
        createConversation(sql, bus, caller.userId, params.w, nonBlank("title", body.title)),
      {
        params: WorkspaceParams,
        body: t.Object({ title: t.String({ minLength: 1, maxLength: 500 }) }),
      },
    )
    .get(
      "/api/workspaces/:w/conversations",
      async ({ caller, params, query }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        return await listConversations(sql, params.w, caller.userId, readPaging(query));
      },
      { params: WorkspaceParams },
    )
    .delete(
      "/api/workspaces/:w/conversations/:c",
      async ({ caller, params, status }) => {
        await removeConversation(deps, caller.userId, params.w, params.c);
        return status(204);
      },
      { params: WorkspaceConversationParams },
    )
    .use(messageRoutes(deps));
}

function messageRoutes({ sql, bus, authenticator, answers, answerWaitSeconds }: HttpDeps) {
  return new Elysia()
    .use(authentication(authenticator))
    .get(
      "/api/conversations/:c/messages",
      async ({ caller, params, query }) => {
        await openConversation(sql, caller.userId, params.c);
        const page = await listMessages(sql, params.c, readPaging(query), readOrder(query, "asc"));
        return { ...page, items: await withGone(sql, page.items) };
      },
      { params: ConversationParams },
    )
    .post(
      "/api/conversations/:c/messages",
      async ({ caller, params, body, request, server, set, status }) => {
        const content = nonBlank("content", body.content);
        const { question, answer: pending } = await postMessage(sql, bus, {
          conversationId: params.c,
          userId: caller.userId,
          content,
          clientId: body.client_id ? storable("client_id", body.client_id) : null,
          ask: body.ask ?? true,
        });
        if (!pending) return { ...question, items: [question] };
        if (prefersAsync(request.headers.get("prefer"))) {
          set.headers["preference-applied"] = "respond-async";
          const [answer = pending] = await withGone(sql, [pending]);
          return status(202, { ...answer, items: [question, answer] });
        }
        // Bun would cut a silent request after ten seconds.
        server?.timeout(request, answerWaitSeconds + REQUEST_SLACK_SECONDS);
        const awaited = await awaitAnswer(sql, answers, pending.id, answerWaitSeconds * 1000);
        // The same client id again brings an old answer.
        const [answer = awaited] = await withGone(sql, [awaited]);
        // Whoever was taken out of it while they waited has no answer any more.
        await openConversation(sql, caller.userId, params.c);
        const settled = answer.status === "done" || answer.status === "error";
        return status(settled ? 200 : 202, { ...answer, items: [question, answer] });
      },
      {
        params: ConversationParams,
        body: t.Object({
          content: t.String({ minLength: 1, maxLength: CONTENT_LENGTH_MAX }),
          client_id: t.Optional(t.Union([t.String({ minLength: 1, maxLength: 200 }), t.Null()])),
          ask: t.Optional(t.Boolean()),
        }),
      },
    )
    .post(
      "/api/conversations/:c/read",
      ({ caller, params, body }) =>
        markRead({ sql, bus }, caller, params.c, body.message_id ?? null),
      {
        params: ConversationParams,
        body: t.Object({ message_id: t.Optional(t.Union([uuid(), t.Null()])) }),
      },
    )
    .delete(
      "/api/conversations/:c/messages/:m",
      async ({ caller, params, status }) => {
        await removeMessage({ sql, bus }, caller.userId, params.c, params.m);
        return status(204);
      },
      { params: MessageParams },
    );
}

/** RFC 7240: a list of preferences, each perhaps with parameters. */
function prefersAsync(header: string | null): boolean {
  return (header ?? "")
    .split(",")
    .some((preference) => preference.split(";")[0]?.trim().toLowerCase() === "respond-async");
}
