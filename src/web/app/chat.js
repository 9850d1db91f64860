import { byId, el, show } from "./dom.js";
import { emphasised, quotation } from "./page-text.js";

/**
 * @typedef {import("./reader.js").Citation} Citation
 * @typedef {{id: string, role: string, content: string, status: string, created_at: string,
 *   user_id: string | null, metadata: {citations?: Citation[], question?: string} | null}} MessageView
 */

const GONE = "no longer there";
const TABLE_ROW = /^\|(.*)\|((?:\s*\[\d{1,3}\])*)\s*$/;
const TABLE_RULE = /^\|(?: ?:?-{3,}:? ?\|)+\s*$/;

/** Questions and answers, oldest first. A message is built anew only when it has changed. */
export class Chat {
  #list = byId("messages");
  #userId;
  #open;
  #unitOf;
  /** @type {Map<string, {message: MessageView, element: HTMLElement}>} */ #shown = new Map();
  #card = new CitationCard();

  /**
   * @param {string} userId who looks at it
   * @param {(citation: Citation) => void} open shows a citation in its document
   * @param {(documentId: string) => string} unitOf what a document's pages are to people
   */
  constructor(userId, open, unitOf) {
    this.#userId = userId;
    this.#open = open;
    this.#unitOf = unitOf;
    this.reset([]);
  }

  /** Shows exactly these. @param {MessageView[]} messages */
  reset(messages) {
    const wanted = new Set(messages.map(({ id }) => id));
    for (const id of this.#shown.keys()) if (!wanted.has(id)) this.remove(id);
    for (const message of messages) this.put(message);
    this.#hint();
  }

  /** @param {string} id */
  remove(id) {
    this.#shown.get(id)?.element.remove();
    this.#shown.delete(id);
    this.#hint();
  }

  /** @param {MessageView} message new, or with something new about it */
  put(message) {
    const known = this.#shown.get(message.id);
    // A list that was asked for before the answer came may come after it.
    if (known && isSettled(known.message) && !isSettled(message)) return;
    if (known && JSON.stringify(known.message) === JSON.stringify(message)) return;
    const element = this.#element(message);
    element.dataset["place"] = `${message.created_at} ${message.id}`;
    if (known) known.element.replaceWith(element);
    else this.#insert(element);
    this.#shown.set(message.id, { message, element });
    this.#hint();
    this.#reveal(element);
  }

  /** In the order of the API: what is told at almost the same moment may be told in another. @param {HTMLElement} element */
  #insert(element) {
    const place = element.dataset["place"] ?? "";
    let before = this.#list.lastElementChild;
    while (before instanceof HTMLElement && (before.dataset["place"] ?? "") > place)
      before = before.previousElementSibling;
    if (before) before.after(element);
    else this.#list.prepend(element);
  }

