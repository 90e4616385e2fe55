/**
 * `<chat-launcher>`: the "Live Chat" button the server drew. Loads the panel when it is wanted:
 * pressed, open on the page before, or with unsent messages. Closed, it says who is there, once the
 * page's line tells, and shows a known visitor how much is unread. Whoever never opens chat pays for
 * this file and the few it names.
 */

import { pageSocket } from "../live/page-socket.js";
import { deskWords, unreadWords } from "./desk-words.js";
import { styled } from "./sheets.js";
import { alone, forgetVisitor, tabs, visitorSecret } from "./visitor.js";

const OUTBOX = "portal.chat.outbox";
/** So long a tab may need to hear that another goes. */
const HEARS_MS = 1_000;
/** On a phone, whoever reads on needs the line's room more than its words. */
const READS_ON_PX = 160;

export class ChatLauncher extends HTMLElement {
  /** @type {any} */
  #panel = null;
  #socket = pageSocket();
  #unread = 0;
  #wired = false;
  /** Once the panel is there or on its way, it keeps the number. */
  #handed = false;
  /** @type {import("./desk-words.js").Desk | null} null while the line is not up */
  #desk = null;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    this.querySelector("button")?.addEventListener("click", () => this.toggle());
    this.#resume();
    this.#listen();
    addEventListener("pageshow", ({ persisted }) => persisted && !this.#handed && this.#resume());
  }

