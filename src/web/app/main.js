import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { attempt, byId, dismissNotices, notify, show } from "./dom.js";
import { currentToken, forgetToken, keepToken } from "./token.js";

/** @type {Desk | undefined} */
let desk;
/** Ends with whoever is signed in, or about to be: what comes late is for nobody else. */
let session = new AbortController();

/** @param {string} token */
async function signIn(token) {
  leave();
  const { signal } = session;
  const me = await new Api(token, signOut, signal).get("/api/me");
  byId("who").textContent = me.email ?? "";
  desk = new Desk(token, me.id, signOut, signal);
  showDesk(true);
}

/** Nothing of whoever was there stays, and nothing of theirs comes. */
function leave() {
  session.abort();
  session = new AbortController();
  if (!desk) return;
  desk.close();
  desk = undefined;
  byId("who").textContent = "";
  showDesk(false);
}

/** @param {string} [sentence] why, if it was not asked for */
function signOut(sentence) {
  forgetToken();
  leave();
  showDesk(false);
  dismissNotices();
  if (sentence) notify(sentence);
  byId("token").focus();
}

/** @param {boolean} signedIn */
function showDesk(signedIn) {
  for (const id of ["desk", "workspace-controls", "sign-out", "connection"]) {
    show(byId(id), signedIn);
  }
  show(byId("sign-in"), !signedIn);
}

function start() {
  const token = currentToken();
  if (token) attempt(() => signIn(token));
  else signOut();
}

byId("notice-close").onclick = () => dismissNotices();
byId("sign-out").onclick = () => signOut();
byId("sign-in-form").onsubmit = (event) => {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (byId("token"));
  keepToken(input.value);
  input.value = "";
  start();
};
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) start();
});
start();
