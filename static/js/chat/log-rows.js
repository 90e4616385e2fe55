/**
 * Lays a conversation out as rows: days, events, messages in groups of one author. No DOM.
 *
 * A row's `key` never changes while its message lives, from the moment it is written: one's own go
 * by their `id`, all others by `seq`. So a row on the screen is moved and relabelled, never made
 * anew, and never read out twice.
 *
 * @typedef {import("./conversation-model.js").Entry} Entry
 * @typedef {import("./outbox-model.js").Item} Item
 * @typedef {object} Row
 * @property {string} key
 * @property {"day" | "event" | "message"} kind
 * @property {string} text
 * @property {number} [at]
 * @property {boolean} [own]
 * @property {string} [author]
 * @property {boolean} [first]  of its group: the name stands above it
 * @property {boolean} [last]   of its group: the time stands under it
 * @property {string} [id]
 * @property {"sending" | "queued" | "limited" | "stored" | "seen" | "failed"} [standing]
 * @property {boolean} [quiet]  its standing shows, but the word for it stands under another
 * @property {string} [code]
 * @property {number} [retryAt]
 */

import { isOwn } from "./conversation-model.js";
import { day, event, sameDay, WORDS } from "./words.js";

/** A silence after which the same author begins a new group. */
const GROUP_MS = 5 * 60_000;

/**
 * @param {{entries: Entry[], items: Item[], seenByStaff: number, now: number, language?: string}} what
 * @returns {Row[]}
 */
export function rows({ entries, items, seenByStaff, now, language }) {
  const going = {
    moving: items.some((item) => item.state === "sending"),
    retryAt: items.find((item) => item.retryAt)?.retryAt,
  };
  const lastOwn = entries.findLast(isOwn);
  const stored = entries.map((entry) => entryRow(entry, entry === lastOwn && !items.length, seenByStaff));
  const pending = items.map((item, index) => itemRow(item, items[index + 1] === undefined, going));
  const lines = [...stored.filter((row) => row.text), ...pending];
  return withDays(grouped(lines), now, language);
}

/** @param {Entry} entry @param {boolean} telling @param {number} seenByStaff @returns {Row} */
function entryRow(entry, telling, seenByStaff) {
  if (entry.kind === "event") {
    return { key: `s${entry.seq}`, kind: "event", text: event(/** @type {any} */ (entry)), at: entry.at };
  }
  const own = isOwn(entry);
  return {
    key: own && entry.id ? entry.id : `s${entry.seq}`,
    kind: "message",
    text: entry.text ?? "",
    at: entry.at,
    own,
    author: own ? WORDS.you : entry.author?.name || WORDS.staff,
    standing: telling ? (entry.seq <= seenByStaff ? "seen" : "stored") : undefined,
  };
}

/** @param {Item} item @param {boolean} last @param {{moving: boolean, retryAt?: number}} going @returns {Row} */
function itemRow({ id, text, at, state, code }, last, { moving, retryAt }) {
  const standing = state === "failed" ? state : retryAt ? "limited" : moving ? "sending" : "queued";
  // One word for all that is on its way, under the last; each refused one speaks for itself.
  const quiet = standing !== "failed" && !last;
  return { key: id, id, kind: "message", text, at, own: true, author: WORDS.you, standing, quiet, code, retryAt };
}

/** @param {Row[]} lines @returns {Row[]} */
function grouped(lines) {
  return lines.map((row, index) => ({
    ...row,
    first: !together(lines[index - 1], row),
    last: !together(row, lines[index + 1]),
  }));
}

/** @param {Row | undefined} a @param {Row | undefined} b */
function together(a, b) {
  if (a?.kind !== "message" || b?.kind !== "message") return false;
  const [before, after] = [a.at ?? 0, b.at ?? 0];
  return a.own === b.own && a.author === b.author && after - before < GROUP_MS
    && sameDay(before, after) && a.standing !== "failed";
}

/** @param {Row[]} lines @param {number} now @param {string} [language] @returns {Row[]} */
function withDays(lines, now, language) {
  /** @type {Row[]} */
  const out = [];
  let at = NaN;
  for (const row of lines) {
    if (row.at && !sameDay(row.at, at)) {
      at = row.at;
      out.push({ key: `d${new Date(at).toDateString()}`, kind: "day", text: day(at, now, language) });
    }
    out.push(row);
  }
  return out;
}