  #resume() {
    if (kept("portal.chat")?.open) this.open({ focus: false });
    else this.#finish();
  }

  /** What was not sent is sent, whether the panel is wanted or not. */
  #finish() {
    // Without the panel's files nothing goes; the next welcome tries again.
    if (!this.#panel && kept(OUTBOX)?.length) this.#load().catch(() => {});
  }

  /** Another tab goes and could not send this; one of those that stay takes it. @param {any[]} items */
  #takeOver(items) {
    alone(`${OUTBOX}.handed`, () => {
      if (this.#panel) return this.#panel.adopt(items);
      try {
        sessionStorage.setItem(OUTBOX, JSON.stringify([...(kept(OUTBOX) ?? []), ...items]));
      } catch {
        return; // denied: only a tab whose panel is there can keep it
      }
      this.#finish();
    }, HEARS_MS, true);
  }

  #listen() {
    const socket = this.#socket;
    /** @type {Record<string, (frame: any) => void>} */
    const heard = {
      "error": ({ code, re }) => code === "not_found" && re === "visitor" && forgetVisitor(),
      "live.welcome": (welcome) => {
        this.#deskIs(welcome?.desk ?? null);
        if (welcome?.conversation) this.#watch(welcome.conversation);
        this.#finish();
      },
      "chat.said": (entry) => isNews(entry) && this.#counts(this.#unread + 1),
      "chat.seen": ({ by }) => by === "visitor" && this.#counts(0),
      "desk.state": (desk) => this.#deskIs(desk),
      "live.beat": () => this.#deskIs(this.#desk), // what is said of hours grows old
    };
    for (const [type, hear] of Object.entries(heard)) socket.on(type, hear);
    // This script may come after the welcome.
    if (socket.state === "open") heard["live.welcome"](socket.welcome);
    socket.addEventListener("state", () => socket.state !== "open" && this.#deskIs(null));
    const scrolled = () => this.toggleAttribute("data-reads-on", scrollY > READS_ON_PX);
    addEventListener("scroll", scrolled, { passive: true });
    tabs.addEventListener("seen", () => this.#counts(0));
    tabs.addEventListener("visitor", (/** @type {any} */ { detail }) => this.#changed(detail));
    tabs.addEventListener("handed", (/** @type {any} */ { detail }) => this.#takeOver(detail.items));
  }

  /** Read along, for the number's sake. @param {any} known */
  async #watch({ seen }) {
    if (this.#handed) return;
    const { messages } = await this.#ask({ type: "chat.since", seq: seen });
    this.#counts(messages.filter(isNews).length);
  }

  /** Say who is there; it lies above the button, so that nothing moves. @param {typeof this.#desk} desk */
  #deskIs(desk) {
    this.#desk = desk;
    const button = this.querySelector("button");
    let line = this.querySelector(".chat-launcher__desk");
    if (!line && desk && button) {
      line = document.createElement("span");
      Object.assign(line, { className: "chat-launcher__desk", id: "chat-desk" });
      this.prepend(line);
      button.setAttribute("aria-describedby", line.id);
    }
    const words = desk ? deskWords(desk, Date.now()) : "";
    if (line && line.textContent !== words) line.textContent = words;
    this.toggleAttribute("data-there", desk?.open ?? false);
    // Whoever has a conversation finds it again, whatever the hour.
    this.toggleAttribute("hidden", desk?.when_closed === "hide" && !desk.open && !this.#panel && !visitorSecret());
  }

  /** Another tab has opened chat, or the secret has ended. @param {{erased?: boolean}} [said] */
  async #changed(said) {
    this.#counts(0);
    if (said?.erased) forgetAll();
    const visitor = visitorSecret();
    if (this.#handed || !visitor || this.#socket.state !== "open") return;
    this.#watch(await this.#ask({ type: "chat.open", visitor }));
  }

  /** @param {object} frame @returns {Promise<any>} without an answer the number stays */
  #ask(frame) {
    return this.#socket.request(frame).catch(() => new Promise(() => {}));
  }

  /** @param {number} unread */
  #counts(unread) {
    if (!this.#handed) this.#show(unread);
  }

  toggle() {
    if (this.#panel && !this.#panel.hidden) this.#panel.close();
    else this.open();
  }

  /** @param {{focus?: boolean}} [options] */
  async open(options) {
    (await this.#load()).open(options);
  }

  async #load() {
    this.#handed = true;
    try {
      return (this.#panel ??= await this.#loading());
    } catch (error) {
      this.#handed = false;
      throw error;
    }
  }

  #loading = once(async () => {
    const files = [import("./chat-panel.js"), import("./words.js"), styled("chat"), styled("chat-log")];
    const [panel] = await Promise.all(files);
    return this.#put(new panel.ChatPanel());
  });

  /** @param {any} panel */
  #put(panel) {
    panel.socket = this.#socket;
    panel.site = this.dataset;
    panel.addEventListener("chat-unread", (/** @type {any} */ { detail }) => this.#show(detail.count));
    panel.addEventListener("chat-open", () => this.#is(true));
    panel.addEventListener("chat-close", () => {
      this.#is(false);
      this.querySelector("button")?.focus({ preventScroll: true });
    });
    document.body.append(panel);
    return panel;
  }

  /** @param {boolean} open */
  #is(open) {
    this.toggleAttribute("open", open);
    this.querySelector("button")?.setAttribute("aria-expanded", String(open));
  }

  /** @param {number} count */
  #show(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    let badge = this.querySelector(".chat-launcher__unread");
    if (count && !badge) {
      badge = document.createElement("span");
      badge.className = "chat-launcher__unread";
      this.querySelector("button")?.append(badge);
      styled("chat").catch(() => {}); // words without a colour are words
    }
    if (badge) badge.textContent = count ? unreadWords(count) : "";
  }
}

/** @param {any} entry */
const isNews = ({ kind, author }) => author?.kind === "agent" && kind !== "event";

/** @param {string} key @returns {any} what this tab kept under it */
function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** He asked to be forgotten: nothing of his may lie in this tab, whether the panel is there or not. */
function forgetAll() {
  try {
    for (const key of ["portal.chat", OUTBOX]) sessionStorage.removeItem(key);
  } catch {
    // Denied: there is nothing.
  }
}

/** @template T @param {() => Promise<T>} make */
function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () => (made ??= make().catch((error) => {
    made = undefined; // not for ever: the next press tries again
    throw error;
  }));
}

customElements.define("chat-launcher", ChatLauncher);
