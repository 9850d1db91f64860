import { RefusedError } from "./api.js";
import { attempt, byId, el, show, timeOf } from "./dom.js";
import { progressAfter, progressOfStatus } from "./progress.js";

/**
 * @typedef {{id: string, title: string, status: string, source_type?: string, page_unit?: string, created_at: string}} DocumentView
 * @typedef {object} DocumentActions
 * @property {(document: DocumentView) => Promise<void>} open
 * @property {(document: DocumentView) => Promise<void>} retry
 * @property {(document: DocumentView) => Promise<void>} remove
 * @property {(documentId: string) => Promise<string | undefined>} failureOf
 */

/** The list of documents. Each row is built once and then changed in place, so that focus stays where it is. */
export class DocumentList {
  #list = byId("documents");
  #actions;
  /** @type {Map<string, DocumentRow>} */ #rows = new Map();

  /** @param {DocumentActions} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  /** Shows exactly these, newest first. @param {DocumentView[]} documents */
  reset(documents) {
    const wanted = new Set(documents.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!wanted.has(id)) this.remove(id);
    for (const document of documents.toReversed()) this.add(document);
    for (const { id, status } of documents) {
      if (status === "error") void this.#explain(id);
    }
  }

  /** @param {DocumentView} document */
  add(document) {
    const known = this.#rows.get(document.id);
    if (known) return known.update(document);
    const row = new DocumentRow(document, this.#actions);
    this.#rows.set(document.id, row);
    this.#list.prepend(row.element);
    this.#count();
  }

  /** @param {string} id */
  remove(id) {
    this.#rows.get(id)?.element.remove();
    this.#rows.delete(id);
    this.#count();
  }

  /** What its pages are to people: "page", "slide". @param {string} id */
  unitOf(id) {
    return this.#rows.get(id)?.document.page_unit ?? "page";
  }

  /** Whether its text is shown as it is written: what looks like Markdown in it means something else. @param {string} id */
  isPlain(id) {
    return ["text", "json"].includes(this.#rows.get(id)?.document.source_type ?? "");
  }

  /** @param {import("./live.js").Frame} frame */
  take(frame) {
    const row = this.#rows.get(frame.payload.document_id);
    if (!row) return;
    const before = row.progress.label;
    row.take(frame);
    const after = row.progress.label;
    if (after === "Failed" && !row.progress.failure) void this.#explain(frame.payload.document_id);
    if (before !== after && (after === "Ready" || after === "Failed")) {
      byId("documents-news").textContent = `${row.document.title}: ${after.toLowerCase()}`;
    }
  }

  /** @param {string} id */
  async #explain(id) {
    const failure = await this.#actions.failureOf(id).catch(() => undefined);
    if (failure) this.#rows.get(id)?.fail(failure);
  }

  #count() {
    const count = this.#rows.size;
    show(byId("no-documents"), count === 0);
    byId("document-count").textContent = count > 0 ? String(count) : "";
  }
}

class DocumentRow {
  #title;
  #bar = /** @type {HTMLProgressElement} */ (el("progress", { max: "100" }));
  #state = el("span", { class: "state" });
  #failure = el("p", { class: "failure" });
  #retry;

