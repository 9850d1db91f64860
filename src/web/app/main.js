import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { attempt, byId, notify, show } from "./dom.js";
import { currentToken, forgetToken, keepToken } from "./token.js";

/** @type {Desk | undefined} */
let desk;

/** @param {string} token */
async function signIn(token) {
  const me = await new Api(token, (sentence) => signOut(sentence)).get("/api/me");
  byId("who").textContent = me.email ?? "";
  desk?.close();
  desk = new Desk(token, me.id, signOut);
  showDesk(true);
}

/** @param {string} [sentence] why, if it was not asked for */
function signOut(sentence) {
  forgetToken();
  desk?.close();
  desk = undefined;
  byId("who").textContent = "";
  showDesk(false);
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

byId("notice-close").onclick = () => show(byId("notice"), false);
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
