/**
 * The conversations an agent sees, in three lists. Holds what the server told, newest wins, and
 * answers what stands in which list, in which order, how many, and what is unread.
 *
 * Which list a conversation stands in follows from its status and its agent, so one
 * `desk.changed` moves it between all three; nothing is asked again.
 */

/** @typedef {"waiting" | "mine" | "all"} ListName */

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {"waiting" | "open" | "closed"} status
 * @property {{id: number, name: string} | null} agent
 * @property {string} name  the visitor's, or "Visitor" and a number that stays his
 * @property {string} email
 * @property {string} topic
 * @property {number | null} article  what he reads
 * @property {string} title  of that page
 * @property {string} url
 * @property {string} lastText
 * @property {string} lastBy  "visitor", "agent" or "" when not known
 * @property {number} lastAt
 * @property {number | null} waitingSince
 * @property {number} lastSeq
 * @property {number} staffSeen
 * @property {number} visitorSeen
 * @property {number} unread  entries of the visitor no member of staff has read
 * @property {number} revision  rises with every change
 * @property {number} createdAt
 * @property {boolean} online
 */

/** @type {ListName[]} */
export const LISTS = ["waiting", "mine", "all"];

export class DeskModel {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** Totals as the server said, and what was in our own list then: the difference is not loaded. */
  #unloaded = { waiting: 0, mine: 0, all: 0 };
  /** @type {Record<ListName, string | null>} where the next page of a list begins */
  next = { waiting: null, mine: null, all: null };
  /** @type {Set<ListName>} lists the server has sent at least once */
  known = new Set();

  /** @param {number} me id of the agent whose desk this is */
  constructor(me) {
    this.me = me;
  }

  /** @param {string} id */
  row(id) {
    return this.#rows.get(id);
  }

  /**
   * Takes a page of a list.
   * @param {{list: ListName, conversations: object[], total: number, next?: string}} frame
   * @param {boolean} first whether it is the list's first page
   */
  takeList(frame, first) {
    if (first) {
      // What the server no longer names here has left this list while we were away.
      const named = new Set(frame.conversations.map((each) => each.conversation));
      if (!frame.next) {
        for (const row of this.list(frame.list)) if (!named.has(row.id)) this.#rows.delete(row.id);
      }
    }
    for (const each of frame.conversations) this.takeRow(each);
    this.next[frame.list] = frame.next ?? null;
    this.known.add(frame.list);
    this.#unloaded[frame.list] = frame.next
      ? Math.max(0, frame.total - this.list(frame.list).length)
      : 0;
  }

  /**
   * Lays what a frame says about a conversation over what is known of it. A frame that was
   * overtaken by a newer one changes nothing.
   * @param {Record<string, any>} told a `desk.changed`, or one of a list
   */
  takeRow(told) {
    if (told.gone) {
      this.#rows.delete(told.conversation);
      return;
    }
    const before = this.#rows.get(told.conversation);
    if (before && told.revision < before.revision) return;
    const row = readRow(told, before);
    this.#rows.set(row.id, row);
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

  /** @param {Row} row @param {ListName} list */
  stands(row, list) {
    if (list === "waiting") return row.status === "waiting" && row.lastSeq > 0;
    if (list === "mine") return row.status === "open" && row.agent?.id === this.me;
    return true;
  }

  /**
   * @param {ListName} list
   * @returns {Row[]} in the order of the list
   */
  list(list) {
    const rows = [...this.#rows.values()].filter((row) => this.stands(row, list));
    return rows.sort(ORDERS[list]);
  }

  /** @param {ListName} list @returns {number} */
  count(list) {
    return this.list(list).length + this.#unloaded[list];
  }

  /** @returns {number} conversations of mine with something unread */
  get unreadMine() {
    return this.list("mine").filter((row) => isUnread(row)).length;
  }

  /** @returns {string[]} what the bell is about: everything nobody has answered yet */
  get ringing() {
    return this.list("waiting").map((row) => row.id);
  }

  /** @returns {Set<number>} articles whose numbers a list shows @param {ListName} list */
  articles(list) {
    const ids = new Set();
    for (const row of this.list(list)) if (row.article !== null) ids.add(row.article);
    return ids;
  }

  /**
   * The row `step` rows from `id` in a list; the first when `id` does not stand there.
   * @param {ListName} list @param {string | null} id @param {1 | -1} step
   * @returns {string | null}
   */
  neighbour(list, id, step) {
    const ids = this.list(list).map((row) => row.id);
    if (ids.length === 0) return null;
    const at = ids.indexOf(id);
    if (at === -1) return step === 1 ? ids[0] : ids[ids.length - 1];
    return ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  }
}

/** @param {Row} row */
export function isUnread(row) {
  return row.status !== "closed" && row.unread > 0;
}

/** @param {string} name @returns {string} one or two letters, also of a name in Chinese */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return "?";
  const letters = words.length === 1 ? [words[0]] : [words[0], words[words.length - 1]];
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join("");
}

/** Longest waiting on top; nothing that waits is overtaken by a younger one. */
function byWaiting(a, b) {
  return (a.waitingSince ?? a.createdAt) - (b.waitingSince ?? b.createdAt) || byId(a, b);
}

/** Who waits for my answer first, the others by when something was last said. */
function byTurn(a, b) {
  const waits = Number(b.waitingSince !== null) - Number(a.waitingSince !== null);
  if (waits) return waits;
  return a.waitingSince !== null ? byWaiting(a, b) : byLast(a, b);
}

function byLast(a, b) {
  return b.lastAt - a.lastAt || byId(a, b);
}

function byId(a, b) {
  return a.id < b.id ? -1 : 1;
}

/** Closed conversations stand below all that live. */
function byLife(a, b) {
  return Number(a.status === "closed") - Number(b.status === "closed") || byLast(a, b);
}

const ORDERS = { waiting: byWaiting, mine: byTurn, all: byLife };

/**
 * @param {Record<string, any>} told @param {Row} [before]
 * @returns {Row}
 */
function readRow(told, before) {
  const pick = (key, kept, otherwise) => (key in told ? told[key] : kept) ?? otherwise;
  return {
    id: told.conversation,
    status: pick("status", before?.status, "open"),
    agent: pick("agent", before?.agent, null),
    name: pick("name", before?.name, ""),
    email: pick("email", before?.email, ""),
    topic: pick("topic", before?.topic, ""),
    article: pick("article", before?.article, null),
    title: pick("title", before?.title, ""),
    url: pick("url", before?.url, ""),
    lastText: pick("last_text", before?.lastText, ""),
    lastBy: pick("last_by", before?.lastBy, ""),
    lastAt: pick("last_at", before?.lastAt, told.created_at ?? before?.createdAt ?? 0),
    waitingSince: pick("waiting_since", before?.waitingSince, null),
    lastSeq: Math.max(told.last_seq ?? 0, before?.lastSeq ?? 0),
    staffSeen: Math.max(told.staff_seen ?? 0, before?.staffSeen ?? 0),
    visitorSeen: Math.max(told.visitor_seen ?? 0, before?.visitorSeen ?? 0),
    unread: pick("unread", before?.unread, 0),
    revision: pick("revision", before?.revision, 0),
    createdAt: pick("created_at", before?.createdAt, 0),
    online: pick("online", before?.online, false),
  };
}
