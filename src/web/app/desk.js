import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { acceptFiles, DocumentList, sendFiles } from "./documents.js";
import { attempt, byId, el } from "./dom.js";
import { Live } from "./live.js";
import { Reader } from "./reader.js";

const WORKSPACE_KEY = "rag-engine.workspace";
const TITLE_LENGTH_MAX = 80;
const NEW_CONVERSATION = "New conversation";
/** What changes the list of conversations. */
const CONVERSATIONS_CHANGED = /^conversation\.(?:joined|left|deleted)$/;

/** @typedef {{id: string, name?: string, title?: string}} Named */

/** What is on the desk of someone signed in: a workspace, its documents, a conversation, all kept live. */
export class Desk {
  #api;
  #live;
  #workspaces = /** @type {HTMLSelectElement} */ (byId("workspace"));
  #conversations = /** @type {HTMLSelectElement} */ (byId("conversation"));
  #reader;
  #documents;
  #chat;
  /** Counts what was chosen, so that an answer that comes too late for it is dropped. */
  #choice = 0;
  /** Whoever is quicker than the first look over REST waits for it. @type {PromiseWithResolvers<void>} */
  #entered = Promise.withResolvers();
  #looking = Promise.resolve();
  /** @type {Promise<void> | undefined} */ #nextLook;

