import { Elysia, t } from "elysia";
import type { Page } from "../list/page.ts";
import { readPaging } from "../list/paging.ts";
import { createWorkspace } from "../workspace/create.ts";
import { removeWorkspace } from "../workspace/remove.ts";
import { findWorkspace, listWorkspaces, openWorkspace } from "../workspace/store.ts";
import { changeWorkspace } from "../workspace/update.ts";
import { authentication } from "./auth.ts";
import { nonBlank, storable } from "./body.ts";
import { type HttpDeps, WorkspaceParams } from "./deps.ts";

const name = t.String({ minLength: 1, maxLength: 200 });
const description = t.Union([t.String({ maxLength: 5_000 }), t.Null()]);

export function workspaceRoutes({ sql, bus, authenticator }: HttpDeps) {
  return new Elysia()
    .use(authentication(authenticator))
    .get("/api/me", ({ caller }) => ({ id: caller.userId, email: caller.email }))
    .post(
      "/api/workspaces",
      ({ caller, body }) =>
        createWorkspace(sql, bus, caller, {
          name: nonBlank("name", body.name),
          description: optionalText(body.description) ?? null,
        }),
      { body: t.Object({ name, description: t.Optional(description) }) },
    )
    .get("/api/workspaces", async ({ caller, query, set }) => {
      const page = await listWorkspaces(sql, caller.userId, readPaging(query));
      // The body is a bare array: what other lists say beside their items is in the header.
      Object.assign(set.headers, pageHeaders(page, "/api/workspaces", query));
      return page.items;
    })
    .get(
      "/api/workspaces/:w",
      async ({ caller, params }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        return await findWorkspace(sql, params.w);
      },
      { params: WorkspaceParams },
    )
    .patch(
      "/api/workspaces/:w",
      ({ caller, params, body }) =>
        changeWorkspace(sql, bus, caller.userId, params.w, {
          ...(body.name === undefined ? {} : { name: nonBlank("name", body.name) }),
          ...(body.description === undefined
            ? {}
            : { description: optionalText(body.description) ?? null }),
        }),
      {
        params: WorkspaceParams,
        body: t.Object({ name: t.Optional(name), description: t.Optional(description) }),
      },
    )
    .delete(
      "/api/workspaces/:w",
      async ({ caller, params, status }) => {
        await removeWorkspace(sql, bus, caller.userId, params.w);
        return status(204);
      },
      { params: WorkspaceParams },
    );
}

function pageHeaders(
  { next_cursor, as_of }: Page<unknown>,
  path: string,
  query: Readonly<Record<string, string>>,
): Record<string, string> {
  if (next_cursor === null) return { "x-as-of": as_of };
  const next = new URLSearchParams({ ...query, cursor: next_cursor });
  return {
    link: `<${path}?${next.toString()}>; rel="next"`,
    "x-next-cursor": next_cursor,
    "x-as-of": as_of,
  };
}

function optionalText(text: string | null | undefined): string | null | undefined {
  return text && storable("description", text);
}
