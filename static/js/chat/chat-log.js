/**
 * `<chat-log>`: the conversation on the screen. Shows rows, keeps the place one reads at, follows
 * the end while one is at the end, and reads out only what is new.
 *
 * Events: "chat-retry" and "chat-edit" {id}, "chat-begin" {text}, "chat-end" when the end is in view.
 *
 * @typedef {import("./log-rows.js").Row} Row
 * @typedef {import("./draft-model.js").Place} Place
 */

import { build, icon, on, write } from "./build.js";
import { makeRow, updateRow } from "./log-row.js";
import { say } from "./words.js";

/** Nearer to the end than this counts as being there: about two lines. */
const NEAR_PX = 64;
/** History is on the screen this long before rows begin to be read out. */
const QUIET_MS = 800;
/** History waits no longer than this for what lies beneath it. */
const COMING_MS = 600;

export class ChatLog extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #shown = new Map();
  #built = false;
  #following = true;
  #fresh = 0;
  /** @type {Place | null} where to go once it is there */
  #wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quiet;
  /** @type {ResizeObserver | null} */
  #sizes = null;
  #begun = false;

  connectedCallback() {
    if (!this.#built) this.#build();
    this.#sizes = new ResizeObserver(() => this.#following && this.#toEnd());
    this.#sizes.observe(this._scroller);
    this.#sizes.observe(this._rows);
  }

  disconnectedCallback() {
    this.#sizes?.disconnect();
    clearTimeout(this.#quiet);
  }

  #build() {
    this.#built = true;
    this._empty = build("div.chat-log__empty", { hidden: true },
      build("p.chat-log__hello"), build("p.chat-log__hello-body"), build("div.chat-log__starters"));
    const log = { role: "log", "aria-label": say("log"), "aria-live": "off", "aria-relevant": "additions" };
    this._rows = build("div.chat-log__rows", log);
    this._typing = build("div.chat-log__typing", { hidden: true },
      build("span.chat-log__dots", { "aria-hidden": "true" }, build("i"), build("i"), build("i")),
      build("span.chat-log__typing-words"));
    this._standing = build("p.chat-log__standing", { hidden: true });
    this._scroller = build("div.chat-log__scroller", { tabindex: "0", role: "group", "aria-label": say("log") },
      this._empty, this._rows, this._typing, this._standing);
    this._jumpWords = build("span");
    this._jump = build("button.chat-log__jump", { type: "button", hidden: true }, this._jumpWords, icon("down"));
    this.append(this._scroller, this._jump);
    on(this._scroller, "scroll", () => this.#scrolled(), { passive: true });
    on(this._jump, "click", () => this.#jumped());
    on(this._rows, "click", (event) => this.#pressed(event));
    on(this._empty.lastChild, "click", ({ target }) => {
      const { textContent: text } = target;
      if (target.closest("button")) this.dispatchEvent(new CustomEvent("chat-begin", { detail: { text } }));
    });
  }

  /**
   * Show these rows; what is there already stays where it is.
   * @param {Row[]} rows
   * @param {{synced: boolean}} state  not synced: history is still coming, and is not read out
   */
  render(rows, { synced }) {
    if (!synced) this.#hush();
    const before = this._scroller.scrollHeight;
    const above = this.#topmost();
    const { added, ownAdded } = this.#place(rows);
    if (synced) this.#speak();
    if (this.#wanted && synced) this.#restore();
    else if (this.#following || ownAdded) this.#toEnd();
    else if (this._scroller.scrollHeight !== before) this.#hold(above);
    if (!this.#following && synced) this.#fresh += added;
    this.#showJump();
  }

  /** @param {Row[]} rows */
  #place(rows) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, element] of this.#shown) {
      if (keys.has(key)) continue;
      element.remove();
      this.#shown.delete(key);
    }
    let added = 0;
    let ownAdded = false;
    let cursor = this._rows.firstElementChild;
    for (const row of rows) {
      let element = this.#shown.get(row.key);
      if (!element) {
        element = makeRow(row);
        this.#shown.set(row.key, element);
        if (row.kind === "message" && !row.own) added += 1;
        if (row.own && row.standing && row.standing !== "stored" && row.standing !== "seen") ownAdded = true;
      }
      updateRow(element, row);
      if (element === cursor) cursor = cursor.nextElementSibling;
      else this._rows.insertBefore(element, cursor);
    }
    return { added, ownAdded };
  }

  /**
   * Show what stands around the rows.
   * @param {{hello: string, helloBody: string, starters: string[], typing: string | null, standing: string}} around
   */
  around({ hello, helloBody, starters, typing, standing }) {
    const empty = this.#shown.size === 0;
    this._empty.hidden = !empty || !hello;
    write(this._empty.firstElementChild, hello);
    write(this._empty.children[1], helloBody);
    const { lastChild } = this._empty;
    if (!lastChild.firstChild) {
      lastChild.append(...starters.map((words) => build("button.chat-log__choice", { type: "button" }, words)));
    }
    this._typing.hidden = typing === null;
    write(this._typing.lastElementChild, typing === null ? "" : say("typing", { name: typing || say("staff") }));
    this._standing.hidden = !standing || empty || typing !== null;
    write(this._standing, standing);
    if (this.#following) this.#toEnd();
  }

  /**
   * Show the history, once: together with what is to lie beneath it, which would push it up if it came later.
   * @param {Promise<unknown> | null} coming
   */
  begin(coming) {
    if (this.#begun) return;
    this.#begun = true;
    if (!coming) return;
    this.classList.add("chat-log--coming");
    const over = new Promise((done) => setTimeout(done, COMING_MS));
    Promise.race([coming, over]).finally(() => this.classList.remove("chat-log--coming"));
  }

  // ---- what is read out

  #hush() {
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this._rows.setAttribute("aria-live", "off");
  }

  #speak() {
    if (this.#quiet !== undefined) return;
    this.#quiet = setTimeout(() => this._rows.setAttribute("aria-live", "polite"), QUIET_MS);
  }

  // ---- where one reads

  /** Whether the newest is before the reader's eyes. */
  get atEnd() {
    return this.#following;
  }

  /** @returns {Place | null} */
  get place() {
    return this.#following ? null : this.#topmost();
  }

  /** @param {Place | null} place where the reader was on the last page */
  set place(place) {
    this.#wanted = place;
    if (place) this.#following = false;
  }

  #restore() {
    const place = this.#wanted;
    this.#wanted = null;
    if (place && this.#shown.has(place.key)) this.#hold(place);
    else this.#following = true;
    this.#scrolled();
    if (this.#following) this.#toEnd();
  }

  /** @returns {Place | null} */
  #topmost() {
    const top = this._scroller.scrollTop;
    for (const [key, element] of this.#shown) {
      const offset = element.offsetTop - top;
      if (offset + element.offsetHeight > 0 && element.isConnected) return { key, offset };
    }
    return null;
  }

  /** @param {Place | null} place */
  #hold(place) {
    const element = place && this.#shown.get(place.key);
    if (element) this._scroller.scrollTop = element.offsetTop - place.offset;
  }

  #toEnd() {
    this._scroller.scrollTop = this._scroller.scrollHeight;
  }

  #jumped() {
    this.#following = true;
    this.#toEnd();
    this.#showJump();
    this._scroller.focus({ preventScroll: true });
    this.dispatchEvent(new Event("chat-end"));
  }

  #scrolled() {
    if (this.#wanted) return;
    const { scrollTop, scrollHeight, clientHeight } = this._scroller;
    // Not on the screen.
    if (!clientHeight) return;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#showJump();
    this.dispatchEvent(new Event(this.#following ? "chat-end" : "chat-scrolled"));
  }

  #showJump() {
    if (this.#following) this.#fresh = 0;
    this._jump.hidden = this.#following;
    this._jump.classList.toggle("chat-log__jump--fresh", this.#fresh > 0);
    write(this._jumpWords, this.#fresh ? say("newMessages", { n: this.#fresh }) : "");
    this._jump.setAttribute("aria-label", this.#fresh ? say("newMessages", { n: this.#fresh }) : say("toEnd"));
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const button = /** @type {Element} */ (event.target).closest("button[data-does]");
    if (!(button instanceof HTMLElement)) return;
    const id = button.closest("[data-id]")?.getAttribute("data-id");
    this.dispatchEvent(new CustomEvent(`chat-${button.dataset.does}`, { detail: { id } }));
  }
}

customElements.define("chat-log", ChatLog);
