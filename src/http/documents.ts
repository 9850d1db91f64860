import { Elysia } from "elysia";
import { removeDocument } from "../document/remove.ts";
import { reprocessDocument } from "../document/reprocess.ts";
import { findDocument, findDocumentDetail, findFile, listDocuments } from "../document/store.ts";
import { Uploads } from "../document/upload.ts";
import { rawText } from "../document/raw-text.ts";
import { readPaging } from "../list/paging.ts";
import { openWorkspace } from "../workspace/store.ts";
import { authentication } from "./auth.ts";
import { DocumentParams, type HttpDeps, WorkspaceParams } from "./deps.ts";
import { fileResponse } from "./file-response.ts";
import { receiveUpload } from "./multipart.ts";

export function documentRoutes(deps: HttpDeps) {
  const { sql, bus, storage, authenticator } = deps;
  const uploads = new Uploads(deps);
  return new Elysia()
    .use(authentication(authenticator))
    .post(
      "/api/workspaces/:w/documents/upload",
      async ({ caller, params, request }) => {
        // Whether the caller may, is known before the first byte is taken in.
        await openWorkspace(sql, caller.userId, params.w, "editor");
        await using upload = await receiveUpload(request, deps);
        const items = await uploads.take(caller.userId, params.w, upload.files);
        return { items: items.map(({ document, fileId }) => ({ document, file_id: fileId })) };
      },
      { params: WorkspaceParams },
    )
    .get(
      "/api/workspaces/:w/documents",
      async ({ caller, params, query }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        return await listDocuments(sql, params.w, readPaging(query));
      },
      { params: WorkspaceParams },
    )
    .get(
      "/api/workspaces/:w/documents/:d",
      async ({ caller, params }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        return await findDocumentDetail(sql, params.w, params.d);
      },
      { params: DocumentParams },
    )
    .get(
      "/api/workspaces/:w/documents/:d/raw-text",
      ({ caller, params }) => rawText(sql, caller.userId, params.w, params.d),
      { params: DocumentParams },
    )
    .get(
      "/api/workspaces/:w/documents/:d/file",
      async ({ caller, params, request }) => {
        await openWorkspace(sql, caller.userId, params.w, "viewer");
        await findDocument(sql, params.w, params.d);
        return await fileResponse(storage, await findFile(sql, params.d), request);
      },
      { params: DocumentParams },
    )
    .delete(
      "/api/workspaces/:w/documents/:d",
      async ({ caller, params, status }) => {
        await removeDocument(deps, caller.userId, params.w, params.d);
        return status(204);
      },
      { params: DocumentParams },
    )
    .post(
      "/api/workspaces/:w/documents/:d/reprocess",
      async ({ caller, params, status }) =>
        status(202, await reprocessDocument(sql, bus, caller.userId, params.w, params.d)),
      { params: DocumentParams },
    );
}
