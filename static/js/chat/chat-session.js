/**
 * One visitor's conversation over the page's socket: the models, joined to the line.
 *
 * The way of things: its attachment asks to be let in and fills what is missing, `chat.said` adds
 * what comes. A beat that knows of more than we have asks for the gap. It touches no DOM; whoever
 * shows it listens to "change" and reads. "forgotten": nothing of him may stay.
 *
 * @typedef {import("./conversation-model.js").Entry} Entry
 * @typedef {import("./outbox-model.js").Item} Item
 * @typedef {import("./desk-words.js").Desk} Desk
 * @typedef {import("./attachment.js").Details} Details
 * @typedef {object} Socket  what is used of LiveSocket
 * @property {string} state
 * @property {any} welcome
 * @property {boolean} [degraded]
 * @property {(frame: object) => boolean} send
 * @property {(frame: object) => Promise<any>} request
 * @property {(type: string, hear: (frame: any) => void) => () => void} on
 * @property {EventTarget["addEventListener"]} addEventListener
 * @property {EventTarget["removeEventListener"]} removeEventListener
 */

import { RESYNC } from "../live/backoff-model.js";
import { Attachment } from "./attachment.js";
import { ConversationModel } from "./conversation-model.js";
import { framed, OutboxModel } from "./outbox-model.js";
import { Typing } from "./typing.js";
import { dropVisitor, tabs, tellTabs, visitorSecret } from "./visitor.js";

/** What a browser's timer can count. */
const LONGEST_TIMER_MS = 2 ** 31;

export class ChatSession extends EventTarget {
  conversation = new ConversationModel();
  /** @type {Desk | null} */
  desk = null;
  /** @type {{state: string, retryAt?: number | null, reason?: string}} */
  line;
  /** He has said what was asked of him. */
  admitted = false;
  /** Nothing he says arrives, until then if that is known. @type {{until?: number | null} | null} */
  blocked = null;
  /** Whether he had opened chat before this page did. */
  returns = visitorSecret() !== null;
  /** @type {Socket} */
  #socket;
  #attachment;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blocked;
  #ending = new AbortController();
  /** @type {(() => void)[]} */
  #unhear = [];

