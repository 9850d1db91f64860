import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { acceptFiles, DocumentList, sendFiles } from "./documents.js";
import { attempt, byId, el, keepUp } from "./dom.js";
import { Live } from "./live.js";
import { Look } from "./look.js";
import { Reader } from "./reader.js";

const WORKSPACE_KEY = "rag-engine.workspace";
const TITLE_LENGTH_MAX = 80;
const NEW_CONVERSATION = "New conversation";
/** What changes the list of conversations. */
const CONVERSATIONS_CHANGED = /^conversation\.(?:joined|left|deleted)$/;

/**
 * @typedef {{id: string, name?: string, title?: string}} Named
 * @typedef {import("./live.js").Frame} Frame
 */

/**
 * What is on the desk of someone signed in: a workspace, its documents, a conversation, all kept live. A list that
 * was asked for may be older than what has come of events, or of the user's hand, by the time it is there: it undoes
 * none of that.
 */
export class Desk {
  #api;
  #live;
  #workspaces = /** @type {HTMLSelectElement} */ (byId("workspace"));
  #conversations = /** @type {HTMLSelectElement} */ (byId("conversation"));
  #reader;
  #documents;
  #chat;
  #workspacesLook = new Look(() => this.#lookForWorkspaces());
  #conversationsLook = new Look(() => this.#lookForConversations());
  #documentsLook = new Look(() => this.#lookForDocuments());
  #messagesLook = new Look(() => this.#lookForMessages());
  /** What events tell while a list is asked for. @type {Set<Frame[]>} */ #hearing = new Set();
  /** Count what was made here: a list that was asked for before does not have it. */
  #workspacesMade = 0;
  #conversationsMade = 0;
  /** Whose conversations are listed. */
  #conversationsOf = "";
  /** New ones on their way, by workspace: what is asked meanwhile goes there too. @type {Map<string, Promise<string>>} */
  #starting = new Map();
  /** A citation is told by its document's slides or sheets. @type {Promise<unknown>} */
  #documentsKnown = Promise.resolve();
  /** Whoever is quicker than the first look over REST waits for it. @type {PromiseWithResolvers<void>} */
  #entered = Promise.withResolvers();

