/**
 * One conversation as it stands in the lists, and the orders of the lists.
 *
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
 * @property {number | null} desk  the group of agents it belongs to; null: all of them
 * @property {number[]} labels
 * @property {number | null} snoozedUntil
 * @property {number | null} rating  1–5
 * @property {string} language  of his browser
 */

/** Told name → ours, and what it is before anything was told. */
const FIELDS = {
  status: ["status", "open"],
  agent: ["agent", null],
  name: ["name", ""],
  email: ["email", ""],
  topic: ["topic", ""],
  article: ["article", null],
  title: ["title", ""],
  url: ["url", ""],
  last_text: ["lastText", ""],
  last_by: ["lastBy", ""],
  waiting_since: ["waitingSince", null],
  unread: ["unread", 0],
  revision: ["revision", 0],
  created_at: ["createdAt", 0],
  online: ["online", false],
  desk: ["desk", null],
  labels: ["labels", []],
  snoozed_until: ["snoozedUntil", null],
  rating: ["rating", null],
  language: ["language", ""],
};

/**
 * What a frame says of a conversation, laid over what was known of it.
 * @param {Record<string, any>} told @param {Row} [before]
 * @returns {Row}
 */
export function readRow(told, before) {
  const row = { id: told.conversation };
  for (const [key, [name, otherwise]] of Object.entries(FIELDS)) {
    row[name] = (key in told ? told[key] : before?.[name]) ?? otherwise;
  }
  row.lastAt = ("last_at" in told ? told.last_at : before?.lastAt) ?? row.createdAt;
  row.lastSeq = Math.max(told.last_seq ?? 0, before?.lastSeq ?? 0);
  row.staffSeen = Math.max(told.staff_seen ?? 0, before?.staffSeen ?? 0);
  row.visitorSeen = Math.max(told.visitor_seen ?? 0, before?.visitorSeen ?? 0);
  return /** @type {any} */ (row);
}

/** @param {Row} row */
export function isUnread(row) {
  return row.status !== "closed" && row.unread > 0;
}

/** @param {Row} row whether its visitor waits for words of ours */
export function isUnanswered(row) {
  return row.status !== "closed" && row.waitingSince !== null && row.lastSeq > 0;
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

/** What comes back first stands on top. */
function byReturn(a, b) {
  return (a.snoozedUntil ?? 0) - (b.snoozedUntil ?? 0) || byId(a, b);
}

function byId(a, b) {
  return a.id < b.id ? -1 : 1;
}

/** Closed conversations stand below all that live. */
function byLife(a, b) {
  return Number(a.status === "closed") - Number(b.status === "closed") || byLast(a, b);
}

const ORDERS = {
  waiting: byWaiting,
  mine: byTurn,
  unanswered: byWaiting,
  snoozed: byReturn,
  closed: byLast,
  mentions: byLast,
};

/** @param {string} view @returns {(a: Row, b: Row) => number} */
export function orderOf(view) {
  return ORDERS[view] ?? byLife;
}
