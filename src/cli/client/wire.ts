import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { AppError } from "../../error.ts";

/** The parts of the public API's answers that this client reads; other fields pass through untouched. */
export const workspaceSchema = Type.Object({ id: Type.String(), name: Type.String() });

const documentSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  status: Type.Union([
    Type.Literal("pending"),
    Type.Literal("parsed"),
    Type.Literal("ingested"),
    Type.Literal("error"),
  ]),
  page_unit: Type.Optional(Type.String()),
});

export const documentListSchema = Type.Object({
  items: Type.Array(documentSchema),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
});

export const documentDetailSchema = Type.Object({
  document: documentSchema,
  parse_job: Type.Union([
    Type.Null(),
    Type.Object({ error_message: Type.Union([Type.String(), Type.Null()]) }),
  ]),
});

export const uploadSchema = Type.Object({
  items: Type.Array(Type.Object({ document: documentSchema, file_id: Type.String() })),
});

export const rawTextSchema = Type.Object({ document_id: Type.String(), text: Type.String() });

export const conversationSchema = Type.Object({ id: Type.String() });

const citationSchema = Type.Object({
  document_id: Type.String(),
  document_title: Type.String(),
  segment_index: Type.Number(),
  page_idx: Type.Number(),
  start: Type.Number(),
  end: Type.Number(),
  snippet_preview: Type.String(),
});

const answerMetadataSchema = Type.Object({
  sections: Type.Optional(
    Type.Array(Type.Object({ text: Type.String(), citations: Type.Array(citationSchema) })),
  ),
  citations: Type.Optional(Type.Array(citationSchema)),
});

export const messageSchema = Type.Object({
  id: Type.String(),
  conversation_id: Type.String(),
  role: Type.Union([Type.Literal("user"), Type.Literal("ai")]),
  content: Type.String(),
  status: Type.Union([
    Type.Literal("pending"),
    Type.Literal("running"),
    Type.Literal("done"),
    Type.Literal("error"),
  ]),
  metadata: Type.Union([answerMetadataSchema, Type.Null()]),
});

export const messageListSchema = Type.Object({ items: Type.Array(messageSchema) });

const frameSchema = Type.Object({
  type: Type.String(),
  payload: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
});

export type WireDocument = Static<typeof documentSchema>;
export type WireMessage = Static<typeof messageSchema>;

/** A live event: `id` is the durable event's cursor, absent for an ephemeral one. */
export interface EventFrame {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/**
 * Takes a value from the network as what the contract says it is.
 * @throws AppError `unavailable` if it is something else: whoever answered is not this engine
 */
export function expectShape<S extends TSchema>(schema: S, value: unknown): Static<S> {
  if (Value.Check(schema, value)) return value;
  throw new AppError("unavailable", "The answer that came back is not one of a rag-engine.");
}

/** One WebSocket message as an event; undefined if it is none. */
export function parseFrame(data: unknown): EventFrame | undefined {
  if (typeof data !== "string") return undefined;
  const value = parseJson(data);
  if (!Value.Check(frameSchema, value)) return undefined;
  const { type, payload = {}, id } = value;
  return id === undefined ? { type, payload } : { type, payload, id: String(id) };
}

/** JSON or undefined; what is not JSON is for the caller to speak of. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
