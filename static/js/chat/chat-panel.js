/**
 * `<chat-panel>`: the open Live Chat. Head (who is there), log, line (how the connection is), a card
 * for what is seldom asked, composer. It shows what its session knows and does nothing else; see
 * chat-session.js for the way of a message, panel-model.js for what is shown when.
 *
 * `launcher` puts it into the page and takes the focus back.
 *
 * Events: "chat-open", "chat-close", "chat-unread" {count}.
 */

import "./chat-composer.js";
import "./chat-head.js";
import "./chat-line.js";
import "./chat-log.js";
import { build, on, write } from "./build.js";
import { ChatSession } from "./chat-session.js";
import { deskWords } from "./desk-words.js";
import { DraftModel, tabStorage } from "./draft-model.js";
import { LateParts } from "./late-parts.js";
import { rows } from "./log-rows.js";
import { articleTitle, fit, follow, isSheet, setAside, siteName } from "./page-around.js";
import { blocked, presence, say, standing } from "./words.js";

const SECOND_MS = 1_000;

export class ChatPanel extends HTMLElement {
  /** @type {import("./chat-session.js").Socket} set before the panel comes into the page */
  socket = /** @type {any} */ (null);
  /** What the site asks and allows: the launcher's attributes. @type {DOMStringMap} */
  site = {};
  draft = new DraftModel();
  /** @type {ChatSession} made when the panel comes into the page */
  session = /** @type {any} */ (null);
  #site = siteName();
  #article = articleTitle();
  #frame = 0;
  /** The browser told that the network went: an open socket outlives it for a while. */
  #cut = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #tick;
  #unread = -1;
  /** @type {LateParts} made when the panel comes into the page */
  #late = /** @type {any} */ (null);
  /** One he asked for in the menu. */
  #chosen = "";
  #leaving = new AbortController();

