/**
 * The desk behind the screen: turns what the socket tells into the models, and what the agent
 * wants into requests. Knows no DOM; the console listens to its events and draws.
 *
 * Events (detail):  rows · thread {id} · where {id} · counts · people · line {state, reason, retryAt}
 */

import { DeskModel, LISTS } from "./desk-model.js";
import { DeskOutbox } from "./desk-outbox.js";
import { ThreadModel } from "./thread-model.js";

/** The server takes no more than this many articles a watch. */
const WATCHED_MOST = 100;
/** Lists change in bursts; one watch a burst is enough. */
const WATCH_PAUSE_MS = 300;
/** An entry follows its confirmation at once, or something is wrong. */
const MEND_MS = 1_000;
/** A typing agent says so again before the visitor's side forgets it. */
const TYPING_AGAIN_MS = 3_000;
export class DeskClient extends EventTarget {
  #socket;
  #outbox;
  #now;
  /** @type {(() => void)[]} */
  #off = [];
  #clockAhead = 0;
  #chosen = false;
  #watchTimer = 0;
  /** @type {Map<string, number>} when we last said that we type */
  #typed = new Map();
  /** @type {Set<string>} conversations whose gap is being asked for */
  #asking = new Set();
  /** @type {Map<string, number[]>} which articles each part of the screen shows */
  #watched = new Map();

  /** @type {Map<string, ThreadModel>} joined ones */
  threads = new Map();
  /** @type {Map<string, object[]>} what a visitor read, newest last */
  where = new Map();
  /** @type {Map<number, {clicks: number, open: number, reading: number}>} */
  counts = new Map();
  /** @type {{id: number, name: string, state: string, load: number}[]} */
  people = [];
  /** @type {"available" | "away"} */
  status = "available";

