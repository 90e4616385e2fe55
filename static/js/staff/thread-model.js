/**
 * One conversation as an agent reads it: the log, what he has sent and the server has not yet
 * stored, who types, and how far the visitor has read. Turns them into the lines that are drawn.
 *
 * The log itself (sequence, gaps, epoch) is the one the visitor's panel keeps; this adds what only
 * staff see.
 */

import { ConversationModel } from "../chat/conversation-model.js";
import { eventText } from "./happened-words.js";
import { midnight } from "./waiting-time.js";

export { eventText } from "./happened-words.js";

/** Lines of one author stand together when no more than this lies between them. */
const TOGETHER_MS = 5 * 60_000;
/** Whoever typed and was not heard of for so long has stopped. */
export const TYPING_MS = 6_000;

/**
 * @typedef {object} Entry
 * @property {number} seq
 * @property {string} id
 * @property {"text" | "file" | "event" | "note" | "void"} kind
 * @property {{kind: string, name: string, id?: number}} author
 * @property {string} text
 * @property {number} at
 * @property {import("../files/file-send.js").Told[]} [files]
 * @property {Record<string, any>} [data]
 */

/**
 * @typedef {object} Line  what is drawn, in this order
 * @property {string} key  the same line keeps its key, also when it becomes stored
 * @property {"day" | "fresh" | "text" | "note" | "event"} kind
 * @property {string} [side]  "visitor", "agent" (a colleague or me)
 * @property {boolean} [mine]
 * @property {string} [name]
 * @property {string} [text]
 * @property {import("../files/file-send.js").Told[]} [files] said with it
 * @property {number} [at]
 * @property {boolean} [first]  it begins a run of one author
 * @property {"" | "sending" | "failed" | "seen"} [state]
 * @property {string} [event]  what happened
 * @property {Entry} [entry]
 * @property {import("./desk-outbox.js").Pending} [pending]
 */

export class ThreadModel {
  #log = new ConversationModel();
  /** @type {Map<string, object>} lines of mine the server has, by id, until their entries come */
  #confirmed = new Map();
  /** @type {Map<string, {name: string, kind: string, until: number, text: string}>} */
  #typing = new Map();
  /** @type {number | null} what was read when the thread was opened: "new" stands behind it */
  freshAfter = null;
  /** Whether a first page has arrived. */
  loaded = false;

  /** @param {string} id @param {number} me */
  constructor(id, me) {
    this.id = id;
    this.me = me;
  }

  /** @returns {number} the last sequence number of an unbroken thread */
  get last() {
    return this.#log.head;
  }

  /** @returns {boolean} something was announced that has not arrived */
  get behind() {
    return this.#log.hasGap;
  }

  /** @returns {number} how far the visitor has read */
  get visitorSeen() {
    return this.#log.seen;
  }

  /** @param {number} seq an announced head */
  hear(seq) {
    this.#log.lastSeq = Math.max(this.#log.lastSeq, seq);
  }

  /** @param {Entry} entry */
  take(entry) {
    this.#log.put(entry);
    if (entry.author) this.#typing.delete(authorKey(entry.author));
  }

  /** @param {{conversation: string, epoch: number, messages: Entry[], last_seq: number}} page */
  takeHistory(page) {
    const { conversation, epoch, last_seq } = page;
    this.#log.opened({ conversation, epoch, last_seq, status: "open" });
    this.#log.page(page);
    this.loaded = true;
  }

  /** Everything is read again. */
  forget() {
    this.#log.afresh();
  }

  /** @param {number[]} seqs entries that were erased on somebody's request */
  erase(seqs) {
    this.#log.erase(seqs);
  }

  /** @param {number} seq */
  seenByVisitor(seq) {
    this.#log.sawUpTo(seq);
  }

  /**
   * @param {{kind: string, name?: string, id?: number}} author
   * @param {boolean} on @param {number} now @param {string} [text] what stands in his field
   */
  types(author, on, now, text = "") {
    const key = authorKey(author);
    if (!on) this.#typing.delete(key);
    else {
      const name = author.name ?? "";
      this.#typing.set(key, { name, kind: author.kind, until: now + TYPING_MS, text });
    }
  }

