/**
 * What is shown, as it stands in the address behind `#`: `waiting`, `mine/ID`, `all/ID/visitor`,
 * `label-3/ID`, `search/ID/at-12` (that entry comes into view), `articles`, `you`.
 *
 * @typedef {import("./views-model.js").View} View
 * @typedef {object} Route
 * @property {View | "search" | "articles" | "you"} view
 * @property {View} list  the list that is shown, or was before something else was
 * @property {string} conversation  "" when none is open
 * @property {"list" | "thread" | "visitor" | "reading" | "articles" | "you"} pane  what a phone shows
 * @property {number} [at]  the entry that is looked for
 */

import { isView } from "./views-model.js";

const CONVERSATION = /^[A-Za-z0-9_-]{1,64}$/;
const AT = /^at-([1-9]\d{0,9})$/;
/** What lies beside the thread, and on a phone behind it. */
export const SIDES = ["reading", "visitor"];

/** @param {string} hash @param {View} [before] @returns {Route} */
export function readRoute(hash, before = "waiting") {
  const [view, id = "", more = ""] = hash.replace(/^#/, "").split("/");
  if (view === "articles" || view === "you") return { view, list: before, conversation: "", pane: view };
  const list = isView(view) ? view : before;
  const shown = view === "search" ? view : list;
  if (!CONVERSATION.test(id)) return { view: shown, list, conversation: "", pane: "list" };
  const pane = SIDES.includes(more) ? /** @type {"visitor" | "reading"} */ (more) : "thread";
  const at = Number(AT.exec(more)?.[1] ?? 0);
  return { view: shown, list, conversation: id, pane, ...(at && { at }) };
}

/** @param {Route} route @returns {string} */
export function writeRoute({ view, conversation, pane, at }) {
  if (!conversation || view === "articles" || view === "you") return view;
  if (SIDES.includes(pane)) return `${view}/${conversation}/${pane}`;
  return at ? `${view}/${conversation}/at-${at}` : `${view}/${conversation}`;
}