  /**
   * @param {DocumentView} document
   * @param {DocumentActions} actions
   */
  constructor(document, actions) {
    this.document = document;
    this.progress = progressOfStatus(document.status);
    const act = (/** @type {(document: DocumentView) => Promise<void>} */ action) => () =>
      attempt(() => action(this.document));
    this.#title = el("button", { type: "button", class: "title", click: act(actions.open) });
    this.#retry = el("button", { type: "button", click: act(actions.retry) }, "Try again");
    const remove = el(
      "button",
      { type: "button", class: "plain", click: act(actions.remove) },
      "✕",
    );
    remove.setAttribute("aria-label", `Delete ${document.title}`);
    remove.title = "Delete";
    const head = el("div", { class: "row-head" }, this.#title, remove);
    const time = el("time", { class: "quiet", datetime: document.created_at });
    time.textContent = timeOf(document.created_at);
    const foot = el("div", { class: "row-foot" }, this.#state, this.#bar, this.#retry, time);
    this.element = el("li", {}, head, foot, this.#failure);
    this.#draw();
  }

  /** @param {DocumentView} document as REST tells it: how far a step has come stays as events told */
  update(document) {
    const settled = document.status === "ingested" || document.status === "error";
    const changed = document.status !== this.document.status;
    this.#know(document);
    if (settled || changed) {
      this.take({ type: "document.status_updated", payload: { status: document.status } });
    }
  }

  /** @param {DocumentView} document */
  #know(document) {
    this.document = document;
    this.#draw();
  }

  /** @param {import("./live.js").Frame} frame */
  take(frame) {
    const { status } = frame.payload;
    if (frame.type === "document.status_updated") this.document = { ...this.document, status };
    this.progress = progressAfter(this.progress, frame);
    this.#draw();
  }

  /** @param {string} failure */
  fail(failure) {
    if (this.progress.label !== "Failed") return;
    this.progress = { ...this.progress, failure };
    this.#draw();
  }

  #draw() {
    const { label, percent, failure } = this.progress;
    const busy = label !== "Ready" && label !== "Failed";
    this.#title.textContent = this.document.title;
    this.#title.title = this.document.title;
    this.#state.textContent = busy && percent > 0 ? `${label} ${percent} %` : label;
    this.#state.className = `state ${label.toLowerCase()}`;
    this.#bar.value = percent;
    this.#bar.setAttribute("aria-label", `Progress of ${this.document.title}`);
    show(this.#bar, busy);
    show(this.#retry, label === "Failed");
    this.#failure.textContent = failure ?? "";
    show(this.#failure, Boolean(failure));
  }
}

/**
 * Takes files by drop, by choice or by paste, anywhere on the page.
 * @param {(files: File[]) => Promise<void>} upload
 * @param {AbortSignal} signal when to take none any more
 */
export function acceptFiles(upload, signal) {
  const input = /** @type {HTMLInputElement} */ (byId("files"));
  const drop = byId("drop");
  const send = (/** @type {FileList | null | undefined} */ list) => {
    const files = [...(list ?? [])];
    if (files.length > 0) attempt(() => upload(files));
  };
  input.onchange = () => {
    send(input.files);
    input.value = "";
  };
  const dragOver = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  const dragLeave = (/** @type {DragEvent} */ event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  };
  const dropped = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    drop.classList.remove("over");
    send(event.dataTransfer?.files);
  };
  addEventListener("dragover", dragOver, { signal });
  addEventListener("dragleave", dragLeave, { signal });
  addEventListener("drop", dropped, { signal });
}

/** How a call says that it is a file's fault: empty or misnamed, too large, of a type that is not read. */
const FAULTS_OF_FILES = new Set([400, 413, 415]);

/** What the engine takes in one call is more, in number and in size. */
const FILES_AT_ONCE = 10;

/**
 * @typedef {(percent: number) => void} Progress
 * @typedef {(files: File[], onProgress: Progress) => Promise<unknown>} Send
 */

/**
 * Sends files, a few in one call, and goes on behind those that are refused.
 * @param {File[]} files
 * @param {Send} send
 */
export async function sendFiles(files, send) {
  const line = uploadLine(files);
  /** @type {string[]} */
  const refusals = [];
  try {
    for (let at = 0; at < files.length; at += FILES_AT_ONCE) {
      const some = files.slice(at, at + FILES_AT_ONCE);
      const sent = (/** @type {number} */ percent) =>
        line.progress((100 * at + percent * some.length) / files.length);
      refusals.push(...(await refusalsOf(some, (each) => send(each, sent))));
    }
  } finally {
    line.done();
  }
  if (refusals.length > 0) throw new Error(refusals.join("\n"));
}

/**
 * Sends files in one call, which takes all of them or none; where one of several is refused, each by itself.
 * @param {File[]} files
 * @param {(files: File[]) => Promise<unknown>} send
 * @returns {Promise<string[]>} why some are refused
 */
async function refusalsOf(files, send) {
  try {
    await send(files);
    return [];
  } catch (error) {
    if (!(error instanceof RefusedError) || !FAULTS_OF_FILES.has(error.status)) throw error;
    if (files.length === 1) return [error.message];
  }
  const refusals = [];
  for (const file of files) refusals.push(...(await refusalsOf([file], send)));
  return refusals;
}

/**
 * A line for an upload on its way.
 * @param {File[]} files
 */
function uploadLine(files) {
  const name = files.length === 1 ? (files[0]?.name ?? "") : `${files.length} files`;
  const label = `Sending ${name}`;
  const bar = /** @type {HTMLProgressElement} */ (
    el("progress", { max: "100", "aria-label": label })
  );
  const line = el("p", { class: "upload" }, el("span", {}, `${label} …`), bar);
  byId("uploads").append(line);
  return {
    /** @param {number} percent */
    progress: (percent) => void (bar.value = percent),
    done: () => line.remove(),
  };
}