  /** Scrolls the list alone, never the page; of a long answer its beginning. @param {HTMLElement} element */
  #reveal(element) {
    const list = this.#list;
    const top = element.offsetTop - list.offsetTop;
    list.scrollTop = element.offsetHeight > list.clientHeight ? top : list.scrollHeight;
  }

  /** Whether an answer that is shown cites a document. @param {string} documentId */
  cites(documentId) {
    return [...this.#shown.values()].some(({ message }) =>
      message.metadata?.citations?.some(
        ({ document_id, gone }) => document_id === documentId && !gone,
      ),
    );
  }

  /** A document was deleted: its citations lead nowhere from now on. @param {string} documentId */
  lose(documentId) {
    for (const { message } of this.#shown.values()) {
      const citations = message.metadata?.citations?.map((citation) =>
        citation.document_id === documentId ? { ...citation, gone: true } : citation,
      );
      if (citations) this.put({ ...message, metadata: { ...message.metadata, citations } });
    }
  }

  /** @param {string} id */
  get(id) {
    return this.#shown.get(id)?.message;
  }

  #hint() {
    this.#list.querySelector(".empty")?.remove();
    if (this.#shown.size > 0) return;
    const hint =
      "An answer quotes your documents, and every quotation opens the page it stands on.";
    this.#list.append(el("p", { class: "empty quiet" }, hint));
  }

  /** @param {MessageView} message */
  #element(message) {
    if (message.role === "user") {
      const said = el("p", { class: "said", dir: "auto" }, message.content);
      const own = message.user_id === this.#userId;
      const who = own ? "You asked" : `Member ${message.user_id?.slice(0, 8)} wrote`;
      const whose = own ? "message user" : "message user other";
      const article = el("article", { class: whose, "aria-label": who }, said);
      if (!own) article.prepend(el("p", { class: "quiet", "aria-hidden": "true" }, who));
      return article;
    }
    const article = el("article", {
      class: `message ai ${message.status}`,
      "aria-label": "Answer",
    });
    if (message.status === "done") article.append(...this.#answer(message));
    else if (message.status === "error")
      article.append(el("p", { class: "failure" }, message.content));
    else article.append(el("p", { class: "thinking" }, "Looking through your documents"));
    return article;
  }

  /** @param {MessageView} message */
  #answer(message) {
    const citations = message.metadata?.citations ?? [];
    const text = el("div", { class: "said", dir: "auto" });
    for (const part of tablesApart(message.content)) {
      if (typeof part === "string") text.append(...this.#said(part, citations));
      else text.append(this.#table(part, citations));
    }
    const meaning = message.metadata?.question;
    const said = meaning
      ? [el("p", { class: "quiet", dir: "auto" }, `Understood as “${meaning}”`), text]
      : [text];
    if (citations.length === 0) return said;
    const sources = citations.map((citation, index) => this.#source(index + 1, citation));
    return [...said, el("ol", { class: "sources", "aria-label": "Sources" }, ...sources)];
  }

  /**
   * Text with the markers of its citations.
   * @param {string} text
   * @param {Citation[]} citations
   */
  #said(text, citations) {
    // Every odd part is what the brackets hold: a citation's number, counted from 1. Those of code follow a name.
    const parts = text.split(/(?<=\s(?:\[\d{1,3}\]){0,9})\[(\d{1,3})\]/);
    return parts.flatMap((part, index) => {
      const citation = index % 2 === 1 ? citations[Number(part) - 1] : undefined;
      if (citation) return this.#marker(Number(part), citation);
      return index % 2 === 1 ? `[${part}]` : emphasised(part);
    });
  }

  /**
   * @param {TableRow[]} rows the names of its columns first, where there are more
   * @param {Citation[]} citations
   */
  #table(rows, citations) {
    const elements = rows.map(({ cells, markers }, index) => {
      const tag = index === 0 && rows.length > 1 ? "th" : "td";
      const row = el(
        "tr",
        {},
        ...cells.map((cell) => el(tag, { dir: "auto" }, ...emphasised(cell))),
      );
      row.lastElementChild?.append(...this.#said(markers, citations));
      return row;
    });
    return el("div", { class: "page-table" }, el("table", {}, ...elements));
  }

  /** @param {Citation} citation */
  #placeOf({ document_id, page_idx }) {
    return `${this.#unitOf(document_id)} ${page_idx + 1}`;
  }

  /**
   * @param {number} number
   * @param {Citation} citation
   */
  #marker(number, citation) {
    const label = `Source ${number}: ${citation.document_title}, ${this.#placeOf(citation)}`;
    if (citation.gone) {
      const properties = {
        class: "cite gone",
        role: "note",
        title: GONE,
        "aria-label": `${label}, ${GONE}`,
      };
      return el("span", properties, String(number));
    }
    const click = () => this.#open(citation);
    const properties = { type: "button", class: "cite", "aria-label": label, click };
    const marker = el("button", properties, String(number));
    this.#card.attach(marker, citation, this.#placeOf(citation));
    return marker;
  }

  /**
   * @param {number} number
   * @param {Citation} citation
   */
  #source(number, citation) {
    const { gone = false } = citation;
    const where = el("span", { class: "where" });
    where.append(
      el("span", { class: gone ? "cite gone" : "cite", "aria-hidden": "true" }, String(number)),
      el("strong", {}, citation.document_title),
      " ",
      el("span", { class: "page-number" }, this.#placeOf(citation)),
    );
    const quote = el("q", { dir: "auto" }, quotation(citation.snippet_preview));
    if (gone) {
      where.append(" ", el("span", { class: "gone-note" }, GONE));
      return el("li", {}, el("div", { class: "source gone" }, where, quote));
    }
    const click = () => this.#open(citation);
    return el("li", {}, el("button", { type: "button", class: "source", click }, where, quote));
  }
}

/** @typedef {{cells: string[], markers: string}} TableRow a row of a Markdown table, and the markers behind it */

/**
 * An answer's lines of text, and the tables between them.
 * @param {string} content
 * @returns {(string | TableRow[])[]}
 */
function tablesApart(content) {
  /** @type {(string | TableRow[])[]} */
  const parts = [];
  for (const line of content.split("\n")) {
    if (TABLE_RULE.test(line)) continue;
    const [row, inner = "", markers = ""] = TABLE_ROW.exec(line) ?? [];
    const last = parts.at(-1);
    if (row === undefined) {
      if (typeof last === "string") parts[parts.length - 1] = `${last}\n${line}`;
      else parts.push(line);
    } else {
      const cells = inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
      if (Array.isArray(last)) last.push({ cells, markers });
      else parts.push([{ cells, markers }]);
    }
  }
  return parts.filter((part) => part !== "");
}

/** @param {MessageView} message */
function isSettled({ status }) {
  return status === "done" || status === "error";
}

/** What a citation quotes, beside its marker, on hover and on focus. */
class CitationCard {
  #card = byId("card");

  constructor() {
    addEventListener("scroll", () => this.#hide(), { capture: true, passive: true });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#hide();
    });
  }

  /**
   * @param {HTMLElement} marker
   * @param {Citation} citation
   * @param {string} place
   */
  attach(marker, citation, place) {
    marker.setAttribute("aria-describedby", "card");
    for (const event of ["mouseenter", "focus"]) {
      marker.addEventListener(event, () => this.#show(marker, citation, place));
    }
    for (const event of ["mouseleave", "blur", "click"]) {
      marker.addEventListener(event, () => this.#hide());
    }
  }

  #hide() {
    show(this.#card, false);
  }

  /**
   * @param {HTMLElement} marker
   * @param {Citation} citation
   * @param {string} place
   */
  #show(marker, citation, place) {
    this.#card.replaceChildren(
      el("strong", {}, citation.document_title),
      el("span", { class: "quiet" }, ` ${place}`),
      el("q", { dir: "auto" }, quotation(citation.snippet_preview)),
    );
    show(this.#card, true);
    const at = marker.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#card;
    const above = at.top - height - 8;
    this.#card.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - width - 8))}px`;
    this.#card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  }
}
