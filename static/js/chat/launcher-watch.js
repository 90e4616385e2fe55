/**
 * What a closed launcher does for whoever has opened chat before: it says how much is unread, sends
 * what was not sent, and takes over what another tab could not send before it went. A reader who
 * never opened chat does not load it.
 */

import { unreadWords } from "./desk-words.js";
import { styled } from "./sheets.js";
import { alone, visitorSecret } from "./visitor.js";

const OUTBOX = "portal.chat.outbox";
/** So long a tab may need to hear that another goes. */
const HEARS_MS = 1_000;

/**
 * @typedef {object} Launcher
 * @property {any} panel  once it is there
 * @property {boolean} handed  the panel is there or on its way: it keeps the number
 * @property {HTMLButtonElement | null} button
 * @property {() => Promise<any>} load
 */

export class LauncherWatch {
  /** @type {Launcher} */
  #launcher;
  #socket;
  #unread = 0;

  /** @param {Launcher} launcher @param {any} socket */
  constructor(launcher, socket) {
    this.#launcher = launcher;
    this.#socket = socket;
    socket.on("live.welcome", (/** @type {any} */ welcome) => this.#welcomed(welcome));
    socket.on("chat.said", (/** @type {any} */ entry) => isNews(entry) && this.#counts(this.#unread + 1));
    socket.on("chat.seen", (/** @type {any} */ { by }) => by === "visitor" && this.#counts(0));
    if (socket.state === "open") this.#welcomed(socket.welcome);
  }

  /** @param {any} welcome */
  #welcomed(welcome) {
    if (welcome?.conversation) this.#watch(welcome.conversation);
    this.finish();
  }

  /** What was not sent is sent, whether the panel is wanted or not. */
  finish() {
    // Without the panel's files nothing goes; the next welcome tries again.
    if (!this.#launcher.panel && kept(OUTBOX)?.length) this.#launcher.load().catch(() => {});
  }

  /** Another tab has seen it. */
  seen() {
    this.#counts(0);
  }

  /** Another tab goes and could not send this; one of those that stay takes it. @param {{items: any[]}} said */
  handed({ items }) {
    alone(`${OUTBOX}.handed`, () => {
      if (this.#launcher.panel) return this.#launcher.panel.adopt(items);
      try {
        sessionStorage.setItem(OUTBOX, JSON.stringify([...(kept(OUTBOX) ?? []), ...items]));
      } catch {
        return; // denied: only a tab whose panel is there can keep it
      }
      this.finish();
    }, HEARS_MS, true);
  }

  /** Another tab has opened chat, or the secret has ended. @param {{erased?: boolean}} [said] */
  async visitor(said) {
    this.#counts(0);
    if (said?.erased) forgetAll();
    const visitor = visitorSecret();
    if (this.#launcher.handed || !visitor || this.#socket.state !== "open") return;
    this.#watch(await this.#ask({ type: "chat.open", visitor }));
  }

  /** Read along, for the number's sake. @param {any} known */
  async #watch({ seen }) {
    if (this.#launcher.handed) return;
    const { messages } = await this.#ask({ type: "chat.since", seq: seen });
    this.#counts(messages.filter(isNews).length);
  }

  /** @param {object} frame @returns {Promise<any>} without an answer the number stays */
  #ask(frame) {
    return this.#socket.request(frame).catch(() => new Promise(() => {}));
  }

  /** @param {number} unread */
  #counts(unread) {
    if (!this.#launcher.handed) this.show(unread);
  }

  /** @param {number} count */
  show(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    let badge = this.#launcher.button?.querySelector(".chat-launcher__unread");
    if (count && !badge) {
      badge = document.createElement("span");
      badge.className = "chat-launcher__unread";
      this.#launcher.button?.append(badge);
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