  /**
   * @param {string} token
   * @param {string} userId
   * @param {(sentence: string) => void} signOut called when the engine takes the token no more
   * @param {AbortSignal} signal ends with the session
   */
  constructor(token, userId, signOut, signal) {
    this.#api = new Api(token, signOut, signal);
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
      onReady: () => keepUp(() => this.#workspacesLook.again()),
      onState: showConnection,
      onExpired: () => signOut("The sign-in has expired."),
    });
    this.#listen(signal);
  }

  close() {
    this.#live.close();
    this.#reader.close();
    /** @type {HTMLDialogElement} */ (byId("name-dialog")).close();
    this.#documents.reset([]);
    this.#chat.reset([]);
  }

  get #path() {
    return `/api/workspaces/${this.#workspaces.value}`;
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    this.#workspaces.onchange = () => attempt(() => this.#enter());
    this.#conversations.onchange = () => attempt(() => this.#messagesLook.again());
    byId("new-workspace").onclick = () => attempt(() => this.#newWorkspace());
    byId("new-conversation").onclick = () => this.#newConversation();
    acceptFiles((files) => this.#upload(files), signal);
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

  /** Everything: at the start, and whenever events may have been missed. */
  async #lookForWorkspaces() {
    const made = this.#workspacesMade;
    /** @type {Named[]} */
    let workspaces = await this.#api.all("/api/workspaces");
    if (workspaces.length === 0) {
      workspaces = [await this.#api.post("/api/workspaces", { name: "My documents" })];
    }
    if (made !== this.#workspacesMade) return;
    const shown = this.#workspaces.value;
    fill(this.#workspaces, workspaces, shown || sessionStorage.getItem(WORKSPACE_KEY));
    if (this.#workspaces.value === shown) await this.#lookIntoWorkspace();
    else await this.#enter();
    this.#entered.resolve();
  }

  async #enter() {
    sessionStorage.setItem(WORKSPACE_KEY, this.#workspaces.value);
    this.#reader.close();
    this.#documents.reset([]);
    this.#chat.reset([]);
    // Nobody reads, or writes, in a conversation of the workspace before.
    fill(this.#conversations, [], undefined, NEW_CONVERSATION);
    this.#conversationsOf = "";
    await this.#lookIntoWorkspace();
  }

  async #lookIntoWorkspace() {
    const documents = this.#documentsLook.again();
    this.#documentsKnown = documents.catch(() => undefined);
    await Promise.all([documents, this.#conversationsLook.again()]);
    await this.#messagesLook.again();
  }

  async #newWorkspace() {
    const name = await askForName();
    if (!name) return;
    const { id } = await this.#api.post("/api/workspaces", { name });
    this.#workspacesMade++;
    this.#workspaces.prepend(el("option", { value: id }, name));
    this.#workspaces.value = id;
    await Promise.all([this.#enter(), this.#workspacesLook.again()]);
  }

  async #lookForDocuments() {
    const path = this.#path;
    const { items, heard } = await this.#hear(this.#api.all(`${path}/documents`));
    if (path !== this.#path) return;
    this.#documents.reset(items);
    for (const frame of heard) this.#tellDocuments(frame);
  }

  async #lookForMessages() {
    await this.#documentsKnown;
    const id = this.#conversations.value;
    const { items, heard } = await this.#hear(id ? this.#api.newestMessages(id) : []);
    if (id !== this.#conversations.value) return;
    this.#chat.reset(items);
    for (const frame of heard) this.#tellChat(frame);
  }

  /** Somebody was added to a conversation, or it is gone; what is being looked at stays if it can. */
  async #lookForConversations() {
    const [path, made] = [this.#path, this.#conversationsMade];
    const items = await this.#api.all(`${path}/conversations`);
    if (path !== this.#path || made !== this.#conversationsMade) return;
    const wanted = this.#conversations.value;
    const writesNew = wanted === "" && this.#conversationsOf === path;
    const offered = writesNew ? [{ id: "", title: NEW_CONVERSATION }, ...items] : items;
    fill(this.#conversations, offered, wanted, NEW_CONVERSATION);
    this.#conversationsOf = path;
    if (this.#conversations.value !== wanted) await this.#messagesLook.again();
  }

  /**
   * @template T
   * @param {T | Promise<T>} list
   * @returns what was asked for, and the events that were told meanwhile
   */
  async #hear(list) {
    /** @type {Frame[]} */
    const heard = [];
    this.#hearing.add(heard);
    try {
      return { items: await list, heard };
    } finally {
      this.#hearing.delete(heard);
    }
  }

  #newConversation() {
    if (this.#conversations.options[0]?.value !== "") {
      this.#conversations.prepend(el("option", { value: "" }, NEW_CONVERSATION));
    }
    this.#conversations.value = "";
    // A list that comes late does not choose another one.
    this.#conversationsOf = this.#path;
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
      await this.#documentsLook.again();
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
    this.#take({ type: "document.deleted", payload: { document_id: id } });
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
      const id = this.#conversations.value || (await this.#newOne(content));
      const path = `/api/conversations/${id}/messages`;
      const answer = await this.#api.post(path, { content }, { prefer: "respond-async" });
      for (const message of answer.items)
        this.#take({ type: "message.created", payload: { conversation_id: id, message } });
    } catch (error) {
      // What was typed is not lost with the request.
      if (question.value === "") question.value = content;
      throw error;
    }
  }

  /** @param {string} question the first that is asked in it */
  #newOne(question) {
    const path = this.#path;
    const starting =
      this.#starting.get(path) ??
      this.#startConversation(path, question).finally(() => this.#starting.delete(path));
    this.#starting.set(path, starting);
    return starting;
  }

  /**
   * @param {string} path
   * @param {string} question
   * @returns {Promise<string>}
   */
  async #startConversation(path, question) {
    const title = question.slice(0, TITLE_LENGTH_MAX);
    const { id } = await this.#api.post(`${path}/conversations`, { title });
    // Whoever has gone to another workspace meanwhile finds it when they come back.
    if (path !== this.#path) return id;
    this.#conversationsMade++;
    this.#conversations.prepend(el("option", { value: id }, title));
    this.#conversations.value = id;
    // Meanwhile a list may have come, and have shown the newest conversation.
    this.#chat.reset([]);
    await this.#conversationsLook.again();
    return id;
  }

  /** @param {Frame} frame */
  #take(frame) {
    const { type } = frame;
    for (const heard of this.#hearing) heard.push(frame);
    if (type === "resync_required" || type.startsWith("workspace."))
      keepUp(() => this.#workspacesLook.again());
    else if (CONVERSATIONS_CHANGED.test(type)) keepUp(() => this.#conversationsLook.again());
    this.#tellDocuments(frame);
    this.#tellChat(frame);
  }

  /** @param {Frame} frame */
  #tellDocuments({ type, payload }) {
    if (payload.workspace_id && payload.workspace_id !== this.#workspaces.value) return;
    if (type === "document.created") this.#documents.add(payload.document);
    else if (type === "document.deleted") this.#documents.remove(payload.document_id);
    else if (payload.document_id) this.#documents.take({ type, payload });
  }

  /** @param {Frame} frame */
  #tellChat({ type, payload }) {
    const { document_id, status } = payload;
    if (type === "document.deleted") this.#chat.lose(document_id);
    else if (type === "document.status_updated") {
      // Its text may be another now: the API knows which citations still hold.
      if (status === "ingested" && this.#chat.cites(document_id))
        keepUp(() => this.#messagesLook.again());
    } else if (payload.conversation_id === this.#conversations.value)
      this.#tellMessage(type, payload);
  }

  /**
   * @param {string} type
   * @param {Record<string, any>} payload
   */
  #tellMessage(type, payload) {
    if (type === "message.created") return this.#chat.put(payload.message);
    if (type === "message.deleted") return this.#chat.remove(payload.message_id);
    if (!type.startsWith("message.")) return;
    const known = this.#chat.get(payload.message_id);
    const { status, content, metadata } = payload;
    const settled = status === "done" || status === "error";
    // Large answers are not in the event but fetched.
    if (!known || (settled && (content === undefined || metadata === undefined))) {
      return keepUp(() => this.#messagesLook.again());
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
