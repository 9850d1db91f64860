import type { TSchema } from "@sinclair/typebox";
import * as answers from "./answers.ts";

/** What cannot be told from a route itself. */
export interface Operation {
  /** What a client that is generated calls it. */
  readonly id: string;
  readonly summary: string;
  /** By status: a body as JSON, a type of another body, or null for none. Failures are the same for all. */
  readonly answers: Readonly<Record<number, TSchema | string | null>>;
  /** It asks for no token. */
  readonly open?: true;
  /** It takes `limit`, `cursor` and `since`. */
  readonly list?: true;
  readonly parameters?: readonly object[];
  /** The body, where the route reads it by itself. */
  readonly upload?: true;
}

const ORDER = {
  name: "order",
  in: "query",
  schema: { type: "string", enum: ["asc", "desc"], default: "asc" },
};

const PREFER = {
  name: "Prefer",
  in: "header",
  schema: { type: "string", enum: ["respond-async"] },
  description: "Answers 202 at once; the answer comes over /ws, or by reading the messages.",
};

const RANGE = {
  name: "Range",
  in: "header",
  schema: { type: "string" },
  description: "A part of the file, as `bytes=0-1023`.",
};

const { itemsOf, listOf } = answers;
const GONE = { 204: null };

/** Every call of the API, by method and route. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /health": {
    id: "health",
    summary: "Whether the process lives",
    answers: { 200: answers.Health },
    open: true,
  },
  "GET /ready": {
    id: "ready",
    summary: "Whether what it needs answers",
    answers: { 200: answers.Readiness, 503: answers.Readiness },
    open: true,
  },
  "GET /api/me": { id: "me", summary: "Who is signed in", answers: { 200: answers.Me } },
  "GET /api/me/devices": {
    id: "listDevices",
    summary: "The caller's devices that take push notifications",
    answers: { 200: itemsOf(answers.Device) },
  },
  "POST /api/me/devices": {
    id: "saveDevice",
    summary: "Tell of a device",
    answers: { 200: answers.Device },
  },
  "DELETE /api/me/devices/:d": { id: "deleteDevice", summary: "Forget a device", answers: GONE },
  "POST /api/workspaces": {
    id: "createWorkspace",
    summary: "Make a workspace",
    answers: { 200: answers.Workspace },
  },
  "GET /api/workspaces": {
    id: "listWorkspaces",
    summary: "The caller's workspaces, a bare array: X-Next-Cursor and X-As-Of are in the header",
    answers: { 200: answers.Workspaces },
    list: true,
  },
  "GET /api/workspaces/:w": {
    id: "getWorkspace",
    summary: "A workspace",
    answers: { 200: answers.Workspace },
  },
  "PATCH /api/workspaces/:w": {
    id: "changeWorkspace",
    summary: "Change its name or description",
    answers: { 200: answers.Workspace },
  },
  "DELETE /api/workspaces/:w": {
    id: "deleteWorkspace",
    summary: "Delete a workspace with everything under it",
    answers: GONE,
  },
  "GET /api/workspaces/:w/members": {
    id: "listMembers",
    summary: "Its members",
    answers: { 200: listOf(answers.Member) },
    list: true,
  },
  "POST /api/workspaces/:w/members": {
    id: "addMember",
    summary: "Add a member",
    answers: { 200: answers.Member },
  },
  "PATCH /api/workspaces/:w/members/:user": {
    id: "changeMember",
    summary: "Change a member's role",
    answers: { 200: answers.Member },
  },
  "DELETE /api/workspaces/:w/members/:user": {
    id: "removeMember",
    summary: "Take a member out, or leave",
    answers: GONE,
  },
  "GET /api/workspaces/:w/presence": {
    id: "getPresence",
    summary: "Which of its members are online",
    answers: { 200: answers.Presence },
    list: true,
  },
  "POST /api/workspaces/:w/documents/upload": {
    id: "uploadDocuments",
    summary: "Upload files, all or none",
    answers: { 200: answers.Upload },
    upload: true,
  },
  "GET /api/workspaces/:w/documents": {
    id: "listDocuments",
    summary: "Its documents, newest first",
    answers: { 200: listOf(answers.Document) },
    list: true,
  },
  "GET /api/workspaces/:w/documents/:d": {
    id: "getDocument",
    summary: "A document, and its newest parse job",
    answers: { 200: answers.DocumentDetail },
  },
  "DELETE /api/workspaces/:w/documents/:d": {
    id: "deleteDocument",
    summary: "Delete a document",
    answers: GONE,
  },
  "GET /api/workspaces/:w/documents/:d/raw-text": {
    id: "getRawText",
    summary: "The text that citations point into; 409 until it is parsed",
    answers: { 200: answers.RawText },
  },
  "GET /api/workspaces/:w/documents/:d/file": {
    id: "getFile",
    summary: "The original bytes, or a part of them",
    answers: { 200: "application/octet-stream", 206: "application/octet-stream" },
    parameters: [RANGE],
  },
  "POST /api/workspaces/:w/documents/:d/reprocess": {
    id: "reprocessDocument",
    summary: "Read a document again that is `ingested` or `error`",
    answers: { 202: answers.DocumentDetail },
  },
  "POST /api/workspaces/:w/search": {
    id: "search",
    summary: "Find passages",
    answers: { 200: answers.Found },
  },
  "POST /api/workspaces/:w/conversations": {
    id: "createConversation",
    summary: "Begin a conversation",
    answers: { 200: answers.Conversation },
  },
  "GET /api/workspaces/:w/conversations": {
    id: "listConversations",
    summary: "The conversations that the caller takes part in",
    answers: { 200: listOf(answers.Conversation) },
    list: true,
  },
  "DELETE /api/workspaces/:w/conversations/:c": {
    id: "deleteConversation",
    summary: "Delete a conversation",
    answers: GONE,
  },
  "GET /api/conversations/:c/messages": {
    id: "listMessages",
    summary: "Its messages, oldest first",
    answers: { 200: listOf(answers.Message) },
    list: true,
    parameters: [ORDER],
  },
  "POST /api/conversations/:c/messages": {
    id: "postMessage",
    summary: "Ask, and wait for the answer; 202 with what there is when that takes long",
    answers: { 200: answers.Exchange, 202: answers.Exchange },
    parameters: [PREFER],
  },
  "DELETE /api/conversations/:c/messages/:m": {
    id: "deleteMessage",
    summary: "Delete a message",
    answers: GONE,
  },
  "POST /api/conversations/:c/read": {
    id: "markRead",
    summary: "Mark messages as read, all or up to one",
    answers: { 200: answers.ReadMark },
  },
  "GET /api/conversations/:c/participants": {
    id: "listParticipants",
    summary: "Who takes part",
    answers: { 200: listOf(answers.Participant) },
    list: true,
  },
  "POST /api/conversations/:c/participants": {
    id: "addParticipants",
    summary: "Add one or several members of the workspace",
    answers: { 200: itemsOf(answers.Participant) },
  },
  "DELETE /api/conversations/:c/participants": {
    id: "leaveConversation",
    summary: "Take somebody out, or leave",
    answers: GONE,
  },
  "DELETE /api/conversations/:c/participants/:user": {
    id: "removeParticipant",
    summary: "Take somebody out",
    answers: GONE,
  },
};
