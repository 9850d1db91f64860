import { Elysia } from "elysia";
import { readPaging } from "../list/paging.ts";
import { readPresence } from "../presence/read.ts";
import { authentication } from "./auth.ts";
import { type HttpDeps, WorkspaceParams } from "./deps.ts";

export function presenceRoutes(deps: HttpDeps) {
  return new Elysia()
    .use(authentication(deps.authenticator))
    .get(
      "/api/workspaces/:w/presence",
      ({ caller, params, query }) => readPresence(deps, caller.userId, params.w, readPaging(query)),
      { params: WorkspaceParams },
    );
}
