/**
 * The conversations an agent sees, in all their lists. Holds what the server told, newest wins, and
 * answers what stands in which list, in which order, how many, and what is unread.
 *
 * Which list a conversation stands in follows from the row itself, so one `desk.changed` moves it
 * between all of them; nothing is asked again. Only who is mentioned where is told beside it.
 *
 * @typedef {import("./row-model.js").Row} Row
 * @typedef {import("./views-model.js").View} View
 * @typedef {{id: number, name: string, hue: number}} Label
 */

import { isUnanswered, isUnread, orderOf, readRow } from "./row-model.js";
import { viewOf, watchOf } from "./views-model.js";

export { initials, isUnread } from "./row-model.js";
export { LISTS } from "./views-model.js";

export class DeskModel {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** Rows told before the line was last lost: a list that comes afresh says whether they still stand. */
  #stale = new Set();
  /** @type {Map<View, {total: number, named: Set<string>, at: number}>} lists with more to come */
  #partly = new Map();
  /** @type {Set<string>} conversations in which a note names me */
  #mentions = new Set();
  /** @type {Record<View, string | null>} where the next page of a list begins */
  next = {};
  /** @type {Set<View>} lists the server has sent at least once */
  known = new Set();
  /** @type {Map<number, Label>} */
  labels = new Map();
  /** @type {number | null} only chats of this desk are shown; null: of all */
  only = null;

  /** @param {number} me id of the agent whose desk this is */
  constructor(me) {
    this.me = me;
  }

  /** @param {string} id */
  row(id) {
    return this.#rows.get(id);
  }

  /** The line is new: what is known now may have changed unheard. */
  grewOld() {
    this.#stale = new Set(this.#rows.keys());
  }

  /**
   * Takes a page of a list.
   * @param {{list: string, conversations: object[], total: number, next?: string, label?: number,
   *   article?: number}} frame
   * @param {boolean} first whether it is the list's first page
   */
  takeList(frame, first) {
    const view = viewOf(frame);
    const named = new Set(frame.conversations.map((each) => each.conversation));
    if (first) this.#begin(view, named, !frame.next);
    if (view === "mentions") for (const id of named) this.#mentions.add(id);
    for (const each of frame.conversations) this.takeRow(each, true);
    const before = first ? [] : (this.#partly.get(view)?.named ?? []);
    this.next[view] = frame.next ?? null;
    this.known.add(view);
    if (!frame.next) this.#partly.delete(view);
    else this.#partly.set(view, { total: frame.total, named: new Set([...before, ...named]), at: lastOf(frame) });
  }

  /** What the server no longer names here has left this list while we were away. */
  #begin(view, named, whole) {
    if (view === "mentions") this.#mentions.clear();
    if (!whole) return;
    for (const row of this.#rows.values()) {
      const gone = this.#stale.has(row.id) && !named.has(row.id) && this.stands(row, view);
      if (gone) this.#rows.delete(row.id);
    }
  }

  /**
   * Lays what a frame says about a conversation over what is known of it. A frame that was
   * overtaken by a newer one changes nothing.
   * @param {Record<string, any>} told a `desk.changed`, or one of a list
   * @param {boolean} [listed] it came with a list, whose total counts it already
   */
  takeRow(told, listed = false) {
    const id = told.conversation;
    this.#stale.delete(id);
    const before = this.#rows.get(id);
    if (told.gone) return this.remove(id);
    if (before && told.revision < before.revision) return;
    const row = readRow(told, before);
    this.#rows.set(id, row);
    if (!listed) this.#recount(before, row);
  }