  /**
   * @param {{socket: Socket, place: import("./outbox-model.js").Place | null, shown?: boolean}} parts
   *   shown: staff read what he types
   */
  constructor({ socket, place, shown = false }) {
    super();
    this.#socket = socket;
    this.line = { state: socket.state };
    this.outbox = new OutboxModel({ place, send: (item) => this.#say(item) });
    const { conversation, outbox } = this;
    const changed = () => this.#changed();
    this.#attachment = new Attachment({ socket, conversation, outbox, changed, barred: () => this.#isBlocked(this.blocked ?? {}) });
    const tell = (/** @type {string | undefined} */ text) =>
      Boolean(this.conversation.id) && socket.send({ type: "chat.typing", ...(text !== undefined && { text }) });
    this.typing = new Typing({ tell, changed, shown });
  }

  /**
   * Begin to listen, and attach as soon as the line is open.
   * @param {{wanted?: boolean}} [options]  not wanted: once he has been let in
   */
  start({ wanted = true } = {}) {
    this.#attachment.wanted = wanted;
    const { signal } = this.#ending;
    /** @type {Record<string, (frame: any) => void>} */
    const heard = {
      "live.welcome": (frame) => this.#welcomed(frame),
      "live.health": () => this.#changed(),
      "live.beat": ({ heads }) => this.#learn(() => this.conversation.beat(heads ?? {})),
      "desk.state": (desk) => this.#set({ desk }),
      "chat.said": (entry) => this.#said(entry),
      "chat.stored": (stored) => this.#stored(stored),
      "chat.state": (state) => this.#state(state),
      "chat.seen": (seen) => this.#ours(seen, () => this.#seen(seen)),
      "chat.typing": (typing) => this.#ours(typing, () => this.typing.heard(typing)),
      "chat.blocked": (blocked) => this.#isBlocked(blocked),
      "chat.erased": (erased) => this.#ours(erased, () => this.#erased(erased.seqs)),
    };
    this.#unhear = Object.entries(heard).map(([type, hear]) => this.#socket.on(type, hear));
    this.#socket.addEventListener("state", (event) => this.#lineIs(/** @type {any} */ (event).detail), { signal });
    this.outbox.addEventListener("change", () => this.#changed(), { signal });
    tabs.addEventListener("visitor", (event) => this.#visitorChanged(/** @type {any} */ (event).detail), { signal });
    tabs.addEventListener("seen", (event) => this.#seenElsewhere(/** @type {any} */ (event).detail), { signal });
    if (this.#socket.welcome && this.#socket.state === "open") this.#welcomed(this.#socket.welcome);
  }

  /** Stop for good. */
  stop() {
    this.#ending.abort();
    for (const unhear of this.#unhear) unhear();
    clearTimeout(this.#blocked);
    this.#attachment.stop();
    this.typing.stop();
    this.outbox.stop();
  }

  // ---- what the visitor does

  /** @param {string} text @param {object} [more] what else its frame carries */
  say(text, more) {
    this.typing.ends();
    this.outbox.add(text, more);
    if (!this.#attachment.wanted) this.admit({});
  }

  /** Ask the desk for something. @param {object} frame @returns {Promise<any>} */
  ask(frame) {
    return this.#socket.request(frame);
  }

  /** The visitor has everything before his eyes. */
  see() {
    const { conversation } = this;
    if (!conversation.sawUpTo(conversation.head)) return;
    this.#socket.send({ type: "chat.seen", seq: conversation.seen });
    tellTabs({ kind: "seen", conversation: conversation.id, seq: conversation.seen });
    this.#changed();
  }

  /** He may talk, and wants to; what he says of himself goes with it. @param {Details} details */
  admit(details) {
    this.admitted = true;
    this.#attachment.wanted = true;
    this.#attachment.says(details);
    this.#changed();
  }

  /** Nothing is to be asked of him: he may talk. */
  attend() {
    this.#attachment.wanted = true;
    this.#attachment.attach();
  }

  /** What the desk knows of him. */
  get person() {
    return this.#attachment.person;
  }

  /** What he said of himself and the desk does not know yet. */
  get details() {
    return this.#attachment.details;
  }

  /** What the desk asks of him, though this page did not know. */
  get lacks() {
    return this.#attachment.lacks;
  }

  /** He came by a link in a mail that leads nowhere any more. */
  get astray() {
    return this.#attachment.astray;
  }

  /** Whether history is complete: from here on, what comes is new. */
  get synced() {
    return this.#attachment.synced;
  }

  /** Have everything about him removed, here and there. */
  async forget() {
    await this.ask({ type: "chat.forget" });
    dropVisitor();
  }

  // ---- the line

  /** Whether the line is good and news takes longer all the same: the servers do not hear each other. */
  get slow() {
    return this.line.state === "open" && this.#socket.degraded === true;
  }

  /** @param {{desk?: Desk}} welcome */
  #welcomed(welcome) {
    if (welcome.desk) this.desk = welcome.desk;
    this.line = { state: "open" };
    // Said anew, if it is so.
    this.blocked = null;
    this.#attachment.attach();
    this.#changed();
  }

  /** @param {{state: string, code?: number}} line */
  #lineIs(line) {
    if (line.state !== "open") {
      if (line.code === RESYNC) this.#attachment.afresh();
      this.#attachment.lost();
      this.outbox.pause();
      this.typing.stopped();
    }
    this.#set({ line });
  }

  // ---- what the server tells

  /** @param {Item} item */
  async #say({ id, text, more }) {
    try {
      this.#stored(await this.#socket.request({ ...framed(more), type: "chat.say", id, text }), { text, more });
      this.blocked = null;
    } catch (error) {
      // An empty conversation is swept after a day: ask for another, the message waits for it.
      if (/** @type {any} */ (error).code === "not_found") this.#attachment.attach();
      throw error;
    }
  }

  /** @param {any} stored @param {Partial<Item>} [item] what was stored */
  #stored({ id, conversation, seq, at }, item = this.outbox.items.find((each) => each.id === id)) {
    if (item?.text === undefined) return;
    const { text, more } = item;
    // The old conversation was too long ago; the server has begun another.
    if (conversation !== this.conversation.id) this.#attachment.attach();
    // As it was sent, until it is told as others see it.
    else this.#put({ ...more, sent: true, seq, id, kind: "text", author: { kind: "visitor" }, text, at });
    this.outbox.stored(id);
  }

  /** @param {Entry & {conversation: string}} entry */
  #said(entry) {
    if (!this.conversation.id) return;
    if (entry.conversation !== this.conversation.id) return void this.#attachment.attach();
    this.#put(entry);
    if (entry.author?.kind === "agent") this.typing.stopped();
    if (entry.id) this.outbox.stored(entry.id);
  }

  /** @param {Entry} entry */
  #put(entry) {
    this.#learn(() => this.conversation.put(entry));
  }

  /** @param {() => void} learn */
  #learn(learn) {
    learn();
    if (this.conversation.hasGap) this.#attachment.fill();
    this.#changed();
  }

  /** @param {{conversation?: string}} frame @param {() => void} act */
  #ours(frame, act) {
    if (frame.conversation && frame.conversation !== this.conversation.id) return;
    act();
    this.#changed();
  }

  /** @param {any} state which may come before the answer that says it is about ours */
  #state(state) {
    this.#attachment.heard(state);
    this.#ours(state, () => this.conversation.state(state));
  }

