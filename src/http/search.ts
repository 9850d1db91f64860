import { Elysia, t } from "elysia";
import { citationAt } from "../answer/citation.ts";
import { openWorkspace } from "../workspace/store.ts";
import { authentication } from "./auth.ts";
import { nonBlank } from "./body.ts";
import { type HttpDeps, uuid, WorkspaceParams } from "./deps.ts";

const QUERY_LENGTH_MAX = 16_000;
const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 100;
const DOCUMENTS_MAX = 1_000;

const Search = t.Object({
  query: t.String({ minLength: 1, maxLength: QUERY_LENGTH_MAX }),
  limit: t.Optional(t.Integer({ minimum: 1, maximum: LIMIT_MAX })),
  document_ids: t.Optional(t.Array(uuid(), { maxItems: DOCUMENTS_MAX })),
});

/** Finding alone: what an answer would be made of. */
export function searchRoutes({ sql, retriever, authenticator }: HttpDeps) {
  return new Elysia().use(authentication(authenticator)).post(
    "/api/workspaces/:w/search",
    async ({ caller, params, body }) => {
      const question = nonBlank("query", body.query);
      await openWorkspace(sql, caller.userId, params.w, "viewer");
      const { segments, metadata } = await retriever.retrieve(sql, {
        workspaceId: params.w,
        question,
        limit: body.limit ?? LIMIT_DEFAULT,
        ...(body.document_ids && { documentIds: body.document_ids }),
      });
      const items = segments.map((segment) => {
        const { score, text, headings } = segment;
        return { score, text, headings, ...citationAt(segment, 0, text.length) };
      });
      return { items, metadata };
    },
    { params: WorkspaceParams, body: Search },
  );
}
