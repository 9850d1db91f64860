/**
 * Builds an element. Text always arrives as text: what documents contain is never parsed as HTML.
 * @param {string} tag
 * @param {Record<string, string | boolean | EventListener>} [properties] attributes; a function listens to that event
 * @param {...(Node | string | null)} children
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

/**
 * An element of the page by its id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return /** @type {T} */ (element);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} shown
 */
export function show(element, shown) {
  element.hidden = !shown;
}

/** What the notice says: of what the user asked for, and of what keeps the page up to date. */
const notices = { asked: new Set(), kept: new Set() };

/** Says one sentence where everyone sees and hears it. @param {unknown} error */
export function notify(error) {
  say(notices.asked, error);
}

/** Whoever was told has read it. */
export function dismissNotices() {
  notices.asked.clear();
  notices.kept.clear();
  showNotices();
}

/** Runs what the user asked for; what goes wrong is told until they ask for something else. @param {() => Promise<unknown>} action */
export function attempt(action) {
  notices.asked.clear();
  showNotices();
  action().catch(notify);
}

/**
 * Runs what keeps the page up to date; what goes wrong is told until it goes well again. It takes away nothing that
 * the user was told of what they asked for.
 * @param {() => Promise<unknown>} action
 */
export function keepUp(action) {
  action().then(
    () => {
      notices.kept.clear();
      showNotices();
    },
    (error) => {
      notices.kept.clear();
      say(notices.kept, error);
    },
  );
}

/**
 * @param {Set<string>} sentences
 * @param {unknown} error
 */
function say(sentences, error) {
  // Nobody waits for what was broken off.
  if (error instanceof DOMException && error.name === "AbortError") return;
  sentences.add(error instanceof Error ? error.message : String(error));
  showNotices();
}

function showNotices() {
  const said = [...new Set([...notices.asked, ...notices.kept])].join("\n");
  const text = byId("notice-text");
  if (text.textContent !== said) text.textContent = said;
  show(byId("notice"), said !== "");
}

/** @param {string} iso */
export function timeOf(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
}
