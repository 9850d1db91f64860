import type { Static, TSchema } from "@sinclair/typebox";
import { basename } from "node:path";
import { AppError, messageOf } from "../../error.ts";
import {
  conversationSchema,
  documentDetailSchema,
  documentListSchema,
  expectShape,
  messageListSchema,
  messageSchema,
  parseJson,
  rawTextSchema,
  uploadSchema,
  type WireDocument,
  type WireMessage,
  workspaceSchema,
} from "./wire.ts";

const REQUEST_TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 15 * 60_000;
/** The most that a list gives at once. */
const LIST_LIMIT = 200;
const DOCUMENT_PAGES_MAX = 50;

/** Where an engine answers, and the token that signs the caller in. */
export interface EngineAddress {
  readonly url: string;
  readonly token: string;
}

/** The engine understood the request and refused it; the message is its own sentence. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

interface Call<S extends TSchema> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly schema?: S;
  readonly json?: unknown;
  readonly form?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * The public REST API as any client sees it. Every method throws `RefusedError` with the engine's sentence when it
 * says no, `AppError` `unavailable` when it cannot be reached, and the signal's reason when the caller gives up.
 */
export class EngineClient {
  readonly #address: EngineAddress;
  readonly #signal: AbortSignal | undefined;

  constructor(address: EngineAddress, signal?: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /** The same engine for one who must still be heard after giving up, such as to clean up behind himself. */
  withoutSignal(): EngineClient {
    return new EngineClient(this.#address);
  }

  async createWorkspace(name: string): Promise<string> {
    const path = "/api/workspaces";
    return (await this.#call({ method: "POST", path, json: { name }, schema: workspaceSchema })).id;
  }

  async deleteWorkspace(workspaceId: string): Promise<void> {
    await this.#send({ method: "DELETE", path: `/api/workspaces/${workspaceId}` });
  }

  /** Sends files from disk in one request: the engine takes all of them or none. In the order given. */
  async upload(workspaceId: string, paths: readonly string[]): Promise<WireDocument[]> {
    const form = new FormData();
    for (const path of paths) form.append("files", Bun.file(path), basename(path));
    const { items } = await this.#call({
      method: "POST",
      path: `/api/workspaces/${workspaceId}/documents/upload`,
      form,
      schema: uploadSchema,
      timeoutMs: UPLOAD_TIMEOUT_MS,
    });
    return items.map((item) => item.document);
  }

  /** The newest, `DOCUMENT_PAGES_MAX` pages of them. */
  async documents(workspaceId: string): Promise<WireDocument[]> {
    const documents: WireDocument[] = [];
    let cursor: string | null = "";
    for (let page = 0; page < DOCUMENT_PAGES_MAX && cursor !== null; page++) {
      const behind: string = cursor && `&cursor=${cursor}`;
      const path = `/api/workspaces/${workspaceId}/documents?limit=${LIST_LIMIT}${behind}`;
      const { items, next_cursor } = await this.#call({
        method: "GET",
        path,
        schema: documentListSchema,
      });
      documents.push(...items);
      cursor = next_cursor;
    }
    return documents;
  }

  /** Why a document could not be read, in one sentence; undefined if nothing is known. */
  async failureOf(workspaceId: string, documentId: string): Promise<string | undefined> {
    const path = `/api/workspaces/${workspaceId}/documents/${documentId}`;
    const { parse_job } = await this.#call({ method: "GET", path, schema: documentDetailSchema });
    return parse_job?.error_message ?? undefined;
  }

  /** The text that a citation's `start` and `end` point into. */
  async rawText(workspaceId: string, documentId: string): Promise<string> {
    const path = `/api/workspaces/${workspaceId}/documents/${documentId}/raw-text`;
    return (await this.#call({ method: "GET", path, schema: rawTextSchema })).text;
  }

  async createConversation(workspaceId: string, title: string): Promise<string> {
    const path = `/api/workspaces/${workspaceId}/conversations`;
    return (await this.#call({ method: "POST", path, json: { title }, schema: conversationSchema }))
      .id;
  }

  /** Asks and returns at once with the AI message, most likely still pending. */
  ask(conversationId: string, content: string): Promise<WireMessage> {
    return this.#call({
      method: "POST",
      path: `/api/conversations/${conversationId}/messages`,
      json: { content },
      headers: { prefer: "respond-async" },
      schema: messageSchema,
    });
  }

  /** The newest, newest first. */
  async messages(conversationId: string): Promise<WireMessage[]> {
    const path = `/api/conversations/${conversationId}/messages?order=desc`;
    return (await this.#call({ method: "GET", path, schema: messageListSchema })).items;
  }

  async #call<S extends TSchema>(call: Call<S> & { schema: S }): Promise<Static<S>> {
    return expectShape(call.schema, parseJson(await this.#send(call)));
  }

  async #send(call: Call<TSchema>): Promise<string> {
    const response = await this.#fetch(call);
    const text = await response.text();
    if (response.ok) return text;
    throw new RefusedError(response.status, refusalOf(text, response.status));
  }

  async #fetch(call: Call<TSchema>): Promise<Response> {
    const { url, token } = this.#address;
    const headers = new Headers({ authorization: `Bearer ${token}`, ...call.headers });
    if (call.json !== undefined) headers.set("content-type", "application/json");
    const body = call.json === undefined ? (call.form ?? null) : JSON.stringify(call.json);
    const signal = this.#limit(call.timeoutMs ?? REQUEST_TIMEOUT_MS);
    try {
      return await fetch(new URL(call.path, url), { method: call.method, headers, body, signal });
    } catch (error) {
      this.#signal?.throwIfAborted();
      const sentence = `The engine at ${url} does not answer (${messageOf(error)}).`;
      throw new AppError("unavailable", sentence, { cause: error });
    }
  }

  #limit(timeoutMs: number): AbortSignal {
    const timeout = AbortSignal.timeout(timeoutMs);
    return this.#signal ? AbortSignal.any([this.#signal, timeout]) : timeout;
  }
}

function refusalOf(body: string, status: number): string {
  const value = parseJson(body);
  const told = typeof value === "object" && value !== null && "detail" in value;
  if (told && typeof value.detail === "string") return value.detail;
  return `The engine answered with HTTP status ${status}.`;
}
