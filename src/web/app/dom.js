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

/** Says one sentence where everyone sees and hears it. @param {unknown} error */
export function notify(error) {
  byId("notice-text").textContent = error instanceof Error ? error.message : String(error);
  show(byId("notice"), true);
}

/** Runs what the user asked for; what goes wrong is told. @param {() => Promise<unknown>} action */
export function attempt(action) {
  show(byId("notice"), false);
  action().catch(notify);
}

/** @param {string} iso */
export function timeOf(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" });
}
