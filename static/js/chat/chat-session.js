/**
 * One visitor's conversation over the page's socket: the models, joined to the line.
 *
 * The way of things: `chat.open` attaches this socket, `chat.since` fills what is missing, page
 * after page, `chat.said` adds what comes. After every `live.welcome` the same again, from where
 * this browser stands. A beat that knows of more than we have asks for the gap. It touches no DOM;
 * whoever shows it listens to "change" and reads.
 *
 * @typedef {import("./conversation-model.js").Entry} Entry
 * @typedef {import("./outbox-model.js").Item} Item
 * @typedef {import("./desk-words.js").Desk} Desk
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
import { ConversationModel } from "./conversation-model.js";
import { OutboxModel } from "./outbox-model.js";
import { ensureVisitorSecret, tabs, tellTabs, visitorIsKnown, visitorSecret } from "./visitor.js";

/** Typing is told again at most this often … */
const TYPING_EVERY_MS = 3_000;
/** … and believed this long when nothing more is heard. */
const TYPING_LASTS_MS = 7_000;
/** After an answer that did not help: long enough to spare the server, short enough for 5 s. */
const AGAIN_MS = 1_500;

export class ChatSession extends EventTarget {
  conversation = new ConversationModel();
  /** @type {Desk | null} */
  desk = null;
  /** @type {{state: string, retryAt?: number | null, reason?: string}} */
  line;
  /** @type {string | null} the name of the one who is writing */
  typing = null;
  /** Whether history is complete: from here on, what comes is new. */
  synced = false;
  /** @type {string} */
  name = "";

  /** @type {Socket} */
  #socket;
  #secret = "";
  /** Counts attachments: an answer to an earlier one is nobody's. */
  #attachment = 0;
  #filling = false;
  /** @type {any} the last state told since we asked to be attached */
  #early = null;
  #typingTold = 0;
  /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */
  #timers = {};
  #ending = new AbortController();
  /** @type {(() => void)[]} */
  #unhear = [];

