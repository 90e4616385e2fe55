/**
 * `<chat-launcher>`: the "Live Chat" button the server drew. Loads the panel when it is wanted:
 * pressed, open on the page before, or with unsent messages. Closed, it shows a known visitor how
 * much he has not read. Whoever never opens chat pays for this file only.
 */

import { pageSocket } from "../live/page-socket.js";
import { forgetVisitor, tabs, visitorSecret } from "./visitor.js";

const sheet = new URL("../../css/chat.css", import.meta.url).href;

export class ChatLauncher extends HTMLElement {
  /** @type {any} */
  #panel = null;
  #socket = pageSocket();
  #unread = 0;
  #wired = false;
  /** Once the panel is there or on its way, it keeps the number. */
  #handed = false;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    this.querySelector("button")?.addEventListener("click", () => this.toggle());
    if (kept("portal.chat")?.open) this.open({ focus: false });
    else if (kept("portal.chat.outbox")?.length) this.#load();
    this.#listen();
  }

  #listen() {
    const socket = this.#socket;
    socket.on("error", (/** @type {any} */ { code, re }) => code === "not_found" && re === "visitor" && forgetVisitor());
    const welcomed = (/** @type {any} */ welcome) => welcome?.conversation && this.#watch(welcome.conversation);
    socket.on("live.welcome", welcomed);
    if (socket.state === "open") welcomed(socket.welcome); // this script came after the welcome
    socket.on("chat.said", (/** @type {any} */ entry) => !this.#handed && this.#show(this.#unread + news(entry)));
    socket.on("chat.seen", (/** @type {any} */ { by }) => by === "visitor" && !this.#handed && this.#show(0));
    tabs.addEventListener("seen", () => !this.#handed && this.#show(0));
    tabs.addEventListener("visitor", () => this.#changed());
  }

  /** A conversation is there and the panel is not: read along, for the number's sake. @param {any} known */
  async #watch({ seen }) {
    if (this.#handed) return;
    const { messages } = await this.#ask({ type: "chat.since", seq: seen });
    if (!this.#handed) this.#show(messages.reduce((/** @type {number} */ sum, /** @type {any} */ entry) => sum + news(entry), 0));
  }

  /** Another tab has opened chat, or its secret has ended. */
  async #changed() {
    if (this.#handed) return;
    this.#show(0);
    const visitor = visitorSecret();
    if (visitor && this.#socket.state === "open") this.#watch(await this.#ask({ type: "chat.open", visitor }));
  }

  /** @param {object} frame @returns {Promise<any>} without an answer the number stays */
  #ask(frame) {
    return this.#socket.request(frame).catch(() => new Promise(() => {}));
  }

  toggle() {
    if (this.#panel && !this.#panel.hidden) this.#panel.close();
    else this.open();
  }

  /** @param {{focus?: boolean}} [options] */
  async open(options) {
    const panel = await this.#load();
    panel.open(options);
    this.#is(true);
  }

  /** @returns {Promise<any>} the panel, in the page, styled and closed */
  async #load() {
    this.#handed = true;
    return (this.#panel ??= await this.#loading());
  }

  #loading = once(async () => {
    const [panel] = await Promise.all([import("./chat-panel.js"), styled()]);
    return this.#put(new panel.ChatPanel());
  });

  /** @param {any} panel */
  #put(panel) {
    panel.socket = this.#socket;
    panel.addEventListener("chat-unread", (/** @type {any} */ { detail }) => this.#show(detail.count));
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
      styled();
    }
    if (badge) badge.textContent = count ? `${count} new` : "";
  }
}

/** @param {any} entry @returns {number} 1 if it is something to read */
const news = ({ kind, author }) => Number(author?.kind === "agent" && kind !== "event");

/** @param {string} key @returns {any} what this tab kept under it */
function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @template T @param {() => Promise<T>} make */
function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () => (made ??= make());
}

const styled = once(() => new Promise((done) => {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
  link.onload = link.onerror = done;
  document.head.append(link);
}));

customElements.define("chat-launcher", ChatLauncher);
