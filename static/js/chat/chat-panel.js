/**
 * `<chat-panel>`: the open Live Chat. Head (who is there), log, line (how the connection is),
 * composer. It shows what its session knows and does nothing else; see chat-session.js for the way
 * of a message.
 *
 * On a wide screen it stands beside the page, which stays usable; on a phone it is a sheet over
 * everything, as high as the keyboard leaves room. `launcher` puts it into the page and takes the
 * focus back.
 *
 * Events: "chat-open", "chat-close", "chat-unread" {count}.
 */

import "./chat-composer.js";
import "./chat-head.js";
import "./chat-line.js";
import "./chat-log.js";
import { build, on } from "./build.js";
import { ChatBell } from "./chat-bell.js";
import { ChatSession } from "./chat-session.js";
import { DraftModel, tabStorage } from "./draft-model.js";
import { rows } from "./log-rows.js";
import { deskWords } from "./desk-words.js";
import { presence, waiting } from "./sentences.js";
import { say } from "./words.js";

const SECOND_MS = 1_000;
/** Up to here the panel is a sheet over the whole screen; chat.css has the same numbers. */
const SHEET = "(max-width: 480px), (max-height: 420px)";

export class ChatPanel extends HTMLElement {
  /** @type {import("./chat-session.js").Socket} set before the panel comes into the page */
  socket = /** @type {any} */ (null);
  #draft = new DraftModel();
  /** @type {ChatSession} made when the panel comes into the page */
  #session = /** @type {any} */ (null);
  #site = siteName();
  #article = articleTitle();
  #frame = 0;
  #bell = new ChatBell();
  /** The browser told that the network went: an open socket outlives it for a while. */
  #cut = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #tick;
  #unread = -1;
  #sheet = matchMedia(SHEET);
  #leaving = new AbortController();

