/**
 * `<chat-head>`: who is there, the menu's button, the way out.
 *
 * Events: "chat-shut", "chat-menu" when the menu is wanted.
 */

import { build, icon, on, write } from "./build.js";
import { initials, say } from "./words.js";

/** Pictures of staff lie here and nowhere else. */
const FACES_LIE_IN = "/media/";

export class ChatHead extends HTMLElement {
  #built = false;
  /** @type {any} the menu, once it was wanted */
  #menu = null;

  connectedCallback() {
    if (this.#built) return;
    this.#built = true;
    const button = { type: "button" };
    this._letters = build("span");
    this._face = build("span.chat-panel__face", { "aria-hidden": "true" }, this._letters);
    this._title = build("h2.chat-panel__title");
    this._presence = build("p.chat-panel__presence");
    const more = { ...button, "aria-label": say("more"), "aria-haspopup": "menu", "aria-expanded": "false" };
    this._more = build("button.chat-panel__button", more, icon("more"));
    this._close = build("button.chat-panel__button", { ...button, "aria-label": say("close") }, icon("close"));
    const who = build("div.chat-panel__who", {}, this._title, this._presence);
    this.append(build("div.chat-panel__head", {}, this._face, who, this._more, this._close));
    on(this._close, "click", () => this.dispatchEvent(new Event("chat-shut")));
    on(this._more, "click", () => this.dispatchEvent(new Event("chat-menu")));
  }

  /**
   * Say who is there.
   * @param {{title: string, line: string, there: boolean, site: string, picture?: string}} what
   */
  show({ title, line, there, site, picture }) {
    write(this._title, title);
    write(this._presence, line);
    this._presence.title = line;
    write(this._letters, initials(title).slice(0, title === site ? 1 : 2));
    this.classList.toggle("chat-panel--there", there);
    this.#picture(picture?.startsWith(FACES_LIE_IN) ? picture : "");
  }

  /** @param {string} address "" for none: his letters stand there */
  #picture(address) {
    const there = this._face.querySelector("img");
    if ((there?.getAttribute("src") ?? "") === address) return;
    there?.remove();
    if (!address) return;
    const image = build("img.chat-panel__picture", { src: address, alt: "", width: "40", height: "40" });
    on(image, "error", () => image.classList.add("chat-panel__picture--broken"));
    this._face.append(image);
  }

  /** Open the menu, or close it. @param {() => any} make */
  menu(make) {
    if (!this.#menu) {
      this.#menu = make();
      on(this.#menu, "chat-menu-is", ({ detail }) => this._more.setAttribute("aria-expanded", String(detail.open)));
      this.firstElementChild?.append(this.#menu);
    }
    this.#menu.toggle(this._more);
  }

  /** Close the menu. */
  fold() {
    this.#menu?.close();
  }

  /** @returns {boolean} whether there was something open to close */
  escape() {
    const open = Boolean(this.#menu && !this.#menu.hidden);
    this.fold();
    if (open) this._more.focus();
    return open;
  }
}

customElements.define("chat-head", ChatHead);