  /** @param {{by: string | {kind: string}, seq: number}} seen */
  #seen({ by, seq }) {
    const kind = typeof by === "string" ? by : by?.kind;
    if (kind === "visitor") this.conversation.sawUpTo(seq);
    else this.conversation.staffSawUpTo(seq);
  }

  /** @param {{until?: number | null}} blocked */
  #isBlocked(blocked) {
    clearTimeout(this.#blocked);
    // 0: staff have lifted it.
    if (blocked.until === 0) return this.#free();
    this.blocked = blocked;
    const over = (blocked.until ?? Infinity) - Date.now();
    if (over < LONGEST_TIMER_MS) this.#blocked = setTimeout(() => this.#free(), over);
    this.#changed();
  }

  #free() {
    this.blocked = null;
    if (!this.conversation.id) this.#attachment.attach();
    this.#changed();
  }

  /** @param {number[]} seqs  none: all of it is gone */
  #erased(seqs) {
    if (seqs.length) this.conversation.erase(seqs);
    else dropVisitor();
  }

  // ---- the other tabs

  /** The page goes, perhaps with its tab: what it could not send another tab may. */
  handOn() {
    const items = this.outbox.items.filter((item) => item.state !== "failed");
    if (items.length) tellTabs({ kind: "handed", items });
  }

  /** @param {{erased?: boolean}} [said] */
  #visitorChanged(said) {
    if (said?.erased) return this.#forgotten();
    const { secret, wanted } = this.#attachment;
    const now = visitorSecret();
    // He was let in by another tab.
    if (now && !wanted) return this.admit({});
    if (now === secret || !secret) return;
    this.#attachment.leave();
    this.#attachment.attach();
    this.#changed();
  }

  /** Back from the cache of visited pages: on those between he may have become another. */
  revisit() {
    this.outbox.reread();
    if (this.#attachment.secret) this.#visitorChanged({ erased: !visitorSecret() });
  }

  /** He asked to be forgotten: this is somebody who was never here. */
  #forgotten() {
    Object.assign(this, { blocked: null, admitted: false, returns: false });
    this.#attachment.leave();
    Object.assign(this.#attachment, { wanted: false, details: {} });
    this.outbox.clear();
    this.dispatchEvent(new Event("forgotten"));
    this.#changed();
  }

  /** @param {{conversation: string, seq: number}} seen */
  #seenElsewhere({ conversation, seq }) {
    if (conversation === this.conversation.id && this.conversation.sawUpTo(seq)) this.#changed();
  }

  /** @param {Partial<ChatSession>} changes */
  #set(changes) {
    Object.assign(this, changes);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