  connectedCallback() {
    if (this.#session) return;
    this.#build();
    this.#session = new ChatSession({ socket: this.socket, place: tabStorage() });
    this.#session.name = this.#draft.name;
    this._composer.value = this.#draft.draft;
    this._log.place = this.#draft.scroll;
    this.#wire();
    this.#session.start();
    this.#render();
  }

  /** Take the panel apart for good. */
  destroy() {
    this.#session?.stop();
    this.#leaving.abort();
    clearInterval(this.#tick);
    this.#bell.stop();
    this.#setAside(false);
    this.remove();
  }

  #build() {
    this.id = "chat-panel";
    this.hidden = true;
    this._line = build("chat-line");
    this._log = build("chat-log");
    this._closed = build("p.chat-panel__closed", { hidden: true }, say("closed"));
    this._composer = build("chat-composer");
    this._head = build("chat-head");
    this.append(this._head, this._log);
    this.append(this._line, this._closed, this._composer);
  }

  #wire() {
    const session = this.#session;
    const { outbox } = session;
    const leaving = { signal: this.#leaving.signal };
    on(session, "change", () => this.#soon());
    on(this._composer, "chat-submit", ({ detail }) => session.say(detail.text));
    on(this._composer, "chat-draft", ({ detail }) => this.#drafted(detail.text));
    on(this._log, "chat-end", () => this.#look());
    on(this._log, "chat-retry", ({ detail }) => outbox.retry(detail.id));
    on(this._log, "chat-edit", ({ detail }) => this._composer.giveBack(outbox.take(detail.id)));
    on(this._log, "chat-begin", ({ detail }) => this.#begin(detail.text));
    on(this._log, "click", (event) => this.#followed(event));
    on(this._line, "chat-due", () => this.#soon());
    on(this._head, "chat-shut", () => this.close());
    on(this._head, "chat-leave", () => session.leave());
    on(this._head, "chat-named", ({ detail }) => this.#named(detail.name));
    on(this._head, "chat-write", () => this._composer.focus());
    on(this, "keydown", (event) => this.#key(event));
    on(document, "visibilitychange", () => this.#look(), leaving);
    on(window, "focus", () => this.#look(), leaving);
    on(window, "pagehide", () => this.#leave(), leaving);
    on(window, "pageshow", ({ persisted }) => persisted && this.#returned(), leaving);
    on(window, "offline", () => this.#networkIs(true), leaving);
    on(window, "online", () => this.#networkIs(false), leaving);
    on(this.#sheet, "change", () => this.#fit(), leaving);
    on(visualViewport, "resize", () => this.#fit(), leaving);
    on(visualViewport, "scroll", () => this.#fit(), leaving);
  }

  // ---- open and closed

  /**
   * Show the panel.
   * @param {{focus?: boolean}} [options]  without focus: it was open on the page before
   */
  open({ focus = true } = {}) {
    this.hidden = false;
    this.classList.toggle("chat-panel--arriving", focus);
    this.#draft.keep({ open: true });
    this.#fit();
    this.#tick ??= setInterval(() => this.#second(), SECOND_MS);
    this.#render();
    this.dispatchEvent(new Event("chat-open"));
    if (focus) this._composer.focus({ preventScroll: true });
    this.#look();
  }

  /** @param {import("./outbox-model.js").Item[]} items of a tab that went */
  adopt(items) {
    this.#session.outbox.adopt(items);
  }

  #leave() {
    this.#session.handOn();
    this.#draft.keep({ scroll: this.hidden ? null : this._log.place });
  }

  /** Back from the cache of visited pages: on the pages in between one may have written on. */
  #returned() {
    this.#draft.read();
    this.#session.outbox.reread();
    this._composer.value = this.#draft.draft;
    if (this.#draft.open === this.hidden) this.#draft.open ? this.open({ focus: false }) : this.close();
  }

  close() {
    this.#draft.keep({ open: false, scroll: null });
    this.hidden = true;
    clearInterval(this.#tick);
    this.#tick = undefined;
    this._head.fold();
    this.#fit();
    this.dispatchEvent(new Event("chat-close"));
  }

  /** A sheet covers the page: nothing behind it can be reached, and it ends where the keyboard begins. */
  #fit() {
    const sheet = this.#sheet.matches && !this.hidden;
    this.#setAside(sheet);
    this.setAttribute("role", sheet ? "dialog" : "complementary");
    this.setAttribute("aria-label", say("panel"));
    if (sheet) this.setAttribute("aria-modal", "true");
    else this.removeAttribute("aria-modal");
    const { height, offsetTop } = visualViewport ?? { height: innerHeight, offsetTop: 0 };
    this.style.setProperty("--chat-sheet-height", `${height}px`);
    this.style.setProperty("--chat-sheet-top", `${offsetTop}px`);
  }

  /** @param {boolean} aside */
  #setAside(aside) {
    document.documentElement.classList.toggle("chat-sheet-open", aside);
    for (const element of /** @type {Iterable<any>} */ (document.body.children)) {
      if (element === this || element.tagName === "SCRIPT") continue;
      if (aside && !element.inert) element.setAttribute("data-chat-aside", "");
      if (element.hasAttribute("data-chat-aside")) element.inert = aside;
      if (!aside) element.removeAttribute("data-chat-aside");
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    if (!this._head.escape()) this.close();
  }

  /** On a phone the sheet would cover the page the link leads to. @param {MouseEvent} event */
  #followed(event) {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link && !link.target && this.#sheet.matches) this.#draft.keep({ open: false });
  }

  // ---- what is shown

  /** @param {string} name */
  #named(name) {
    this.#draft.keep({ name });
    this.#session.call(name);
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
    const { line } = this.#session;
    return this.#cut && line.state !== "refused" ? { state: "offline" } : line;
  }

  /** @param {boolean} cut */
  #networkIs(cut) {
    this.#cut = cut;
    this.#render();
  }

  /** @param {string} text */
  #drafted(text) {
    this.#draft.keep({ draft: text });
    if (text) this.#session.writes();
    else this.#session.rests();
  }

  /** The newest is in view of somebody who is looking: it is seen. */
  #look() {
    if (this.hidden || document.hidden || !document.hasFocus() || !this._log.atEnd) return;
    if (this.#session.synced) this.#session.see();
  }

  #soon() {
    if (this.#frame) return;
    // A hidden tab draws no frames, and its unread number must move all the same.
    const draw = () => {
      this.#frame = 0;
      this.#render();
    };
    this.#frame = document.hidden ? Number(setTimeout(draw)) : requestAnimationFrame(draw);
  }

  #second() {
    if (this.#line.state !== "open" || this.#session.outbox.items.length) this.#render();
  }

  #render() {
    const session = this.#session;
    const { conversation, outbox, desk } = session;
    const now = Date.now();
    const { status, lastSeq, seenByStaff } = conversation;
    const { items } = outbox;
    const agent = status === "open" ? conversation.agentName : null;
    const down = this._line.show(this.#line, { slow: session.slow, now });
    const who = presence(down ? null : desk, { status, agent: agent ? { name: agent } : null }, this.#site, now);
    const ends = lastSeq > 0 && status !== "closed";
    this._head.show({ ...who, site: this.#site, name: session.name, ends });
    const entries = session.synced ? conversation.visible : [];
    const laid = rows({ entries, items, seenByStaff, now, agent, down });
    this._log.render(laid, { synced: session.synced });
    const nobody = desk !== null && !desk.open;
    const known = session.synced || desk !== null;
    this._composer.about(laid.length ? "" : this.#article);
    this._log.around({
      hello: known ? (nobody ? say("nobodyHello") : say("hello")) : "",
      helloBody: nobody ? this.#nobody(say("nobodyBody"), now) : say("helloBody"),
      starters: this.#starters,
      typing: session.typing,
      standing: this.#standing(nobody, now),
    });
    this._closed.hidden = status !== "closed" || !entries.length || items.length > 0;
    this.#look();
    this.#tellUnread();
  }

  /** @param {string} then @param {number} now */
  #nobody(then, now) {
    const { desk } = this.#session;
    return [desk && `${deskWords(desk, now)}.`, then].filter(Boolean).join(" ");
  }

  /** @param {boolean} nobody @param {number} now */
  #standing(nobody, now) {
    const { conversation, synced, outbox } = this.#session;
    if (!synced || conversation.status === "closed") return "";
    if (nobody) return outbox.items.length || conversation.answered ? "" : this.#nobody(say("nobodyKept"), now);
    const { position, waitSeconds } = conversation;
    if (conversation.status !== "waiting") return "";
    return waiting({ position, waitSeconds });
  }

  #tellUnread() {
    const { unread } = this.#session.conversation;
    if (this.#session.synced) this.#bell.hear(unread);
    const count = this.hidden ? unread : 0;
    if (count === this.#unread) return;
    this.#unread = count;
    this.dispatchEvent(new CustomEvent("chat-unread", { detail: { count } }));
  }
}

function siteName() {
  const named = document.querySelector('meta[property="og:site_name"], meta[name="application-name"]');
  return named?.getAttribute("content") || location.hostname;
}

/** @returns {string} the title of the article on this page, "" on any other page */
function articleTitle() {
  return document.body.dataset.article ? (document.querySelector("h1")?.textContent?.trim() ?? "") : "";
}

customElements.define("chat-panel", ChatPanel);
