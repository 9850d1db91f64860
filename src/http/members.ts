import { Elysia, t } from "elysia";
import { readPaging } from "../list/paging.ts";
import { addMember, changeRole, removeMember } from "../workspace/members.ts";
import { listMembers } from "../workspace/member-store.ts";
import { openWorkspace } from "../workspace/store.ts";
import { ROLES } from "../workspace/workspace.ts";
import { authentication } from "./auth.ts";
import { type HttpDeps, MemberParams, uuid, WorkspaceParams } from "./deps.ts";

// No `t.UnionEnum`: it takes its first value where none is given.
const role = t.Union(ROLES.map((name) => t.Literal(name)));

export function memberRoutes({ sql, bus, authenticator }: HttpDeps) {
  const deps = { sql, bus };
  return new Elysia()
    .use(authentication(authenticator))
    .get(
      "/api/workspaces/:w/members",
      async ({ caller, params, query }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        return await listMembers(sql, params.w, readPaging(query));
      },
      { params: WorkspaceParams },
    )
    .post(
      "/api/workspaces/:w/members",
      ({ caller, params, body }) => {
        const change = { callerId: caller.userId, workspaceId: params.w, userId: body.user_id };
        return addMember(deps, change, body.role ?? "viewer");
      },
      { params: WorkspaceParams, body: t.Object({ user_id: uuid(), role: t.Optional(role) }) },
    )
    .patch(
      "/api/workspaces/:w/members/:user",
      ({ caller, params, body }) => changeRole(deps, changeOf(caller.userId, params), body.role),
      { params: MemberParams, body: t.Object({ role }) },
    )
    .delete(
      "/api/workspaces/:w/members/:user",
      async ({ caller, params, status }) => {
        await removeMember(deps, changeOf(caller.userId, params));
        return status(204);
      },
      { params: MemberParams },
    );
}

function changeOf(callerId: string, { w, user }: { w: string; user: string }) {
  return { callerId, workspaceId: w, userId: user };
}
