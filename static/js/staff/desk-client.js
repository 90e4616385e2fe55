/**
 * The desk behind the screen: turns what the socket tells into the models, and what the agent
 * wants into requests. Knows no DOM; the console listens to its events and draws.
 *
 * Events (detail):  rows · thread {id} · where {id} · counts · people · line {state, reason, retryAt} ·
 *                   slow {slow}
 */

import { RESYNC } from "../live/backoff-model.js";
import { DeskCounts } from "./desk-counts.js";
import { DeskModel, LISTS } from "./desk-model.js";
import { DeskOutbox } from "./desk-outbox.js";
import { DeskThreads } from "./desk-threads.js";
import { TrailModel } from "./trail-model.js";

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
  /** @type {Map<string, number>} when we last said that we type */
  #typed = new Map();

  trails = new TrailModel();
  counts = new DeskCounts((frame) => this.#socket.send(frame));
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
    this.threads = new DeskThreads({
      send: (frame) => this.#socket.send(frame),
      me: me.id,
      rowOf: (id) => this.desk.row(id),
    });
  }

  /** @returns {number} the server's time: waiting is measured from its moments */
  now() {
    return this.#now() + this.#clockAhead;
  }

  start() {
    const on = (type, take) => this.#off.push(this.#socket.on(type, (frame) => take(frame)));
    on("live.welcome", (frame) => this.#welcome(frame));
    on("live.health", ({ degraded }) => this.#tell("slow", { slow: degraded === true }));
    on("live.beat", (frame) => this.threads.beat(frame.heads ?? {}));
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
      if (event.detail.code === RESYNC) this.threads.forget();
      this.#tell("line", event.detail);
    };
    this.#socket.addEventListener("state", line);
    this.#off.push(() => this.#socket.removeEventListener("state", line));
    this.#socket.start();
  }

  stop() {
    this.counts.stop();
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

  /** @param {string} id opens a conversation: it is kept complete until `part` */
  join(id) {
    this.threads.join(id);
  }

  /** @param {string} id */
  part(id) {
    this.#typed.delete(id);
    this.threads.part(id);
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

  // ---- what the server tells ---------------------------------------------

  #welcome(frame) {
    if (frame.time) this.#clockAhead = frame.time - this.#now();
    for (const list of LISTS) this.#socket.send({ type: "desk.watch", list });
    // Only what was chosen here: another screen of his may have said otherwise since.
    if (this.#chosen) this.#socket.send({ type: "desk.status", state: this.status });
    this.threads.afresh();
    this.counts.afresh();
    this.#outbox.open();
    this.#tell("slow", { slow: false });
  }

  #list(frame) {
    this.desk.takeList(frame, !frame.after);
    this.threads.meetAll();
    this.#tell("rows");
  }

  #changed(frame) {
    this.desk.takeRow(frame);
    this.threads.meet(frame.conversation);
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
    const { conversation, id } = frame;
    if (!this.threads.said(frame)) return;
    if (id) this.#outbox.stored(conversation, id);
    this.#tell("thread", { id: conversation });
  }

  #history(frame) {
    const { conversation } = frame;
    const thread = this.threads.history(frame);
    if (!thread) return;
    for (const { id } of this.#outbox.of(conversation)) {
      if (thread.stored(id)) this.#outbox.stored(conversation, id);
    }
    this.#tell("thread", { id: conversation });
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
    const { conversation, article, title, url } = frame;
    const row = this.desk.row(conversation);
    // What he read before he moved on for the first time stands only in his row.
    if (row?.url && row.url !== url && !this.trails.here(conversation)) {
      const { article, title, url, lastAt } = row;
      this.trails.reads(conversation, { article, title, url, at: lastAt });
    }
    this.trails.reads(conversation, { article, title, url, at: this.now() });
    this.#tell("where", { id: conversation });
  }

  #erased(frame) {
    this.threads.get(frame.conversation)?.erase(frame.seqs);
    this.#tell("thread", { id: frame.conversation });
  }

  #counted(frame) {
    this.counts.hear(frame.counts);
    this.#tell("counts");
  }

  /** Sends a line of the outbox; what the server confirms stands in the thread at once. */
  async #deliver(frame) {
    const { conversation, id, text } = frame;
    const { seq, at } = await this.#socket.request(frame);
    const note = frame.type === "chat.note";
    this.threads.get(conversation)?.confirm({ id, text, note, at, seq });
    // Its entry is on its way; only if it does not come is it asked for.
    setTimeout(() => this.threads.mend(conversation), MEND_MS);
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
