/**
 * The lists of the desk by name: what each is called, which key shows it, what it asks of the
 * server, and what an empty one says. A list narrowed to a label or an article is a list of its
 * own with a name of its own, `label-3` or `article-42`, so that it can stand in an address.
 *
 * @typedef {"waiting" | "mine" | "unanswered" | "mentions" | "snoozed" | "all" | "closed"} ListName
 * @typedef {string} View  a ListName, `label-N` or `article-N`
 */

/** @type {ListName[]} in the order of the rail; the key of each is its place */
export const LISTS = ["waiting", "mine", "unanswered", "mentions", "snoozed", "all", "closed"];
/** Those whose counts stand in the rail, and what rings: they are watched from the first moment. */
export const WATCHED = LISTS.filter((list) => list !== "closed");

const NARROWED = /^(label|article)-([1-9]\d{0,15})$/;

const TITLES = {
  waiting: "Waiting",
  mine: "Mine",
  unanswered: "Unanswered",
  mentions: "Mentions",
  snoozed: "Snoozed",
  all: "All chats",
  closed: "Closed",
};

const EMPTY = {
  waiting: ["Nobody is waiting", "A new chat appears here and rings. Leave this tab open; it will call you."],
  mine: ["You have no chats", "Take one from Waiting, or press C to take the longest waiting one."],
  unanswered: ["Everything is answered", "A chat whose last word is the visitor’s stands here, whoever answers it."],
  mentions: ["Nobody has mentioned you", "When a colleague writes @ and your name in a note, the chat stands here."],
  snoozed: ["Nothing is snoozed", "Press Z in a chat to have it out of your way for a while. It comes back by itself."],
  all: ["No chats yet", "Every article has a Live Chat button. The first question lands here."],
  closed: ["Nothing is closed yet", "A chat you close stands here, and can be opened again."],
  label: ["No chat has this label", "Press L in a chat to give it labels."],
  article: ["No chat about this article", "What its readers ask stands here."],
};

/** @param {string} view @returns {boolean} whether it is a list of conversations */
export function isView(view) {
  return LISTS.includes(/** @type {ListName} */ (view)) || NARROWED.test(view);
}

/**
 * @param {View} view
 * @returns {{list: ListName, label?: number, article?: number}} the fields of its `desk.watch`
 */
export function watchOf(view) {
  const narrowed = NARROWED.exec(view);
  if (narrowed) return { list: "all", [narrowed[1]]: Number(narrowed[2]) };
  return { list: /** @type {ListName} */ (view) };
}

/**
 * @param {{list: string, label?: number, article?: number}} told a `desk.list`
 * @returns {View}
 */
export function viewOf({ list, label, article }) {
  if (label) return `label-${label}`;
  return article ? `article-${article}` : list;
}

/**
 * @param {View} view @param {{label?: (id: number) => string, article?: (id: number) => string}} [names]
 * @returns {string} how it is called above the list
 */
export function titleOf(view, names = {}) {
  const { label, article } = watchOf(view);
  if (label) return names.label?.(label) || "Label";
  if (article) return names.article?.(article) || "Article";
  return TITLES[view];
}

/** @param {View} view @returns {string[]} a title and words for a list with nothing in it */
export function emptyOf(view) {
  return EMPTY[view] ?? EMPTY[NARROWED.exec(view)?.[1] ?? "all"];
}