  /**
   * @param {object} parts
   * @param {import("../live/socket.js").LiveSocket} parts.socket
   * @param {{id: number, name: string}} parts.me
   * @param {Storage | null} parts.place where unsent lines outlive the page
   * @param {() => number} [parts.now]
   */
  constructor({ socket, me, place, now = Date.now }) {
    super();
    this.#socket = socket;
    this.#now = now;
    this.#outbox = new DeskOutbox({
      send: (frame) => this.#deliver(frame),
      changed: (id) => this.#tell("thread", { id }),
      place,
      now: () => this.now(),
    });
    this.me = me;
    this.desk = new DeskModel(me.id);
  }

  /** @returns {number} the server's time: waiting is measured from its moments */
  now() {
    return this.#now() + this.#clockAhead;
  }

  start() {
    const on = (type, take) => this.#off.push(this.#socket.on(type, (frame) => take(frame)));
    on("live.welcome", (frame) => this.#welcome(frame));
    on("live.beat", (frame) => this.#beat(frame));
    on("desk.list", (frame) => this.#list(frame));
    on("desk.changed", (frame) => this.#changed(frame));
    on("desk.staff", (frame) => this.#staff(frame));
    on("chat.claimed", (frame) => this.#claimed(frame));
    on("chat.said", (frame) => this.#said(frame));
    on("chat.history", (frame) => this.#history(frame));
    on("chat.typing", (frame) => this.#typing(frame));
    on("chat.seen", (frame) => this.#seenBy(frame));
    on("chat.where", (frame) => this.#where(frame));
    on("chat.erased", (frame) => this.#erased(frame));
    on("audience.counts", (frame) => this.#counted(frame));
    const line = (event) => {
      if (event.detail.state !== "open") this.#outbox.pause();
      this.#tell("line", event.detail);
    };
    this.#socket.addEventListener("state", line);
    this.#off.push(() => this.#socket.removeEventListener("state", line));
    this.#socket.start();
  }

  stop() {
    clearTimeout(this.#watchTimer);
    for (const off of this.#off.splice(0)) off();
    this.#socket.stop();
  }

  // ---- what the agent wants ----------------------------------------------

  /** @param {"available" | "away"} state */
  setStatus(state) {
    this.status = state;
    this.#chosen = true;
    this.#socket.send({ type: "desk.status", state });
    this.#tell("people");
  }

  /** @param {import("./desk-model.js").ListName} list asks for its next page */
  more(list) {
    const after = this.desk.next[list];
    if (after) this.#socket.send({ type: "desk.watch", list, after });
  }

  /**
   * Opens a conversation: its thread is filled and kept up to date until `part`.
   * @param {string} id @returns {ThreadModel}
   */
  join(id) {
    let thread = this.threads.get(id);
    if (!thread) {
      thread = new ThreadModel(id, this.desk.me);
      this.threads.set(id, thread);
    }
    this.#meet(thread);
    this.#ask({ type: "chat.join", conversation: id, last_seq: thread.last });
    return thread;
  }

  /** A thread learns from its row what was read; the row may come after the thread. */
  #meet(thread) {
    const row = this.desk.row(thread.id);
    if (!row) return;
    thread.freshAfter ??= row.staffSeen;
    thread.seenByVisitor(row.visitorSeen);
  }

  /** @param {string} id leaves it to its place in the list */
  part(id) {
    this.threads.delete(id);
    this.#typed.delete(id);
    this.#socket.send({ type: "chat.part", conversation: id });
  }

  /** @param {string} id @returns {Promise<object>} rejects with `taken` and `by` */
  claim(id) {
    return this.#socket.request({ type: "chat.claim", conversation: id });
  }

  /** @param {string} id */
  release(id) {
    return this.#socket.request({ type: "chat.release", conversation: id });
  }

  /** @param {string} id */
  close(id) {
    return this.#socket.request({ type: "chat.close", conversation: id });
  }

  /**
   * Puts a line in the outbox; it stays there until it is stored.
   * @param {string} conversation @param {string} text @param {boolean} note
   */
  say(conversation, text, note) {
    this.#typed.delete(conversation);
    this.#outbox.add(conversation, text, note);
  }

  /** @param {import("./desk-outbox.js").Pending} line that was refused */
  again(line) {
    this.#outbox.again(line);
  }

  /** @param {import("./desk-outbox.js").Pending} line @returns {string} to be written anew */
  takeBack(line) {
    return this.#outbox.takeBack(line);
  }

  /** @param {string} conversation @returns {import("./desk-outbox.js").Pending[]} */
  pending(conversation) {
    return this.#outbox.of(conversation);
  }

  /** @param {string} conversation @param {boolean} note */
  type(conversation, note) {
    const now = this.#now();
    if (now - (this.#typed.get(conversation) ?? 0) < TYPING_AGAIN_MS) return;
    this.#typed.set(conversation, now);
    const frame = { type: "chat.typing", conversation };
    if (note) frame.note = true;
    this.#socket.send(frame);
  }

  /** @param {string} conversation the field is empty again, or left */
  stopTyping(conversation) {
    if (!this.#typed.delete(conversation)) return;
    this.#socket.send({ type: "chat.typing", conversation, on: false });
  }

  /** @param {string} conversation everything that is shown was read */
  see(conversation) {
    const thread = this.threads.get(conversation);
    const row = this.desk.row(conversation);
    if (!thread?.last || !row || row.staffSeen >= thread.last) return;
    this.desk.seen(conversation, thread.last);
    this.#socket.send({ type: "chat.seen", conversation, seq: thread.last });
    this.#tell("rows");
  }

  /**
   * Says which articles' numbers a part of the screen shows.
   * @param {string} part @param {Iterable<number>} articles
   */
  watch(part, articles) {
    this.#watched.set(part, [...articles]);
    if (this.#watchTimer) return;
    this.#watchTimer = setTimeout(() => this.#sendWatch(), WATCH_PAUSE_MS);
  }

  // ---- what the server tells ---------------------------------------------

  #welcome(frame) {
    if (frame.time) this.#clockAhead = frame.time - this.#now();
    for (const list of LISTS) this.#socket.send({ type: "desk.watch", list });
    // Only what was chosen here: another screen of his may have said otherwise since.
    if (this.#chosen) this.#socket.send({ type: "desk.status", state: this.status });
    for (const [id, thread] of this.threads) {
      this.#asking.delete(id);
      this.#ask({ type: "chat.join", conversation: id, last_seq: thread.last });
    }
    this.#sendWatch(true);
    this.#outbox.open();
  }

  #beat(frame) {
    for (const [id, seq] of Object.entries(frame.heads ?? {})) {
      this.threads.get(id)?.hear(seq);
      this.#mend(id);
    }
  }

  #list(frame) {
    this.desk.takeList(frame, !frame.after);
    for (const thread of this.threads.values()) this.#meet(thread);
    this.#tell("rows");
  }

  #changed(frame) {
    this.desk.takeRow(frame);
    this.threads.get(frame.conversation)?.seenByVisitor(frame.visitor_seen ?? 0);
    this.#tell("rows");
  }

  #staff(frame) {
    this.people = frame.people;
    const me = frame.people.find((person) => person.id === this.me.id);
    if (me && me.state !== this.status) {
      this.status = me.state;
      this.#chosen = false;
    }
    this.#tell("people");
  }

  #claimed(frame) {
    this.desk.takeRow({ conversation: frame.conversation, agent: frame.agent, status: "open" });
    this.#tell("rows");
  }

  #said(frame) {
    const thread = this.threads.get(frame.conversation);
    if (!thread) return;
    thread.take(frame);
    this.#mend(frame.conversation);
    if (frame.id) this.#outbox.stored(frame.conversation, frame.id);
    this.#tell("thread", { id: frame.conversation });
  }

  #history(frame) {
    const thread = this.threads.get(frame.conversation);
    if (!thread) return;
    this.#asking.delete(frame.conversation);
    thread.takeHistory(frame);
    this.#mend(frame.conversation);
    for (const { id } of this.#outbox.of(frame.conversation)) {
      if (thread.stored(id)) this.#outbox.stored(frame.conversation, id);
    }
    this.#tell("thread", { id: frame.conversation });
  }

  /** Asks for what lies between our last entry and the head, one page at a time. */
  #mend(id) {
    const thread = this.threads.get(id);
    if (!thread?.behind || this.#asking.has(id)) return;
    this.#ask({ type: "chat.since", conversation: id, seq: thread.last });
  }

  #ask(frame) {
    if (this.#socket.send(frame)) this.#asking.add(frame.conversation);
  }

  #typing(frame) {
    const thread = this.threads.get(frame.conversation);
    if (!thread || frame.author?.id === this.desk.me) return;
    thread.types(frame.author, frame.on !== false, this.#now(), frame.text);
    this.#tell("typing", { id: frame.conversation });
  }

  #seenBy(frame) {
    const { conversation: id, by, seq } = frame;
    if (by === "visitor") {
      this.threads.get(id)?.seenByVisitor(seq);
      this.#tell("thread", { id });
    } else {
      this.desk.seen(id, seq);
      this.#tell("rows");
    }
  }

  #where(frame) {
    const trail = this.where.get(frame.conversation) ?? [];
    const row = this.desk.row(frame.conversation);
    if (trail.length === 0 && row?.url && row.url !== frame.url) {
      trail.push({ article: row.article, title: row.title, url: row.url, at: row.lastAt });
    }
    const before = trail.at(-1);
    const same = before && before.url === frame.url && before.article === frame.article;
    const at = same ? before.at : (frame.at ?? this.now());
    if (same) trail[trail.length - 1] = { ...frame, at };
    else trail.push({ ...frame, at });
    this.where.set(frame.conversation, trail);
    this.#tell("where", { id: frame.conversation });
  }

  #erased(frame) {
    this.threads.get(frame.conversation)?.erase(frame.seqs);
    this.#tell("thread", { id: frame.conversation });
  }

  #counted(frame) {
    for (const [id, told] of Object.entries(frame.counts)) {
      const before = this.counts.get(Number(id));
      // A count on a screen never goes down.
      const clicks = Math.max(told.clicks, before?.clicks ?? 0);
      this.counts.set(Number(id), { ...told, clicks });
    }
    this.#tell("counts");
  }

  // ---- the line ------------------------------------------------------------

  #sendWatch(afresh = false) {
    clearTimeout(this.#watchTimer);
    this.#watchTimer = 0;
    const articles = [...new Set([...this.#watched.values()].flat())].slice(0, WATCHED_MOST);
    const key = articles.join();
    if (!afresh && key === this.#watching) return;
    if (articles.length && this.#socket.send({ type: "audience.watch", articles })) {
      this.#watching = key;
    }
  }

  #watching = "";

  /** Sends a line of the outbox; what the server confirms stands in the thread at once. */
  async #deliver(frame) {
    const { conversation, id, text } = frame;
    const { seq, at } = await this.#socket.request(frame);
    const note = frame.type === "chat.note";
    this.threads.get(conversation)?.confirm({ id, text, note, at, seq });
    // Its entry is on its way; only if it does not come is it asked for.
    setTimeout(() => this.#mend(conversation), MEND_MS);
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