  connectedCallback() {
    if (this.session) return;
    this.#build();
    const shown = this.site.preview !== undefined;
    this.session = new ChatSession({ socket: this.socket, place: tabStorage(), shown });
    Object.assign(this.session.details, this.draft.details);
    this.session.admitted = Object.keys(this.draft.details).length > 0;
    this._composer.value = this.draft.draft;
    this._log.place = this.draft.scroll;
    this.#late = new LateParts(this, this._card, this._composer);
    this.#wire();
    this.#late.fileDoor();
    import("./composer-extras.js").then(({ extend }) => extend(this)).catch(reportError);
    this.session.start({ wanted: this.#late.face().kind === "talk" });
    this.#render();
  }

  /** Take the panel apart for good. */
  destroy() {
    this.session?.stop();
    this.#leaving.abort();
    clearInterval(this.#tick);
    this.#late?.stop();
    setAside(this, false);
    this.remove();
  }

  #build() {
    this.id = "chat-panel";
    this.hidden = true;
    this._head = build("chat-head");
    this._log = build("chat-log");
    this._line = build("chat-line");
    this._card = build("div.chat-card", { hidden: true });
    this._closed = build("p.chat-panel__closed", { hidden: true, role: "status" });
    this._composer = build("chat-composer");
    this.append(this._head, this._log, this._line, this._card, this._closed, this._composer);
  }

  #wire() {
    const { session } = this;
    const { outbox } = session;
    const leaving = { signal: this.#leaving.signal };
    on(session, "change", () => this.soon());
    on(session, "forgotten", () => this.#forgotten());
    on(this._composer, "chat-submit", ({ detail }) => this.say(detail.text, detail.more));
    on(this._composer, "chat-draft", ({ detail }) => this.#drafted(detail.text));
    on(this._log, "chat-end", () => this.#look());
    on(this._log, "chat-retry", ({ detail }) => outbox.retry(detail.id));
    on(this._log, "chat-edit", ({ detail }) => this.#late.edit(detail.id));
    on(this._log, "chat-begin", ({ detail }) => this.#begin(detail.text));
    on(this._log, "click", (event) => this.#followed(event));
    on(this._line, "chat-due", () => this.soon());
    on(this._head, "chat-shut", () => this.close());
    on(this._head, "chat-menu", () => this.#late.menu(this._head));
    on(this, "keydown", (event) => this.#key(event));
    on(document, "visibilitychange", () => this.#look(), leaving);
    on(window, "focus", () => this.#look(), leaving);
    on(window, "pagehide", () => this.#leave(), leaving);
    on(window, "pageshow", ({ persisted }) => persisted && this.#returned(), leaving);
    on(window, "offline", () => this.#networkIs(true), leaving);
    on(window, "online", () => this.#networkIs(false), leaving);
    follow(() => fit(this, say("panel")), leaving.signal);
  }

  // ---- open and closed

  /**
   * Show the panel.
   * @param {{focus?: boolean, wayBack?: string}} [options]  without focus: it was open on the page
   *   before; wayBack: by a link in a mail
   */
  open({ focus = true, wayBack } = {}) {
    if (wayBack) this.session.admit({ way_back: wayBack });
    this.hidden = false;
    this.classList.toggle("chat-panel--arriving", focus);
    this.draft.keep({ open: true });
    fit(this, say("panel"));
    this.#tick ??= setInterval(() => this.#second(), SECOND_MS);
    this.#render();
    this.dispatchEvent(new Event("chat-open"));
    if (focus) this.write();
    this.#look();
  }

  /** Give the keyboard to whatever is to be filled in. */
  write() {
    const field = this._composer.hidden && this._card.querySelector("input, textarea");
    (field || this._composer).focus({ preventScroll: true });
  }

  /** @param {string} text @param {object} [more] what else its frame carries */
  say(text, more) {
    this.draft.keep({ told: true });
    this.session.say(text, more);
  }

  /** @param {import("./outbox-model.js").Item[]} items of a tab that went */
  adopt(items) {
    this.session.outbox.adopt(items);
  }

  #leave() {
    this.session.handOn();
    this.draft.keep({ scroll: this.hidden ? null : this._log.place });
  }

  /** Back from the cache of visited pages: on the pages in between one may have written on. */
  #returned() {
    this.draft.read();
    this.session.revisit();
    this._composer.value = this.draft.draft;
    if (this.draft.open === this.hidden) this.draft.open ? this.open({ focus: false }) : this.close();
  }

  close() {
    this.draft.keep({ open: false, scroll: null });
    this.hidden = true;
    clearInterval(this.#tick);
    this.#tick = undefined;
    this._head.fold();
    fit(this, say("panel"));
    this.dispatchEvent(new Event("chat-close"));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    event.stopPropagation();
    if (this._head.escape()) return;
    if (this.#chosen) this.choose("");
    else this.close();
  }

  /** On a phone the sheet would cover the page the link leads to. @param {MouseEvent} event */
  #followed(event) {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link && !link.target && isSheet()) this.draft.keep({ open: false });
  }

  /** Lay down a card he asked for; "" takes it away. @param {string} kind */
  choose(kind) {
    this.#chosen = kind;
    this.#render();
    if (!kind) this.write();
  }

  // ---- what is shown

  /** What it means that nobody is there. */
  get nobody() {
    const { desk } = this.session;
    const back = desk && !desk.open ? deskWords(desk, Date.now(), true) : "";
    return say("then", { back, then: say("nobodyBody") });
  }

  /** What stands in the field. @param {string} text */
  draw(text) {
    this.draft.keep({ draft: text });
    this._composer.value = text;
  }

  /** Words to begin with; another beginning takes their place. @param {string} text */
  #begin(text) {
    if (this.#starters.includes(this._composer.value)) this._composer.value = "";
    this._composer.giveBack(text);
  }

  get #starters() {
    const ways = [say("starter1"), say("starter2")];
    return this.#article ? [say("articleStarter"), ...ways] : ways;
  }

  get #line() {
    const { line } = this.session;
    return this.#cut && line.state !== "refused" ? { state: "offline" } : line;
  }

  /** @param {boolean} cut */
  #networkIs(cut) {
    this.#cut = cut;
    this.#render();
  }

  /** @param {string} text */
  #drafted(text) {
    this.draft.keep({ draft: text });
    if (text) this.session.typing.writes(text);
    else this.session.typing.rests();
    this.soon();
  }

  #forgotten() {
    this.draft.forget();
    this.draft.keep({ open: !this.hidden });
    this._composer.value = "";
    this.#chosen = "";
  }

  /** The newest is in view of somebody who is looking: it is seen. */
  #look() {
    if (this.hidden || document.hidden || !document.hasFocus() || !this._log.atEnd) return;
    if (this.session.synced) this.session.see();
  }

  /** Show what has changed, with the next frame. */
  soon() {
    if (this.#frame) return;
    // A hidden tab draws no frames, and its unread number must move all the same.
    const draw = () => {
      this.#frame = 0;
      this.#render();
    };
    this.#frame = document.hidden ? Number(setTimeout(draw)) : requestAnimationFrame(draw);
  }

  #second() {
    if (this.#line.state !== "open" || this.session.outbox.items.length) this.#render();
  }

  #render() {
    const { session } = this;
    const { conversation, desk, outbox, synced } = session;
    const now = Date.now();
    const shown = this.#late.face();
    const { status, lastSeq, seenByStaff } = conversation;
    const { items } = outbox;
    const agent = status === "open" ? conversation.answers : null;
    const down = this._line.show(this.#line, { slow: session.slow, now });
    const who = presence(down ? null : desk, { status, agent }, this.#site, now);
    this._head.show({ ...who, site: this.#site, picture: agent?.picture });
    const entries = synced ? conversation.visible : [];
    const laid = rows({ entries, items, seenByStaff, now, agent, down });
    this._log.render(laid, { synced });
    const nobody = desk !== null && !desk.open;
    // Who was here before finds his words again: what greets a stranger would go when they come.
    const known = synced || (desk !== null && !session.returns);
    this._composer.about(laid.length || (session.returns && !synced) ? "" : this.#article);
    this._log.around({
      hello: known ? say(nobody ? "nobodyHello" : "hello") : "",
      helloBody: nobody ? this.nobody : say("helloBody"),
      starters: this.#starters,
      typing: session.typing.by,
      standing: synced ? standing(conversation, { desk, waits: items.length > 0, email: session.person.email, now }) : "",
    });
    const closed = status === "closed" && entries.length > 0 && !items.length;
    this.#stop(closed, now);
    const talk = shown.kind === "talk";
    this._log.hidden = !talk;
    this._composer.hidden = !talk;
    this._card.classList.toggle("chat-card--main", !talk);
    const card = talk ? this.#chosen || this.#offer(closed, nobody) : shown.kind;
    const laying = this.#late.lay(card, talk ? { wanted: this.#chosen !== "" } : { what: shown, wanted: true });
    if (synced) this._log.begin(card ? laying : null);
    this.draft.details = { ...session.details };
    this.#look();
    this.#tellUnread();
  }

  /** A card nobody asked for. @param {boolean} closed @param {boolean} nobody */
  #offer(closed, nobody) {
    const { conversation, person } = this.session;
    if (!closed) return nobody && conversation.unanswered && !person.email ? "email" : "";
    return conversation.helped && this.draft.rated !== conversation.id ? "rate" : "";
  }

  /** Say why one cannot write, or what writing does. @param {boolean} closed @param {number} now */
  #stop(closed, now) {
    const { blocked: stop } = this.session;
    this._composer.stop(stop !== null);
    this._closed.hidden = !stop && !closed;
    write(this._closed, stop ? blocked(stop.until, now) : closed ? say("closed") : "");
    const tells = this.site.preview !== undefined && !this.draft.told && this._composer.value !== "";
    this._composer.note(tells ? say("preview") : "");
  }

  #tellUnread() {
    const { unread, visible } = this.session.conversation;
    if (this.session.synced) this.#late.ring(unread, visible.at(-1));
    const count = this.hidden ? unread : 0;
    if (count === this.#unread) return;
    this.#unread = count;
    this.dispatchEvent(new CustomEvent("chat-unread", { detail: { count } }));
  }

}

customElements.define("chat-panel", ChatPanel);
