import { Elysia, t } from "elysia";
import { readPresence } from "../presence/read.ts";
import { authentication } from "./auth.ts";
import { type HttpDeps, WorkspaceParams } from "./deps.ts";

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

export function presenceRoutes(deps: HttpDeps) {
  return new Elysia().use(authentication(deps.authenticator)).get(
    "/api/workspaces/:w/presence",
    ({ caller, params, query }) =>
      readPresence(deps, caller.userId, params.w, {
        limit: query.limit ?? PAGE_DEFAULT,
        cursor: query.cursor ?? null,
      }),
    {
      params: WorkspaceParams,
      query: t.Object({
        limit: t.Optional(t.Integer({ minimum: 1, maximum: PAGE_MAX })),
        cursor: t.Optional(t.String({ format: "uuid" })),
      }),
    },
  );
}