  /**
   * What will be so in a moment is shown at once.
   * @param {string} id @param {Partial<Row>} fields
   * @returns {() => void} takes it back, unless the server has spoken since
   */
  guess(id, fields) {
    const before = this.#rows.get(id);
    if (!before) return () => {};
    const guessed = { ...before, ...fields };
    this.#rows.set(id, guessed);
    return () => {
      if (this.#rows.get(id) === guessed) this.#rows.set(id, before);
    };
  }

  /** @param {string} id is no more: erased, or nobody may see it here */
  remove(id) {
    const before = this.#rows.get(id);
    if (before) this.#recount(before, undefined);
    this.#rows.delete(id);
    this.#mentions.delete(id);
  }

  /** A note names me there. @param {string} id */
  mention(id) {
    this.#mentions.add(id);
  }

  /** @param {Label[]} labels all there are */
  takeLabels(labels) {
    this.labels = new Map(labels.map((label) => [label.id, label]));
  }

  /** @param {Row} row @returns {Label[]} */
  labelsOf(row) {
    return row.labels.map((id) => this.labels.get(id)).filter(Boolean);
  }

  /**
   * We have read up to `seq`; the server's word follows.
   * @param {string} id @param {number} seq
   */
  seen(id, seq) {
    const row = this.#rows.get(id);
    if (!row || seq <= row.staffSeen) return;
    const unread = seq >= row.lastSeq ? 0 : row.unread;
    this.#rows.set(id, { ...row, staffSeen: seq, unread });
  }

  /** @param {Row} row @param {View} view */
  stands(row, view) {
    const { list, label, article } = watchOf(view);
    if (label) return row.labels.includes(label);
    if (article) return row.article === article;
    return STANDS[list]?.(row, this) ?? true;
  }

  /** @param {string} id @returns {boolean} whether a note there names me */
  mentioned(id) {
    return this.#mentions.has(id);
  }

  /**
   * @param {View} view
   * @returns {Row[]} in the order of the list; of one that is partly here, no row behind its last
   */
  list(view) {
    const order = orderOf(view);
    const partly = this.#partly.get(view);
    const rows = [...this.#rows.values()].filter(
      (row) => this.stands(row, view) && this.#ofDesk(row) && (!partly || partly.named.has(row.id) || row.lastAt >= partly.at),
    );
    return rows.sort(order);
  }

  /** @param {View} view @returns {number} */
  count(view) {
    const partly = this.only === null && this.#partly.get(view);
    return partly ? Math.max(partly.total, this.list(view).length) : this.list(view).length;
  }

  /** @returns {number} conversations of mine with something unread */
  get unreadMine() {
    return this.list("mine").filter((row) => isUnread(row)).length;
  }

  /**
   * @returns {string[]} what the bell is about: whoever waits for anybody, and whom the desk itself
   *   has given to me while nobody has looked at him
   */
  get ringing() {
    const given = this.list("mine").filter((row) => row.waitingSince !== null && row.unread > 0 && row.staffSeen === 0);
    return [...this.list("waiting"), ...given].map((row) => row.id);
  }

  /** @returns {Set<number>} articles whose numbers a list shows @param {View} view */
  articles(view) {
    const ids = new Set();
    for (const row of this.list(view)) if (row.article !== null) ids.add(row.article);
    return ids;
  }

  /**
   * The row `step` rows from `id` in a list; the first when `id` does not stand there.
   * @param {View} view @param {string | null} id @param {1 | -1} step
   * @returns {string | null}
   */
  neighbour(view, id, step) {
    const ids = this.list(view).map((row) => row.id);
    if (ids.length === 0) return null;
    const at = ids.indexOf(id);
    if (at === -1) return step === 1 ? ids[0] : ids[ids.length - 1];
    return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  }

  #ofDesk(row) {
    return this.only === null || row.desk === this.only || row.desk === null;
  }

  /** Of a list that is partly here the total is the server's; what moves in our sight is counted on. */
  #recount(before, after) {
    for (const [view, partly] of this.#partly) {
      const stood = Boolean(before && this.stands(before, view));
      const stands = Boolean(after && this.stands(after, view));
      // Of a row that was unknown we cannot tell where it stood; one that has just begun stood nowhere.
      const known = before || (after && after.lastSeq <= 1);
      if (known && stood !== stands) partly.total += stands ? 1 : -1;
    }
  }
}

const STANDS = {
  waiting: (row) => row.status === "waiting" && row.lastSeq > 0,
  mine: (row, { me }) => row.status === "open" && row.agent?.id === me && row.snoozedUntil === null,
  unanswered: (row) => isUnanswered(row) && row.snoozedUntil === null,
  mentions: (row, desk) => desk.mentioned(row.id),
  snoozed: (row) => row.status === "open" && row.snoozedUntil !== null,
  all: () => true,
  closed: (row) => row.status === "closed",
};

/** When something was last said in the last row of a page: what lies before it is not here yet. */
function lastOf({ list, conversations }) {
  const byMoment = list === "all" || list === "closed" || list === "mine";
  return byMoment ? (conversations.at(-1)?.last_at ?? -Infinity) : -Infinity;
}
