/**
 * `<chat-launcher>`: the "Live Chat" button the server drew. Loads the panel when it is wanted:
 * pressed, open on the page before, or with unsent messages. Closed, it says who is there, once the
 * page's line tells, and shows a known visitor how much is unread. Whoever never opens chat pays for
 * this file and the few it names.
 */

import { pageSocket } from "../live/page-socket.js";
import { deskWords } from "./desk-words.js";
import { styled } from "./sheets.js";
import { forgetVisitor, tabs, visitorSecret } from "./visitor.js";

/** On a phone, whoever reads on needs the line's room more than its words. */
const READS_ON_PX = 160;
/** What tabs tell each other, and a closed launcher acts upon. */
const TOLD = /** @type {const} */ (["seen", "visitor", "handed"]);

export class ChatLauncher extends HTMLElement {
  /** Once it is there. @type {any} */
  panel = null;
  /** Once the panel is there or on its way, it keeps the number. */
  handed = false;
  #socket = pageSocket();
  #wired = false;
  #told = 0;
  /** @type {import("./desk-words.js").Desk | null} null while the line is not up */
  #desk = null;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    this.#early();
    this.button?.addEventListener("click", () => this.toggle());
    this.#resume();
    this.#listen();
    addEventListener("pageshow", ({ persisted }) => persisted && !this.handed && this.#resume());
  }

  get button() {
    return this.querySelector("button");
  }

  /** Whoever pressed before this came was heard by the page. */
  #early() {
    const coming = this.querySelector("[popover]");
    const pressed = CSS.supports("selector(:popover-open)") && coming?.matches(":popover-open");
    this.button?.removeAttribute("popovertarget");
    if (!pressed) return coming?.remove();
    this.open().finally(() => coming?.remove()).catch(reportError);
  }

  #resume() {
    const kept = tabKept();
    if (kept.includes('"open":true')) this.open({ focus: false });
    if (visitorSecret() || kept) this.#watched((watch) => watch.finish());
  }

  #listen() {
    const socket = this.#socket;
    /** @type {Record<string, (frame: any) => void>} */
    const heard = {
      "error": ({ code, re }) => code === "not_found" && re === "visitor" && forgetVisitor(),
      "live.welcome": (welcome) => this.#deskIs(welcome?.desk ?? null),
      "desk.state": (desk) => this.#deskIs(desk),
      // What is said of hours grows old.
      "live.beat": () => this.#deskIs(this.#desk),
    };
    for (const [type, hear] of Object.entries(heard)) socket.on(type, hear);
    // This script may come after the welcome.
    if (socket.state === "open") heard["live.welcome"](socket.welcome);
    socket.addEventListener("state", () => socket.state !== "open" && this.#deskIs(null));
    const scrolled = () => this.toggleAttribute("data-reads-on", scrollY > READS_ON_PX);
    addEventListener("scroll", scrolled, { passive: true });
    for (const what of TOLD) {
      tabs.addEventListener(what, (/** @type {any} */ { detail }) => this.#watched((watch) => watch[what](detail)));
    }
  }

  #watch = once(async () => new (await import("./launcher-watch.js")).LauncherWatch(this, this.#socket));

  /** Do something for whoever has opened chat before. @param {(watch: any) => void} act */
  #watched(act) {
    // It did not come: the next time.
    this.#watch().then(act).catch(() => {});
  }

  /** Say who is there; it lies above the button, so that nothing moves. @param {typeof this.#desk} desk */
  #deskIs(desk) {
    this.#desk = desk;
    const line = this.querySelector(".chat-launcher__desk");
    const words = desk ? deskWords(desk, Date.now()) : "";
    if ((line?.textContent ?? "") !== words) {
      // Another one in its place: one whose words change is of another width, and moves.
      const next = document.createElement("span");
      Object.assign(next, { className: "chat-launcher__desk", id: "chat-desk", textContent: words });
      if (line) line.replaceWith(next);
      else this.prepend(next);
      this.button?.setAttribute("aria-describedby", next.id);
    }
    this.toggleAttribute("data-there", desk?.open ?? false);
    // Whoever has a conversation finds it again, whatever the hour.
    this.hidden = desk?.when_closed === "hide" && !desk.open && !this.panel && !visitorSecret();
  }

  toggle() {
    if (this.panel && !this.panel.hidden) this.panel.close();
    else this.open();
  }

  /** @param {{focus?: boolean, wayBack?: string}} [options] */
  async open(options) {
    (await this.load()).open(options);
  }

  /** Bring the panel. @returns {Promise<any>} */
  async load() {
    this.handed = true;
    try {
      return (this.panel ??= await this.#loading());
    } catch (error) {
      this.handed = false;
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
    panel.addEventListener("chat-unread", (/** @type {any} */ { detail }) => this.#unread(detail.count));
    panel.addEventListener("chat-open", () => this.#is(true));
    panel.addEventListener("chat-close", () => {
      this.#is(false);
      this.button?.focus({ preventScroll: true });
    });
    document.body.append(panel);
    return panel;
  }

  /** @param {number} count */
  #unread(count) {
    if (count !== this.#told) this.#watched((watch) => watch.show(count));
    this.#told = count;
  }

  /** @param {boolean} open */
  #is(open) {
    this.toggleAttribute("open", open);
    this.button?.setAttribute("aria-expanded", String(open));
  }
}

/** @returns {string} whatever chat has kept in this tab: the panel, and what was not sent */
function tabKept() {
  try {
    return ["portal.chat", "portal.chat.outbox"].map((key) => sessionStorage.getItem(key) ?? "").join("");
  } catch {
    return "";
  }
}

/** @template T @param {() => Promise<T>} make */
function once(make) {
  /** @type {Promise<T> | undefined} */
  let made;
  return () => (made ??= make().catch((error) => {
    // Not for ever: the next press tries again.
    made = undefined;
    throw error;
  }));
}

customElements.define("chat-launcher", ChatLauncher);