  /** @param {number} now @returns {{name: string, kind: string, text: string}[]} */
  typing(now) {
    for (const [key, each] of this.#typing) if (each.until <= now) this.#typing.delete(key);
    return [...this.#typing.values()].map(({ name, kind, text }) => ({ name, kind, text }));
  }

  /** @param {string} id @returns {boolean} whether an entry of mine with this id is stored */
  stored(id) {
    return this.#entries.some((entry) => entry.id === id && this.#isMine(entry));
  }

  /**
   * The server has stored a line of mine; the entry itself may still be on its way, behind others.
   * @param {{id: string, text: string, note: boolean, at: number, seq: number, more?: any}} line
   */
  confirm(line) {
    if (!this.stored(line.id)) this.#confirmed.set(line.id, { ...line, state: "stored" });
    this.hear(line.seq);
  }

  /** What follows a gap is not shown before the gap is filled: order is part of what is said. */
  get #entries() {
    const head = this.#log.head;
    return this.#log.visible.filter((entry) => entry.seq <= head);
  }

  /**
   * The thread as it is drawn.
   * @param {import("./desk-outbox.js").Pending[]} pending
   * @returns {Line[]}
   */
  lines(pending = []) {
    /** @type {Line[]} */
    const lines = [];
    let day = NaN;
    let before = null;
    // Where nothing was read before, everything is new and the line would say nothing.
    let fresh = !this.freshAfter || this.freshAfter >= this.last;
    let seenLine = null;
    const add = (line) => {
      if (midnight(line.at) !== day) {
        day = midnight(line.at);
        lines.push({ key: `day:${day}`, kind: "day", at: line.at });
        before = null;
      }
      if (!fresh && line.entry?.seq > this.freshAfter && line.side === "visitor") {
        fresh = true;
        lines.push({ key: "fresh", kind: "fresh" });
        before = null;
      }
      line.first = !follows(line, before);
      lines.push(line);
      before = line;
    };
    for (const entry of this.#entries) {
      const line = this.#lineOf(entry);
      add(line);
      if (line.mine && line.kind === "text" && entry.seq <= this.visitorSeen) seenLine = line;
    }
    if (seenLine) seenLine.state = "seen";
    const stored = new Set(this.#entries.map((entry) => this.#isMine(entry) && entry.id));
    for (const id of stored) this.#confirmed.delete(id);
    for (const each of [...this.#confirmed.values(), ...pending]) {
      if (stored.has(each.id)) continue;
      add({
        key: `agent:${each.id}`,
        kind: each.note ? "note" : "text",
        side: "agent",
        mine: true,
        name: "",
        text: each.text,
        files: each.more?.files,
        at: each.at,
        state: SHOWN[each.state] ?? "sending",
        pending: each,
      });
    }
    return lines;
  }

  #lineOf(entry) {
    const kind = entry.kind === "event" || entry.kind === "note" ? entry.kind : "text";
    const side = entry.author?.kind === "visitor" ? "visitor" : "agent";
    return {
      key: entry.id ? `${side}:${entry.id}` : `seq:${entry.seq}`,
      kind,
      side,
      mine: this.#isMine(entry),
      name: entry.author?.name ?? "",
      text: kind === "event" ? eventText(entry) : entry.text,
      files: entry.files,
      event: kind === "event" ? (entry.event ?? entry.data?.event) : undefined,
      at: entry.at,
      state: "",
      entry,
    };
  }

  #isMine(entry) {
    return entry.author?.kind === "agent" && entry.author.id === this.me;
  }
}

/** How a line of the outbox looks; whatever it waits for, it is on its way. */
const SHOWN = { failed: "failed", stored: "" };

/** @param {{kind: string, id?: number}} author */
function authorKey(author) {
  return author.kind === "visitor" ? "visitor" : `${author.kind}:${author.id ?? ""}`;
}

function follows(line, before) {
  return (
    before !== null &&
    before.kind === line.kind &&
    line.kind !== "event" &&
    before.side === line.side &&
    before.mine === line.mine &&
    (line.mine || before.name === line.name) &&
    line.at - before.at <= TOGETHER_MS
  );
}