  /** @param {{socket: Socket, place: import("./outbox-model.js").Place | null}} parts */
  constructor({ socket, place }) {
    super();
    this.#socket = socket;
    this.line = { state: socket.state };
    this.outbox = new OutboxModel({ place, send: (item) => this.#say(item) });
  }

  /** Begin to listen, and attach as soon as the line is open. */
  start() {
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
      "chat.typing": (typing) => this.#ours(typing, () => this.#heardTyping(typing)),
      "chat.erased": (erased) => this.#ours(erased, () => this.conversation.erase(erased.seqs)),
    };
    this.#unhear = Object.entries(heard).map(([type, hear]) => this.#socket.on(type, hear));
    this.#socket.addEventListener("state", (event) => this.#lineIs(/** @type {any} */ (event).detail), { signal });
    this.outbox.addEventListener("change", () => this.#changed(), { signal });
    tabs.addEventListener("visitor", () => this.#visitorChanged(), { signal });
    tabs.addEventListener("seen", (event) => this.#seenElsewhere(/** @type {any} */ (event).detail), { signal });
    if (this.#socket.welcome && this.#socket.state === "open") this.#welcomed(this.#socket.welcome);
  }

  /** Stop for good. */
  stop() {
    this.#ending.abort();
    for (const unhear of this.#unhear) unhear();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#attachment += 1;
    this.outbox.stop();
  }

  // ---- what the visitor does

  /** @param {string} text */
  say(text) {
    this.#typingTold = 0;
    this.outbox.add(text);
  }

  /** The visitor is writing; told now and then, and lost without harm. */
  writes() {
    const now = Date.now();
    if (now - this.#typingTold < TYPING_EVERY_MS || !this.conversation.id) return;
    if (this.#socket.send({ type: "chat.typing" })) this.#typingTold = now;
  }

  /** The field is empty again. */
  rests() {
    if (this.#typingTold) this.#socket.send({ type: "chat.typing", text: "" });
    this.#typingTold = 0;
  }

  /** The visitor has everything before his eyes. */
  see() {
    const { conversation } = this;
    if (!conversation.sawUpTo(conversation.head)) return;
    this.#socket.send({ type: "chat.seen", seq: conversation.seen });
    tellTabs({ kind: "seen", conversation: conversation.id, seq: conversation.seen });
    this.#changed();
  }

  /** @param {string} name */
  call(name) {
    this.name = name;
    if (this.#socket.state === "open") this.#attach();
  }

  /** End the conversation; writing opens it again. */
  leave() {
    this.#socket.request({ type: "chat.leave" }).catch(() => {
      // Nothing typed is lost by it; the desk closes what stays silent.
    });
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
    this.#attach();
    this.#changed();
  }

  /** @param {{state: string, code?: number}} line */
  #lineIs(line) {
    if (line.state !== "open") {
      if (line.code === RESYNC) this.#afresh();
      this.#attachment += 1;
      this.outbox.pause();
      this.typing = null;
    }
    this.#set({ line });
  }

  /** What we have does not fit what the server has: everything is read again. */
  #afresh() {
    this.conversation.afresh();
    this.synced = false;
  }

  async #attach() {
    const attachment = ++this.#attachment;
    this.#early = null;
    const name = this.name ? { name: this.name } : {};
    try {
      this.#secret = await ensureVisitorSecret();
      if (attachment !== this.#attachment) return;
      const opened = await this.#socket.request({ type: "chat.open", visitor: this.#secret, ...name });
      if (attachment !== this.#attachment) return;
      visitorIsKnown();
      this.#opened(opened);
    } catch (error) {
      if (attachment === this.#attachment) this.#later("attach", error, () => this.#attach());
    }
  }

  /** @param {any} opened */
  #opened(opened) {
    const { conversation } = this;
    const seenHere = conversation.id === opened.conversation ? conversation.seen : 0;
    if (conversation.opened(opened)) this.synced = false;
    if (this.#early?.conversation === conversation.id) conversation.state(this.#early);
    // Seen while the line was away: the desk does not know yet.
    if (seenHere > (opened.seen ?? 0)) this.#socket.send({ type: "chat.seen", seq: seenHere });
    this.outbox.open();
    this.#fill();
    this.#changed();
  }

  /** Ask for what is missing, page after page, until there is nothing missing. */
  async #fill() {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.conversation.hasGap && this.#socket.state === "open") {
        const { head } = this.conversation;
        this.conversation.page(await this.#socket.request({ type: "chat.since", seq: head }));
        if (this.conversation.head === head) throw { retry_ms: AGAIN_MS };
        for (const { id } of this.conversation.visible) if (id) this.outbox.stored(id);
      }
    } catch (error) {
      const swept = /** @type {any} */ (error)?.code === "not_found";
      this.#later("fill", error, () => (swept ? this.#attach() : this.#fill()));
    } finally {
      this.#filling = false;
    }
    this.#set({ synced: this.synced || !this.conversation.hasGap });
  }

  /** @param {string} what @param {any} error @param {() => void} act */
  #later(what, error, act) {
    if (error?.code === "gone") return; // the next welcome does it
    clearTimeout(this.#timers[what]);
    this.#timers[what] = setTimeout(() => this.#socket.state === "open" && act(), error?.retry_ms ?? AGAIN_MS);
  }

  // ---- what the server tells

  /** @param {Item} item */
  async #say({ id, text }) {
    try {
      this.#stored(await this.#socket.request({ type: "chat.say", id, text }), text);
    } catch (error) {
      // An empty conversation is swept after a day: ask for another, the message waits for it.
      if (/** @type {any} */ (error).code === "not_found") this.#attach();
      throw error;
    }
  }

  /** @param {any} stored @param {string} [text] */
  #stored({ id, conversation, seq, at }, text = this.outbox.items.find((item) => item.id === id)?.text) {
    if (text === undefined) return;
    // The old conversation was too long ago; the server has begun another.
    if (conversation !== this.conversation.id) this.#attach();
    else this.#put({ seq, id, kind: "text", author: { kind: "visitor" }, text, at });
    this.outbox.stored(id);
  }

  /** @param {Entry & {conversation: string}} entry */
  #said(entry) {
    if (!this.conversation.id) return;
    if (entry.conversation !== this.conversation.id) return void this.#attach();
    this.#put(entry);
    if (entry.author?.kind === "agent") this.typing = null;
    if (entry.id) this.outbox.stored(entry.id);
  }

  /** @param {Entry} entry */
  #put(entry) {
    this.#learn(() => this.conversation.put(entry));
  }

  /** @param {() => void} learn */
  #learn(learn) {
    learn();
    if (this.conversation.hasGap) this.#fill();
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
    this.#early = state;
    this.#ours(state, () => this.conversation.state(state));
  }

  /** @param {{by: string | {kind: string}, seq: number}} seen */
  #seen({ by, seq }) {
    const kind = typeof by === "string" ? by : by?.kind;
    if (kind === "visitor") this.conversation.sawUpTo(seq);
    else this.conversation.staffSawUpTo(seq);
  }

  /** @param {{author?: {kind: string, name?: string}, on?: boolean}} typing */
  #heardTyping({ author, on }) {
    if (author?.kind === "visitor") return;
    clearTimeout(this.#timers.typing);
    this.typing = on ? (author?.name ?? "") : null;
    if (on) this.#timers.typing = setTimeout(() => this.#set({ typing: null }), TYPING_LASTS_MS);
  }

  // ---- the other tabs

  /** The page goes, perhaps with its tab: what it could not send another tab may. */
  handOn() {
    const items = this.outbox.items.filter((item) => item.state !== "failed");
    if (items.length) tellTabs({ kind: "handed", items });
  }

  #visitorChanged() {
    const secret = visitorSecret();
    if (secret === this.#secret || !this.#secret) return;
    this.conversation.clear();
    this.synced = false;
    this.#secret = "";
    if (this.#socket.state === "open") this.#attach();
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