  /**
   * @param {string} token
   * @param {string} userId
   * @param {(sentence: string) => void} signOut called when the engine takes the token no more
   */
  constructor(token, userId, signOut) {
    this.#api = new Api(token, signOut);
    this.#reader = new Reader(
      (id) => this.#api.get(`${this.#path}/documents/${id}/raw-text`),
      (id, title) => attempt(() => this.#save(id, title)),
      (id) => this.#documents.unitOf(id),
      (id) => this.#documents.isPlain(id),
    );
    this.#documents = new DocumentList({
      open: ({ id, title }) => this.#reader.open(id, title),
      retry: ({ id }) => this.#retry(id),
      remove: (document) => this.#remove(document),
      failureOf: (id) => this.#failureOf(id),
    });
    this.#chat = new Chat(
      userId,
      (citation) =>
        attempt(() => this.#reader.open(citation.document_id, citation.document_title, citation)),
      (id) => this.#documents.unitOf(id),
    );
    this.#live = new Live(token, {
      onEvent: (frame) => this.#take(frame),
      onReady: () => attempt(() => this.#reload()),
      onState: showConnection,
      onExpired: () => signOut("The sign-in has expired."),
    });
    this.#listen();
  }

  close() {
    this.#live.close();
    this.#reader.close();
    this.#documents.reset([]);
    this.#chat.reset([]);
  }

  get #path() {
    return `/api/workspaces/${this.#workspaces.value}`;
  }

  #listen() {
    this.#workspaces.onchange = () => attempt(() => this.#enter());
    this.#conversations.onchange = () => attempt(() => this.#loadMessages());
    byId("new-workspace").onclick = () => attempt(() => this.#newWorkspace());
    byId("new-conversation").onclick = () => this.#newConversation();
    acceptFiles((files) => this.#upload(files));
    const question = /** @type {HTMLTextAreaElement} */ (byId("question"));
    byId("ask").onsubmit = (event) => {
      event.preventDefault();
      attempt(() => this.#ask(question));
    };
    question.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      attempt(() => this.#ask(question));
    };
  }

  /**
   * Everything over REST: at the start, and whenever events may have been missed. One look at a time: who asks
   * meanwhile is served by the next, and two never make the first workspace of one user.
   */
  #reload() {
    this.#nextLook ??= this.#looking.then(() => {
      this.#nextLook = undefined;
      const look = this.#look();
      this.#looking = look.catch(() => undefined);
      return look;
    });
    return this.#nextLook;
  }

  async #look() {
    /** @type {Named[]} */
    let workspaces = await this.#api.all("/api/workspaces");
    if (workspaces.length === 0) {
      workspaces = [await this.#api.post("/api/workspaces", { name: "My documents" })];
    }
    const wanted = this.#workspaces.value || sessionStorage.getItem(WORKSPACE_KEY);
    const stays = workspaces.some(({ id }) => id === wanted) && this.#workspaces.value === wanted;
    fill(this.#workspaces, workspaces, wanted);
    if (stays) await Promise.all([this.#loadDocuments(), this.#loadMessages()]);
    else await this.#enter();
    this.#entered.resolve();
  }

  async #enter() {
    sessionStorage.setItem(WORKSPACE_KEY, this.#workspaces.value);
    this.#documents.reset([]);
    this.#chat.reset([]);
    // Nobody reads, or writes, in a conversation of the workspace before.
    fill(this.#conversations, [], undefined, NEW_CONVERSATION);
    const choice = ++this.#choice;
    const documents = this.#loadDocuments();
    const items = await this.#api.all(`${this.#path}/conversations`);
    if (choice !== this.#choice) return;
    fill(this.#conversations, items, undefined, NEW_CONVERSATION);
    // A citation is told by its document's slides or sheets.
    await documents;
    await this.#loadMessages();
  }

  async #newWorkspace() {
    const name = await askForName();
    if (!name) return;
    const workspace = await this.#api.post("/api/workspaces", { name });
    fill(this.#workspaces, await this.#api.all("/api/workspaces"), workspace.id);
    await this.#enter();
  }

  async #loadDocuments() {
    const path = this.#path;
    const askedAt = performance.now();
    const items = await this.#api.all(`${path}/documents`);
    if (path === this.#path) this.#documents.reset(items, askedAt);
  }

  async #loadMessages() {
    const id = this.#conversations.value;
    const items = id ? await this.#api.newestMessages(id) : [];
    if (id === this.#conversations.value) this.#chat.reset(items);
  }

  /** Somebody was added to a conversation, or it is gone; what is being looked at stays if it can. */
  async #loadConversations() {
    const choice = this.#choice;
    const items = await this.#api.all(`${this.#path}/conversations`);
    if (choice !== this.#choice) return;
    const wanted = this.#conversations.value;
    const offered = wanted === "" ? [{ id: "", title: NEW_CONVERSATION }, ...items] : items;
    fill(this.#conversations, offered, wanted, NEW_CONVERSATION);
    if (this.#conversations.value !== wanted) await this.#loadMessages();
  }

  #newConversation() {
    if (this.#conversations.options[0]?.value !== "") {
      this.#conversations.prepend(el("option", { value: "" }, NEW_CONVERSATION));
    }
    this.#conversations.value = "";
    this.#chat.reset([]);
    byId("question").focus();
  }

  /** @param {File[]} files */
  async #upload(files) {
    await this.#entered.promise;
    const path = `${this.#path}/documents/upload`;
    try {
      await sendFiles(files, (some, progress) => this.#api.upload(path, some, progress));
    } finally {
      await this.#loadDocuments();
    }
  }

  /** @param {string} id */
  async #retry(id) {
    await this.#api.post(`${this.#path}/documents/${id}/reprocess`, {});
  }

  /** @param {import("./documents.js").DocumentView} document */
  async #remove({ id, title }) {
    if (!confirm(`Delete “${title}”? Its text and index go with it.`)) return;
    await this.#api.remove(`${this.#path}/documents/${id}`);
    this.#lose(id);
  }

  /** @param {string} id */
  async #failureOf(id) {
    const { parse_job: job } = await this.#api.get(`${this.#path}/documents/${id}`);
    return job?.error_message ?? undefined;
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  async #save(id, title) {
    const url = URL.createObjectURL(await this.#api.bytes(`${this.#path}/documents/${id}/file`));
    el("a", { href: url, download: title }).click();
    URL.revokeObjectURL(url);
  }

  /** @param {HTMLTextAreaElement} question */
  async #ask(question) {
    const content = question.value.trim();
    if (content === "") return;
    question.value = "";
    try {
      await this.#entered.promise;
      const id = this.#conversations.value || (await this.#startConversation(content));
      const path = `/api/conversations/${id}/messages`;
      const answer = await this.#api.post(path, { content }, { prefer: "respond-async" });
      if (id === this.#conversations.value) for (const item of answer.items) this.#chat.put(item);
    } catch (error) {
      // What was typed is not lost with the request.
      if (question.value === "") question.value = content;
      throw error;
    }
  }

  /** @param {string} question */
  async #startConversation(question) {
    const title = question.slice(0, TITLE_LENGTH_MAX);
    const { id } = await this.#api.post(`${this.#path}/conversations`, { title });
    fill(this.#conversations, await this.#api.all(`${this.#path}/conversations`), id);
    return id;
  }

  /** @param {import("./live.js").Frame} frame */
  #take({ type, payload }) {
    if (type === "resync_required" || type.startsWith("workspace."))
      return attempt(() => this.#reload());
    const elsewhere = payload.workspace_id && payload.workspace_id !== this.#workspaces.value;
    if (elsewhere) return;
    if (type === "document.created") this.#documents.add(payload.document);
    else if (type === "document.deleted") this.#lose(payload.document_id);
    else if (CONVERSATIONS_CHANGED.test(type)) attempt(() => this.#loadConversations());
    else if (type.startsWith("message.")) this.#takeMessage(type, payload);
    else if (payload.document_id) {
      this.#documents.take({ type, payload });
      if (type === "document.status_updated") this.#reconsider(payload);
    }
  }

  /** @param {string} documentId */
  #lose(documentId) {
    this.#documents.remove(documentId);
    this.#chat.lose(documentId);
  }

  /** Its text may be another now: the API knows which citations still hold. @param {Record<string, any>} payload */
  #reconsider({ document_id, status }) {
    if (status === "ingested" && this.#chat.cites(document_id)) attempt(() => this.#loadMessages());
  }

  /**
   * @param {string} type
   * @param {Record<string, any>} payload
   */
  #takeMessage(type, payload) {
    if (payload.conversation_id !== this.#conversations.value) return;
    if (type === "message.created") return this.#chat.put(payload.message);
    if (type === "message.deleted") return this.#chat.remove(payload.message_id);
    const known = this.#chat.get(payload.message_id);
    const { status, content, metadata } = payload;
    const settled = status === "done" || status === "error";
    // Large answers are not in the event but fetched.
    if (!known || (settled && (content === undefined || metadata === undefined))) {
      return attempt(() => this.#loadMessages());
    }
    const changed = { ...known, status, content: content ?? known.content };
    this.#chat.put({ ...changed, metadata: metadata ?? known.metadata });
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {Named[]} items
 * @param {string | null} [wanted]
 * @param {string} [otherwise] what an empty list offers
 */
function fill(select, items, wanted, otherwise) {
  const options = items.map(({ id, name, title }) =>
    el("option", { value: id }, name ?? title ?? id),
  );
  if (options.length === 0 && otherwise) options.push(el("option", { value: "" }, otherwise));
  select.replaceChildren(...options);
  if (wanted && items.some(({ id }) => id === wanted)) select.value = wanted;
}

/** @returns {Promise<string | undefined>} */
function askForName() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("name-dialog"));
  const input = /** @type {HTMLInputElement} */ (byId("name"));
  input.value = "";
  dialog.returnValue = "";
  byId("name-cancel").onclick = () => dialog.close();
  byId("name-form").onsubmit = () => void (dialog.returnValue = "create");
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () =>
      resolve(dialog.returnValue === "create" ? input.value.trim() || undefined : undefined);
  });
}

/** @param {boolean} connected */
function showConnection(connected) {
  byId("connection").textContent = connected ? "Live" : "Reconnecting …";
  byId("connection").classList.toggle("lost", !connected);
}
