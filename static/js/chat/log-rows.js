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
 * @property {boolean} [first]  of its group
 * @property {boolean} [last]   of its group
 * @property {boolean} [named]  the author's name is seen above it
 * @property {boolean} [timed]  the time is seen under it
 * @property {string} [id]
 * @property {"sending" | "queued" | "late" | "limited" | "stored" | "seen" | "failed"} [standing]
 * @property {boolean} [quiet]  its standing shows, but the word for it stands under another
 * @property {string} [code]
 * @property {number} [retryAt]
 * @property {any} [quote]  the words of an article it asks about
 * @property {import("../files/file-send.js").Told[]} [files]
 */

import { isOwn } from "./conversation-model.js";
import { sameDay } from "./desk-words.js";
import { day, event, say } from "./words.js";

/** A silence after which the same author begins a new group. */
const GROUP_MS = 5 * 60_000;
/** What follows sooner than this needs no time of its own between. */
const MOMENT_MS = 60_000;
/** On its way for longer than this, a message is waiting for the line. */
const LATE_MS = 5_000;

/**
 * @param {{entries: Entry[], items: Item[], seenByStaff: number, now: number,
 *   agent?: {name: string, picture?: string} | null, down?: boolean}} what  agent: whom the head shows
 * @returns {Row[]}
 */
export function rows({ entries, items, seenByStaff, now, agent = null, down = false }) {
  const going = {
    moving: !down && items.some((item) => item.state === "sending"),
    retryAt: items.find((item) => item.retryAt)?.retryAt,
    late: items.some((item) => now - item.at > LATE_MS),
  };
  const lastOwn = entries.findLast(isOwn);
  const lastSeen = entries.findLast((entry) => isOwn(entry) && entry.seq <= seenByStaff);
  const stored = entries.map((entry) =>
    entryRow(entry, entry === lastSeen ? "seen" : entry === lastOwn ? "stored" : undefined));
  const pending = items.map((item, index) => itemRow(item, items[index + 1] === undefined, going));
  const lines = [...stored.filter((row) => row.text || row.files), ...pending];
  return withDays(named(grouped(lines), agent?.name ?? null), now);
}

/** @param {Entry} entry @param {"seen" | "stored" | undefined} standing @returns {Row} */
function entryRow(entry, standing) {
  if (entry.kind === "event") {
    return { key: `s${entry.seq}`, kind: "event", text: event(/** @type {any} */ (entry)), at: entry.at };
  }
  const own = isOwn(entry);
  return {
    key: own && entry.id ? entry.id : `s${entry.seq}`,
    kind: "message",
    text: entry.text ?? "",
    ...(entry.quote && { quote: entry.quote }),
    ...(entry.files && { files: entry.files }),
    at: entry.at,
    own,
    author: own ? say("you") : entry.author?.name || say("staff"),
    standing,
  };
}

/** @param {Item} item @param {boolean} last @param {any} going @returns {Row} */
function itemRow({ id, text, at, state, code, more }, last, { moving, retryAt, late }) {
  const way = retryAt ? "limited" : late ? "late" : moving ? "sending" : "queued";
  const standing = state === "failed" ? state : way;
  // One word for all that is on its way, under the last; each refused one speaks for itself.
  const quiet = standing !== "failed" && !last;
  const { quote, files } = /** @type {{quote?: any, files?: any[]}} */ (more ?? {});
  const row = { key: id, id, text, at, own: true, author: say("you"), standing, quiet, code, retryAt };
  return { ...row, kind: "message", ...(quote && { quote }), ...(files && { files }) };
}

/** @param {Row[]} lines @returns {Row[]} */
function grouped(lines) {
  return lines.map((row, index) => {
    const next = lines[index + 1];
    const last = !together(row, next);
    const on = next?.kind === "message" && (next.at ?? 0) - (row.at ?? 0) < MOMENT_MS;
    const there = !row.id;
    return { ...row, first: !together(lines[index - 1], row), last, timed: last && there && !on };
  });
}

/**
 * A name is seen where the head does not say it, or where somebody else has spoken between.
 * @param {Row[]} lines @param {string | null} agent @returns {Row[]}
 */
function named(lines, agent) {
  /** @type {string | null | undefined} */
  let speaker = agent;
  return lines.map((row) => {
    if (row.kind !== "message" || row.own) return row;
    const known = row.author === agent && speaker === agent;
    speaker = row.author;
    return { ...row, named: row.first && !known };
  });
}

/** @param {Row | undefined} a @param {Row | undefined} b */
function together(a, b) {
  if (a?.kind !== "message" || b?.kind !== "message") return false;
  const [before, after] = [a.at ?? 0, b.at ?? 0];
  return a.own === b.own && a.author === b.author && after - before < GROUP_MS
    // A word under it ends a group.
    && sameDay(before, after) && (!a.standing || Boolean(a.quiet));
}

/** @param {Row[]} lines @param {number} now @returns {Row[]} */
function withDays(lines, now) {
  /** @type {Row[]} */
  const out = [];
  let at = NaN;
  for (const row of lines) {
    if (row.at && !sameDay(row.at, at)) {
      at = row.at;
      out.push({ key: `d${new Date(at).toDateString()}`, kind: "day", text: day(at, now) });
    }
    out.push(row);
  }
  return out;
}
