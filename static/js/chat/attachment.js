/**
 * The way into a conversation: `chat.open` attaches this socket, `chat.since` fills what is missing,
 * page after page. After every new line the same again, from where this browser stands.
 *
 * Nothing is asked and no secret made before the visitor wants to talk, and has said what a site
 * asks of him first. What he says of himself is kept until the desk has it.
 *
 * @typedef {{name?: string, email?: string, topic?: string, consent?: boolean, way_back?: string}} Details
 */

import { dropVisitor, ensureVisitorSecret, visitorIsKnown } from "./visitor.js";

/** After an answer that did not help: long enough to spare the server, short enough for 5 s. */
const AGAIN_MS = 1_500;
/** After one that will not be another one soon. */
const REFUSED_AGAIN_MS = 60_000;
/** A refused way back is refused for good. */
const WAYS_END = new Set(["not_found", "conflict"]);
/** What a desk may want to know before it lets anybody in. */
const ASKED = new Set(["name", "email", "topic", "consent"]);

export class Attachment {
  wanted = false;
  /** Whether history is complete: from here on, what comes is new. */
  synced = false;
  /** He came by a link in a mail that leads nowhere any more. */
  astray = false;
  /** Who he is, while he is somebody. */
  secret = "";
  /** What the desk knows of him. @type {{name?: string, email?: string, consented?: boolean}} */
  person = {};
  /**
   * What the desk asks and neither he nor this page has said; words: why, for him.
   * @type {{field: string, words: string} | null}
   */
  lacks = null;
  /** What he said of himself, until the desk has it. @type {Details} */
  details = {};

  /** @type {import("./chat-session.js").Socket} */
  #socket;
  #conversation;
  #outbox;
  #changed;
  #barred;
  /** Counts attachments: an answer to an earlier one is nobody's. */
  #turn = 0;
  #filling = false;
  /** Whether the desk has asked for something since it let us in. */
  #wasAsked = false;
  /** @type {any} the last state told since we asked to be attached */
  #early = null;
  /** @type {Record<string, ReturnType<typeof setTimeout> | undefined>} */
  #timers = {};

  /**
   * @param {object} parts
   * @param {import("./chat-session.js").Socket} parts.socket
   * @param {import("./conversation-model.js").ConversationModel} parts.conversation
   * @param {import("./outbox-model.js").OutboxModel} parts.outbox
   * @param {() => void} parts.changed
   * @param {() => void} parts.barred  he may not open it
   */
  constructor({ socket, conversation, outbox, changed, barred }) {
    this.#barred = barred;
    this.#socket = socket;
    this.#conversation = conversation;
    this.#outbox = outbox;
    this.#changed = changed;
  }

  /** Ask to be attached, if he wants to talk. */
  async attach() {
    if (!this.wanted || this.#socket.state !== "open") return;
    const turn = ++this.#turn;
    this.#early = null;
    const details = { ...this.details };
    try {
      this.secret = await ensureVisitorSecret();
      if (turn !== this.#turn) return;
      const asked = { type: "chat.open", visitor: this.secret, ...browser(), ...details };
      const opened = await this.#socket.request(asked);
      if (turn !== this.#turn) return;
      visitorIsKnown();
      this.#wasAsked = false;
      this.lacks = null;
      this.#know(opened, details);
      this.#opened(opened);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (details.way_back && WAYS_END.has(/** @type {any} */ (error)?.code)) return this.#stray(error);
      if (/** @type {any} */ (error)?.code === "bad_field") this.#ask(error);
      // Whoever is blocked may not even open it.
      if (/** @type {any} */ (error)?.code === "not_allowed") this.#barred();
      this.#later("attach", error, () => this.attach());
    }
  }

  /**
   * The way back is none, or leads to a conversation while this browser has one of its own: then it
   * speaks in the other from now on, as somebody new.
   * @param {any} error
   */
  #stray({ code }) {
    // Whoever hears it attaches anew.
    if (code === "conflict") return dropVisitor({ erased: false });
    this.astray = true;
    delete this.details.way_back;
    this.attach();
    this.#changed();
  }

  /**
   * The page is older than what its site asks now, or another tab's answer is on its way: so he is
   * asked with the second refusal.
   * @param {any} error
   */
  #ask({ re, message }) {
    if (!ASKED.has(re)) return;
    if (this.#wasAsked) this.lacks = { field: re, words: message };
    this.#wasAsked = true;
    this.#changed();
  }

  /** He says something of himself. @param {Details} details */
  says(details) {
    this.lacks = null;
    Object.assign(this.details, details);
    this.attach();
  }

  /** @param {any} opened @param {any} told */
  #know({ name, email, consented }, told) {
    this.person = { name: name || told.name, email: email || told.email, consented: consented || told.consent };
    const { details } = /** @type {{details: any}} */ (this);
    for (const key of Object.keys(told)) if (details[key] === told[key]) delete details[key];
  }

  /** @param {any} opened */
  #opened(opened) {
    const conversation = this.#conversation;
    const seenHere = conversation.id === opened.conversation ? conversation.seen : 0;
    if (conversation.opened(opened)) this.synced = false;
    if (this.#early?.conversation === conversation.id) conversation.state(this.#early);
    // Seen while the line was away: the desk does not know yet.
    if (seenHere > (opened.seen ?? 0)) this.#socket.send({ type: "chat.seen", seq: seenHere });
    this.#outbox.open();
    this.fill();
    this.#changed();
  }

  /** Keep a state: it may come before the answer that says it is about ours. @param {any} state */
  heard(state) {
    this.#early = state;
  }

  /** Ask for what is missing, page after page, until there is nothing missing. */
  async fill() {
    if (this.#filling) return;
    this.#filling = true;
    const conversation = this.#conversation;
    try {
      while (conversation.hasGap && this.#socket.state === "open") {
        const { head } = conversation;
        conversation.page(await this.#socket.request({ type: "chat.since", seq: head }));
        if (conversation.head === head) throw { retry_ms: AGAIN_MS };
        for (const { id } of conversation.visible) if (id) this.#outbox.stored(id);
      }
    } catch (error) {
      const swept = /** @type {any} */ (error)?.code === "not_found";
      this.#later("fill", error, () => (swept ? this.attach() : this.fill()));
    } finally {
      this.#filling = false;
    }
    this.synced ||= !conversation.hasGap && conversation.id !== null;
    this.#changed();
  }

  /** @param {string} what @param {any} error @param {() => void} act */
  #later(what, error, act) {
    // The next welcome does it.
    if (error?.code === "gone") return;
    clearTimeout(this.#timers[what]);
    const long = error?.code === "not_allowed" || (what === "attach" && this.lacks);
    const pause = error?.retry_ms ?? (long ? REFUSED_AGAIN_MS : AGAIN_MS);
    this.#timers[what] = setTimeout(() => this.#socket.state === "open" && act(), pause);
  }

  /** The line is gone: what was asked over it is nobody's answer. */
  lost() {
    this.#turn += 1;
  }

  /** What we have does not fit what the server has: everything is read again. */
  afresh() {
    this.#conversation.afresh();
    this.synced = false;
  }

  /** He is somebody else now, or nobody yet. */
  leave() {
    this.#turn += 1;
    this.#conversation.clear();
    this.synced = false;
    this.secret = "";
    this.person = {};
    this.lacks = null;
  }

  /** No more timers. */
  stop() {
    this.#turn += 1;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }
}

/** What tells staff how to speak to him, and what his clock says. */
const browser = () => ({
  language: globalThis.navigator?.language,
  zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
});
