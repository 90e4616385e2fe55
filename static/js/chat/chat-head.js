/**
 * `<chat-head>`: who is there, the menu, and the form for one's name that the menu opens.
 *
 * Events: "chat-shut", "chat-leave", "chat-named" {name}, "chat-write" when it gives the focus up.
 */

import { build, icon, on, write } from "./build.js";
import { initials } from "./sentences.js";
import { more, say } from "./words.js";

export class ChatHead extends HTMLElement {
  #built = false;
  #name = "";

  connectedCallback() {
    if (this.#built) return;
    this.#built = true;
    this.append(this.#buildHead(), this.#buildName());
    on(this._close, "click", () => this.#tell("chat-shut"));
    on(this._more, "click", () => this.#showMenu(this._menu.hidden));
    on(this._rename, "click", () => this.#showName(true));
    on(this._end, "click", () => this.#leave());
    on(this._nameForm, "submit", (event) => this.#named(event));
    on(this, "focusout", ({ relatedTarget }) => this.#focusLeft(relatedTarget));
  }

  #buildHead() {
    const button = { type: "button" };
    this._face = build("span.chat-panel__face", { "aria-hidden": "true" });
    this._title = build("h2.chat-panel__title");
    this._presence = build("p.chat-panel__presence");
    this._more = build("button.chat-panel__button", { ...button, "aria-label": say("more") }, icon("more"));
    this._close = build("button.chat-panel__button", { ...button, "aria-label": say("close") }, icon("close"));
    this._rename = build("button.chat-panel__choice", button);
    this._end = build("button.chat-panel__choice", button, say("end"));
    const print = build("p.chat-panel__print", {}, say("print"));
    this._menu = build("div.chat-panel__menu", { hidden: true }, this._rename, this._end, print);
    this._more.setAttribute("aria-expanded", "false");
    const who = build("div.chat-panel__who", {}, this._title, this._presence);
    return build("div.chat-panel__head", {}, this._face, who, this._more, this._close, this._menu);
  }

  #buildName() {
    const [id, hint] = ["chat-name", "chat-name-hint"];
    const about = { id, maxlength: "80", autocomplete: "name", "aria-describedby": hint };
    this._nameField = build("input.chat-panel__field", about);
    this._nameForm = build("form.chat-panel__name", { hidden: true },
      build("label.chat-panel__label", { for: id }, say("name")), this._nameField,
      build("p.chat-panel__hint", { id: hint }, say("nameHint")),
      build("button.chat-panel__save", { type: "submit" }, say("save")));
    return this._nameForm;
  }

  /**
   * Say who is there, and know what the menu may offer.
   * @param {{title: string, line: string, there: boolean, site: string, name: string, ends: boolean}} what
   */
  show({ title, line, there, site, name, ends }) {
    write(this._title, title);
    write(this._presence, line);
    write(this._face, initials(title).slice(0, title === site ? 1 : 2));
    this.classList.toggle("chat-panel--there", there);
    this.#name = name;
    write(this._rename, name ? say("changeName") : say("addName"));
    this._end.hidden = !ends;
  }

  /** Close the menu. */
  fold() {
    this.#showMenu(false);
  }

  /** @returns {boolean} whether there was something open to close */
  escape() {
    if (!this._menu.hidden) {
      this.#showMenu(false);
      this._more.focus();
    } else if (!this._nameForm.hidden) {
      this.#showName(false);
    } else return false;
    return true;
  }

  /** @param {boolean} shown */
  #showMenu(shown) {
    this._menu.hidden = !shown;
    this._more.setAttribute("aria-expanded", String(shown));
    if (shown) this._rename.focus();
  }

  /** @param {Node | null} to */
  #focusLeft(to) {
    if (this._menu.hidden || this._menu.contains(to) || this._more === to) return;
    this.#showMenu(false);
  }

  /** @param {boolean} shown */
  #showName(shown) {
    this.#showMenu(false);
    this._nameForm.hidden = !shown;
    this._nameField.value = this.#name;
    if (shown) this._nameField.focus();
    else this.#tell("chat-write");
  }

  /** @param {Event} event */
  #named(event) {
    event.preventDefault();
    const name = this._nameField.value.trim();
    this.#showName(false);
    if (name) this.#tell("chat-named", { name });
  }

  #leave() {
    this.#showMenu(false);
    this.#tell("chat-leave");
    this.#tell("chat-write");
  }

  /** @param {string} name @param {object} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("chat-head", ChatHead);
