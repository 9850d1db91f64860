import type { TProperties, TSchema } from "@sinclair/typebox";
import { t } from "elysia";
import { DEVICE_PROVIDERS } from "../../notification/device.ts";
import { ROLES } from "../../workspace/workspace.ts";

/*
 * What the API answers, for its description alone: answers are not checked against it at work, but in the tests.
 * A schema with `$id` is described once, under this name.
 */

const id = t.String({ format: "uuid" });
const time = t.String({ format: "date-time" });
const orNull = <S extends TSchema>(schema: S) => t.Union([schema, t.Null()]);
const words = (values: readonly string[]) => t.Union(values.map((value) => t.Literal(value)));
const named = <P extends TProperties>($id: string, properties: P) => t.Object(properties, { $id });

const nextCursor = orNull(t.String({ description: "For the next page; null on the last." }));
const asOf = t.String({ description: "As `since` it asks later for what has changed." });

/** What all lists but that of workspaces are. */
export const listOf = (item: TSchema) =>
  t.Object({ items: t.Array(item), next_cursor: nextCursor, as_of: asOf });
export const itemsOf = (item: TSchema) => t.Object({ items: t.Array(item) });

export const ErrorBody = named("Error", {
  detail: t.String({ description: "One sentence that a person understands." }),
  code: t.String({ description: "Stable: switch on this." }),
});

export const Health = t.Object({ status: t.Literal("ok") });

const part = words(["ok", "down"]);
export const Readiness = named("Readiness", {
  status: words(["ok", "degraded", "unavailable"]),
  database: part,
  redis: part,
  storage: part,
});

export const Me = t.Object({ id, email: orNull(t.String()) });

export const Workspace = named("Workspace", {
  id,
  name: t.String(),
  description: orNull(t.String()),
  created_at: time,
  updated_at: time,
});

export const Workspaces = t.Array(Workspace);

export const Member = named("Member", {
  workspace_id: id,
  user_id: id,
  role: words(ROLES),
  created_at: time,
  updated_at: time,
});

export const Presence = named("Presence", {
  workspace_id: id,
  known: t.Boolean({ description: "False while only those who are online are known." }),
  items: t.Array(t.Object({ user_id: id, status: words(["online", "offline", "unknown"]) })),
  next_cursor: nextCursor,
});

const documentStatus = words(["pending", "parsed", "ingested", "error"]);

export const Document = named("Document", {
  id,
  title: t.String(),
  status: documentStatus,
  source_type: t.String({ description: "What it was read as: `pdf`, `docx`, `image` …" }),
  page_unit: t.String({ description: "What `page_idx` counts: `page`, `slide`, `sheet`, `part`." }),
  created_at: time,
  updated_at: time,
});

const ParseJob = named("ParseJob", {
  id,
  status: words(["queued", "running", "success", "failed"]),
  error_message: orNull(t.String({ description: "Why it failed, in one sentence." })),
  retry_count: t.Integer(),
  started_at: orNull(time),
  finished_at: orNull(time),
});

export const DocumentDetail = t.Object({ document: Document, parse_job: orNull(ParseJob) });
export const Upload = itemsOf(t.Object({ document: Document, file_id: id }));

const offsets = {
  segment_index: t.Integer(),
  page_idx: t.Integer({ description: "From 0." }),
  start: t.Integer({ description: "Into the raw text, in UTF-16 units." }),
  end: t.Integer(),
};

export const RawText = named("RawText", {
  document_id: id,
  workspace_id: id,
  status: documentStatus,
  text: t.String(),
  segments: t.Array(t.Object(offsets)),
});

const citation = {
  document_id: id,
  document_title: t.String(),
  ...offsets,
  snippet_preview: t.String(),
};

const Citation = named("Citation", {
  ...citation,
  gone: t.Optional(t.Literal(true, { description: "Its offsets select nothing any more." })),
});

const retrieval = t.Object({
  method: words(["bm25", "hybrid"]),
  reranked: t.Optional(t.Literal(true)),
  degraded: t.Optional(t.String({ description: "Why it is less than it might be." })),
});

export const Found = t.Object({
  items: t.Array(
    t.Object({ score: t.Number(), text: t.String(), headings: t.String(), ...citation }),
  ),
  metadata: retrieval,
});

export const Conversation = named("Conversation", {
  id,
  workspace_id: id,
  user_id: orNull(id),
  title: t.String(),
  created_at: time,
  updated_at: time,
  last_message_at: orNull(time),
  unread_count: t.Integer({ description: "1000 stands for 1000 or more." }),
});

export const Participant = named("Participant", { user_id: id, created_at: time });
export const ReadMark = t.Object({ conversation_id: id, unread_count: t.Integer() });

/** Empty for a person's message and until an answer is done; more may be added. */
const AnswerMetadata = t.Object(
  {
    sections: t.Optional(t.Array(t.Object({ text: t.String(), citations: t.Array(Citation) }))),
    citations: t.Optional(t.Array(Citation)),
    llm_usage: t.Optional(t.Record(t.String(), t.Number())),
    retrieval: t.Optional(retrieval),
    question: t.Optional(t.String({ description: "What the question was taken to mean." })),
    truncated: t.Optional(t.Literal(true)),
    rag_doc_ids: t.Optional(t.Record(t.String(), id)),
  },
  { $id: "AnswerMetadata" },
);

const message = {
  id,
  conversation_id: id,
  workspace_id: id,
  role: words(["user", "ai"]),
  user_id: orNull(id),
  client_id: orNull(t.String()),
  reply_to: orNull(id),
  content: t.String(),
  status: words(["pending", "running", "done", "error"]),
  metadata: AnswerMetadata,
  created_at: time,
};

export const Message = named("Message", message);
/** The AI message, and with it both; or a person's alone that asks for no answer. */
export const Exchange = named("Exchange", { ...message, items: t.Array(Message) });

export const Device = named("Device", {
  id,
  provider: words(DEVICE_PROVIDERS),
  created_at: time,
  updated_at: time,
});
