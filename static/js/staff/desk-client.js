/**
 * The desk behind the screen: turns what the socket tells into the models, and what the agent
 * wants into requests. Knows no DOM; the console listens to its events and draws.
 *
 * Events (detail):  rows · thread {id} · typing {id} · where {id} · counts · people · desks · labels ·
 *                   known {id} · mentioned {conversation, seq, by, text} · line {state, reason, retryAt} · slow {slow} · alarms {alarms, still}
 */

import { RESYNC } from "../live/backoff-model.js";
import { DeskAsks } from "./desk-asks.js";
import { DeskCounts } from "./desk-counts.js";
import { DeskKnown } from "./desk-known.js";
import { DeskModel } from "./desk-model.js";
import { DeskOutbox } from "./desk-outbox.js";
import { DeskThreads } from "./desk-threads.js";
import { DeskTyping } from "./desk-typing.js";
import { TrailModel } from "./trail-model.js";
import { WATCHED, watchOf } from "./views-model.js";

/** An entry follows its confirmation at once, or something is wrong. */
const MEND_MS = 1_000;

export class DeskClient extends EventTarget {
  #socket;
  #now;
  /** @type {(() => void)[]} */
  #off = [];
  #clockAhead = 0;
  #chosen = false;

  trails = new TrailModel();
  counts = new DeskCounts((frame) => this.#socket.send(frame));
  /** @type {{id: number, name: string, state: string, load: number, capacity?: number, picture?: string}[]} */
  people = [];
  /** @type {{id: number, name: string, open: boolean, members: number[], waiting: number}[]} */
  desks = [];
  /** @type {Set<import("./views-model.js").View>} lists that are kept up to date */
  #watched = new Set(WATCHED);
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
    this.outbox = new DeskOutbox({
      send: (frame) => this.#deliver(frame),
      changed: (id) => this.#tell("thread", { id }),
      place,
      now: () => this.now(),
    });
    this.me = me;
    this.typing = new DeskTyping((frame) => this.#socket.send(frame), now);
    /** What can be asked, each by name. */
    this.ask = new DeskAsks((frame, how) => this.#socket.request(frame, how));
    this.known = new DeskKnown(this);
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
    on("board.alarms", ({ alarms, still }) => this.#tell("alarms", { alarms, still }));
    on("live.beat", (frame) => this.threads.beat(frame.heads ?? {}));
    on("desk.list", (frame) => this.#list(frame));
    on("desk.changed", (frame) => this.#changed(frame));
    on("desk.staff", (frame) => this.#staff(frame));
    on("desk.desks", ({ desks }) => this.#tell("desks", { desks: (this.desks = desks) }));
    on("desk.labels", ({ labels }) => this.#tell("labels", this.desk.takeLabels(labels)));
    on("desk.mentioned", (frame) => this.#mentioned(frame));
    on("error", ({ code, re }) => code === "unknown_type" && re && this.ask.lack(re));
    on("chat.claimed", (frame) => this.#claimed(frame));
    on("chat.said", (frame) => this.#said(frame));
    on("chat.history", (frame) => this.#history(frame));
    on("chat.typing", (frame) => this.#typing(frame));
    on("chat.seen", (frame) => this.#seenBy(frame));
    on("chat.where", (frame) => this.#where(frame));
    on("chat.erased", (frame) => this.#erased(frame));
    on("audience.counts", (frame) => this.#counted(frame));
    const line = (event) => {
      if (event.detail.state !== "open") this.outbox.pause();
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

  /** @param {import("./views-model.js").View} view from now on it is kept up to date */
  watch(view) {
    if (this.#watched.has(view)) return;
    this.#watched.add(view);
    this.#socket.send({ type: "desk.watch", ...watchOf(view) });
  }

  /** @param {import("./views-model.js").View} view asks for its next page */
  more(view) {
    const after = this.desk.next[view];
    if (after) this.#socket.send({ type: "desk.watch", ...watchOf(view), after });
  }

  /**
   * For parts of the screen with frames of their own.
   * @param {string} type @param {(frame: any) => void} take @returns {() => void} hears no more
   */
  hear(type, take) {
    return this.#socket.on(type, take);
  }

  /** @param {object} frame state that may be lost @returns {boolean} whether there was a line */
  send(frame) {
    return this.#socket.send(frame);
  }

  /** @param {string} id opens a conversation: it is kept complete until `part` */
  join(id) {
    this.threads.join(id);
  }

  /** @param {string} id */
  part(id) {
    this.typing.forget(id);
    this.threads.part(id);
  }

  /**
   * Puts a line in the outbox; it stays there until it is stored.
   * @param {string} conversation @param {string} text @param {boolean} note
   * @param {object} [more] what else it carries: `mentions` of a note, `files` of an answer
   */
  say(conversation, text, note, more) {
    this.typing.forget(conversation);
    this.outbox.add(conversation, text, note, more);
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
    this.desk.grewOld();
    for (const view of this.#watched) this.#socket.send({ type: "desk.watch", ...watchOf(view) });
    // Only what was chosen here: another screen of his may have said otherwise since.
    if (this.#chosen) this.#socket.send({ type: "desk.status", state: this.status });
    this.threads.afresh();
    this.counts.afresh();
    this.outbox.open();
    this.#tell("slow", { slow: false });
    this.#tell("alarms", { alarms: [], still: false }); // what lasts is said anew
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
    if (id) this.outbox.stored(conversation, id);
    this.#tell("thread", { id: conversation });
  }

  #history(frame) {
    const { conversation } = frame;
    const thread = this.threads.history(frame);
    if (!thread) return;
    for (const { id } of this.outbox.of(conversation)) {
      if (thread.stored(id)) this.outbox.stored(conversation, id);
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
    const { conversation } = frame;
    this.trails.follow(this.desk.row(conversation), frame, this.now());
    this.#tell("where", { id: conversation });
  }

  #erased({ conversation, seqs }) {
    this.threads.get(conversation)?.erase(seqs);
    if (!seqs.length) this.desk.remove(conversation);
    this.#tell(seqs.length ? "thread" : "rows", { id: conversation });
  }

  #mentioned(frame) {
    this.desk.mention(frame.conversation);
    this.#tell("rows");
    this.#tell("mentioned", frame);
  }

  #counted(frame) {
    this.counts.hear(frame.counts);
    this.#tell("counts");
  }

  /** A restart of the line: somebody has signed in again. */
  afresh() {
    this.#socket.stop();
    this.#socket.start();
  }

  /** Sends a line of the outbox; what the server confirms stands in the thread at once. */
  async #deliver(frame) {
    const { conversation, id, text } = frame;
    const { seq, at } = await this.#socket.request(frame);
    const note = frame.type === "chat.note";
    const more = this.outbox.of(conversation).find((each) => each.id === id)?.more;
    this.threads.get(conversation)?.confirm({ id, text, note, at, seq, more });
    // Its entry is on its way; only if it does not come is it asked for.
    setTimeout(() => this.threads.mend(conversation), MEND_MS);
  }

  /** @param {string} type @param {object} [detail] */
  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
