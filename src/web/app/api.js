/** The engine said no; the message is its own sentence. */
export class RefusedError extends Error {
  /**
   * @param {number} status
   * @param {string} sentence
   */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** The most that a list gives at once, and the most pages of it that the page shows. */
const LIST_LIMIT = 200;
const LIST_PAGES_MAX = 50;

/** The public REST API for a signed-in user. */
export class Api {
  #token;
  #onSignedOut;
  #signal;

  /**
   * @param {string} token
   * @param {(sentence: string) => void} onSignedOut called when the engine takes the token no more
   * @param {AbortSignal} signal breaks off every call, with an `AbortError`: nobody is told of what comes after it
   */
  constructor(token, onSignedOut, signal) {
    this.#token = token;
    this.#onSignedOut = onSignedOut;
    this.#signal = signal;
  }

  /** @param {string} path */
  async get(path) {
    return (await this.#send("GET", path)).json();
  }

  /** A list, page after page. @param {string} path */
  async all(path) {
    const items = [];
    let cursor = "";
    for (let page = 0; page < LIST_PAGES_MAX; page++) {
      const behind = cursor && `&cursor=${cursor}`;
      const response = await this.#send("GET", `${path}?limit=${LIST_LIMIT}${behind}`);
      const body = await response.json();
      items.push(...(body.items ?? body));
      // A bare array has its cursor in the header.
      cursor = body.next_cursor ?? response.headers.get("x-next-cursor") ?? "";
      if (!cursor) break;
    }
    return items;
  }

  /** The newest messages of a conversation, oldest first. @param {string} conversationId */
  async newestMessages(conversationId) {
    const path = `/api/conversations/${conversationId}/messages?order=desc&limit=${LIST_LIMIT}`;
    return (await this.get(path)).items.toReversed();
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {Record<string, string>} [headers]
   */
  async post(path, body, headers = {}) {
    return (await this.#send("POST", path, body, headers)).json();
  }

  /** @param {string} path */
  async remove(path) {
    await this.#send("DELETE", path);
  }

  /** @param {string} path */
  async bytes(path) {
    return (await this.#send("GET", path)).blob();
  }

  /**
   * Uploads files in one request; `fetch` cannot tell how far it has come, so the older way is taken.
   * @param {string} path
   * @param {FileList | File[]} files
   * @param {(percent: number) => void} onProgress
   */
  async upload(path, files, onProgress) {
    this.#signal.throwIfAborted();
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    const request = new XMLHttpRequest();
    const breakOff = () => request.abort();
    this.#signal.addEventListener("abort", breakOff);
    await new Promise((resolve, reject) => {
      request.upload.onprogress = (event) => onProgress((100 * event.loaded) / event.total);
      request.onerror = () => reject(new Error("The upload was cut off; the engine is not there."));
      request.onabort = () => reject(new DOMException("The upload was broken off.", "AbortError"));
      request.onload = () =>
        request.status < 300
          ? resolve(undefined)
          : reject(this.#refusal(request.status, request.responseText));
      request.open("POST", path);
      request.setRequestHeader("authorization", `Bearer ${this.#token}`);
      request.send(form);
    }).finally(() => this.#signal.removeEventListener("abort", breakOff));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {Record<string, string>} [extra]
   */
  async #send(method, path, body, extra = {}) {
    /** @type {Record<string, string>} */
    const headers = { authorization: `Bearer ${this.#token}`, ...extra };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: this.#signal,
    }).catch((cause) => {
      this.#signal.throwIfAborted();
      throw new Error("The engine does not answer. Is it running?", { cause });
    });
    if (response.ok) return response;
    throw this.#refusal(response.status, await response.text());
  }

  /**
   * @param {number} status
   * @param {string} body
   */
  #refusal(status, body) {
    const sentence = detailOf(body) ?? `The engine answered with status ${status}.`;
    if (status === 401 && !this.#signal.aborted) this.#onSignedOut(sentence);
    return new RefusedError(status, sentence);
  }
}

/** @param {string} body */
function detailOf(body) {
  try {
    const { detail } = JSON.parse(body);
    return typeof detail === "string" ? detail : undefined;
  } catch {
    return undefined;
  }
}
