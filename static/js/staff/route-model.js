/**
 * What is shown, as it stands in the address behind `#`: `waiting`, `mine/ID`, `all/ID/visitor`,
 * `articles`, `you`.
 *
 * @typedef {"waiting" | "mine" | "all"} ListName
 * @typedef {object} Route
 * @property {ListName | "articles" | "you"} view
 * @property {ListName} list  the list that is shown, or was before the articles
 * @property {string} conversation  "" when none is open
 * @property {"list" | "thread" | "visitor" | "articles" | "you"} pane  what a phone shows
 */

const LISTS = new Set(["waiting", "mine", "all"]);
const CONVERSATION = /^[A-Za-z0-9_-]{1,64}$/;

/** @param {string} hash @param {ListName} [before] @returns {Route} */
export function readRoute(hash, before = "waiting") {
  const [view, id = "", pane = ""] = hash.replace(/^#/, "").split("/");
  if (view === "articles" || view === "you") return { view, list: before, conversation: "", pane: view };
  const list = LISTS.has(view) ? /** @type {ListName} */ (view) : before;
  if (!CONVERSATION.test(id)) return { view: list, list, conversation: "", pane: "list" };
  return { view: list, list, conversation: id, pane: pane === "visitor" ? "visitor" : "thread" };
}

/** @param {Route} route */
export function writeRoute({ view, conversation, pane }) {
  if (!conversation || !LISTS.has(view)) return view;
  return pane === "visitor" ? `${view}/${conversation}/visitor` : `${view}/${conversation}`;
}
