import { eventually } from "./eventually.ts";
import { LiveSocket } from "./live-socket.ts";

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Document {
  readonly id: string;
  readonly title: string;
  readonly status: "pending" | "parsed" | "ingested" | "error";
  readonly source_type: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ParseJob {
  readonly id: string;
  readonly status: "queued" | "running" | "success" | "failed";
  readonly error_message: string | null;
  readonly retry_count: number;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface RawText {
  readonly document_id: string;
  readonly workspace_id: string;
  readonly status: string;
  readonly text: string;
  readonly segments: readonly {
    segment_index: number;
    page_idx: number | null;
    start: number;
    end: number;
  }[];
}

export interface Conversation {
  readonly id: string;
  readonly workspace_id: string;
  readonly user_id: string;
  readonly title: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_message_at: string | null;
  readonly unread_count: number;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
  readonly as_of: string;
}

export interface Citation {
  readonly document_id: string;
  readonly document_title: string;
  readonly segment_index: number;
  readonly page_idx: number | null;
  readonly start: number;
  readonly end: number;
  readonly snippet_preview: string;
  readonly gone?: true;
}

/** A segment that a search found. */
export interface FoundSegment extends Citation {
  readonly score: number;
  readonly text: string;
}

export interface Found {
  readonly items: readonly FoundSegment[];
  readonly metadata: {
    readonly method: string;
    readonly reranked?: true;
    readonly degraded?: string;
  };
}

export interface Message {
  readonly id: string;
  readonly conversation_id: string;
  readonly workspace_id: string;
  readonly role: "user" | "ai";
  readonly user_id: string | null;
  readonly client_id: string | null;
  readonly reply_to: string | null;
  readonly content: string;
  readonly status: "pending" | "running" | "done" | "error";
  readonly metadata: {
    readonly sections?: readonly { text: string; citations: readonly Citation[] }[];
    readonly citations?: readonly Citation[];
  } | null;
  readonly created_at: string;
}

/** The answer to a posted message: the AI message, and both messages of the exchange. */
export interface Exchange extends Message {
  readonly items: readonly [Message, Message];
}

export interface Upload {
  readonly items: readonly { document: Document; file_id: string }[];
}

export interface ErrorBody {
  readonly detail: string;
  readonly code: string;
}

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

interface CallOptions {
  readonly json?: unknown;
  /** Sent as it is, instead of `json`. */
  readonly raw?: string | FormData | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A file as a browser's form would send it. */
export interface UploadFile {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly type?: string;
}

/** The engine as a frontend sees it: one signed-in user. */
export class Client {
  readonly #sockets: LiveSocket[] = [];

  constructor(
    readonly url: string,
    readonly token: string | undefined,
    /** The user's id, the `sub` of the token. */
    readonly userId: string = "",
  ) {}

  /** One call; any status is an answer. The body is parsed where it is JSON, else it is text. */
  async call<T = unknown>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Reply<T>> {
    const response = await this.fetch(method, path, options);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    const body = (isJson ? JSON.parse(text) : text) as T;
    return { status: response.status, headers: response.headers, body };
  }

  /** The bare response, for bodies that are files. */
  fetch(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (this.token !== undefined && !headers.has("authorization"))
      headers.set("authorization", `Bearer ${this.token}`);
    if (options.json !== undefined) headers.set("content-type", "application/json");
    const body = options.raw ?? (options.json === undefined ? null : JSON.stringify(options.json));
    return fetch(this.url + path, { method, headers, body });
  }

  /** As `call`, where nothing but one status will do. */
  async expect<T>(status: number, method: string, path: string, options?: CallOptions): Promise<T> {
    const reply = await this.call<T>(method, path, options);
    if (reply.status === status) return reply.body;
    const said = JSON.stringify(reply.body);
    throw new Error(`${method} ${path} answered ${reply.status}, not ${status}: ${said}`);
  }

  createWorkspace(name = "Workspace"): Promise<Workspace> {
    return this.expect(200, "POST", "/api/workspaces", { json: { name } });
  }

  createConversation(workspaceId: string, title = "Conversation"): Promise<Conversation> {
    const path = `/api/workspaces/${workspaceId}/conversations`;
    return this.expect(200, "POST", path, { json: { title } });
  }

  upload(workspaceId: string, ...files: UploadFile[]): Promise<Upload> {
    return this.expect(200, "POST", uploadPath(workspaceId), { raw: formOf(files) });
  }

  tryUpload(workspaceId: string, ...files: UploadFile[]): Promise<Reply<unknown>> {
    return this.call("POST", uploadPath(workspaceId), { raw: formOf(files) });
  }

  documents(workspaceId: string): Promise<readonly Document[]> {
    return this.all(`/api/workspaces/${workspaceId}/documents`);
  }

  /** All items of a list, page after page. */
  async all<T>(path: string): Promise<readonly T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const behind: string = cursor && `&cursor=${cursor}`;
      const page: Page<T> = await this.expect(200, "GET", `${path}?limit=200${behind}`);
      items.push(...page.items);
      cursor = page.next_cursor;
    }
    return items;
  }

  document(
    workspaceId: string,
    documentId: string,
  ): Promise<{ document: Document; parse_job: ParseJob | null }> {
    return this.expect(200, "GET", `/api/workspaces/${workspaceId}/documents/${documentId}`);
  }

  rawText(workspaceId: string, documentId: string): Promise<RawText> {
    return this.expect(
      200,
      "GET",
      `/api/workspaces/${workspaceId}/documents/${documentId}/raw-text`,
    );
  }

  search(
    workspaceId: string,
    query: string,
    options: { readonly limit?: number; readonly document_ids?: readonly string[] } = {},
  ): Promise<Found> {
    const path = `/api/workspaces/${workspaceId}/search`;
    return this.expect(200, "POST", path, { json: { query, ...options } });
  }

  messages(conversationId: string): Promise<readonly Message[]> {
    return this.all(`/api/conversations/${conversationId}/messages`);
  }

  /** Asks and waits for the answer: as the call does by default, and beyond that where the machine is busy. */
  async ask(conversationId: string, content: string): Promise<Exchange> {
    const path = `/api/conversations/${conversationId}/messages`;
    const reply = await this.call<Exchange>("POST", path, { json: { content } });
    if (reply.status === 200) return reply.body;
    if (reply.status !== 202)
      throw new Error(`The question was answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    const [asked, { id }] = reply.body.items;
    const answer = await eventually(async () => {
      const found = (await this.messages(conversationId)).find((message) => message.id === id);
      return found && ["done", "error"].includes(found.status) && found;
    });
    return { ...answer, items: [asked, answer] };
  }

  /** Opens `/ws`; resolves when its first frame has come. */
  async connect(options: { since?: string } = {}): Promise<LiveSocket> {
    const socket = LiveSocket.open(socketUrl(this.url, this.token, options.since));
    this.#sockets.push(socket);
    await socket.frame(() => true);
    return socket;
  }

  /** Closes every socket it opened. */
  async leave(): Promise<void> {
    await Promise.all(this.#sockets.splice(0).map((socket) => socket.close()));
  }
}

/** The address of `/ws` for a token, with the cursor to replay from. */
export function socketUrl(url: string, token: string | undefined, since?: string): string {
  const address = new URL("/ws", url.replace(/^http/, "ws"));
  if (token !== undefined) address.searchParams.set("token", token);
  if (since !== undefined) address.searchParams.set("since", since);
  return address.href;
}

/** A form with one part named `files` for each file. */
export function formOf(files: readonly UploadFile[]): FormData {
  const form = new FormData();
  for (const { name, content, type } of files) {
    const blob = new Blob([content], { type: type ?? "application/octet-stream" });
    form.append("files", blob, name);
  }
  return form;
}

function uploadPath(workspaceId: string): string {
  return `/api/workspaces/${workspaceId}/documents/upload`;
}
