/**
 * `<chat-menu>`: everything one may do with a conversation besides writing. A menu for the keyboard:
 * arrows, Home and End walk, Escape and Tab close. Loaded when it is wanted the first time.
 *
 * Events: "chat-menu-is" {open}.
 */

import { build, on } from "./build.js";
import { styled } from "./sheets.js";
import { visitorSecret } from "./visitor.js";
import { wish, wishes, wishNothing } from "./wishes.js";
import { more, say } from "./words.js";

await Promise.all([more(), styled("chat-cards")]);

/** A file's address may go once the browser has it. */
const SAVED_MS = 60_000;

export class ChatMenu extends HTMLElement {
  /** @type {import("./chat-panel.js").ChatPanel} */
  #panel;
  /** @type {HTMLElement | null} what opened it */
  #opener = null;

  /** @param {import("./chat-panel.js").ChatPanel} panel */
  constructor(panel) {
    super();
    this.#panel = panel;
    this.hidden = true;
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.className = "chat-menu";
    this._list = build("div", { role: "menu", "aria-label": say("more") });
    this._trouble = build("p.chat-menu__trouble", { role: "alert" });
    this.append(this._list, this._trouble, build("p.chat-menu__print", {}, say("print")));
    on(this, "keydown", (event) => this.#key(event));
    on(this, "focusout", ({ relatedTarget: to }) => {
      if (to && !this.contains(to) && to !== this.#opener) this.close();
    });
    on(document, "pointerdown", ({ target }) => {
      if (!this.hidden && !this.contains(target) && !this.#opener?.contains(target)) this.close();
    });
    on(this.#panel.session, "forgotten", () => wishNothing());
  }

  /** @param {HTMLElement} opener */
  toggle(opener) {
    this.#opener = opener;
    if (!this.hidden) return this.close();
    this._list.replaceChildren(...this.#items());
    this._trouble.textContent = "";
    this.#is(true);
    this.#all[0]?.focus();
  }

  close() {
    if (!this.hidden) this.#is(false);
  }

  /** @param {boolean} open */
  #is(open) {
    this.hidden = !open;
    this.dispatchEvent(new CustomEvent("chat-menu-is", { detail: { open } }));
  }

  /** @returns {any[]} */
  get #all() {
    return [...this._list.children].filter((each) => each.getAttribute("role") !== "separator");
  }

  #items() {
    const { session } = this.#panel;
    const { conversation, person } = session;
    const talked = session.synced && conversation.lastSeq > 0;
    const { sound, notify } = wishes();
    const granted = "Notification" in globalThis && Notification.permission === "granted";
    return [
      this.#item(person.name ? "changeName" : "addName", () => this.#choose("name")),
      talked && this.#item("mailTranscript", () => this.#choose("mail")),
      talked && this.#item("saveTranscript", () => this.#save()),
      this.#switch("sound", sound, () => wish({ sound: !sound })),
      "Notification" in globalThis && this.#switch("notifications", notify && granted, () => this.#notify(notify && granted)),
      build("hr.chat-menu__line", { role: "separator" }),
      talked && conversation.status !== "closed" && this.#item("end", () => this.#end()),
      visitorSecret() && this.#item("forget", () => this.#choose("forget"), "chat-menu__choice--grave"),
    ].filter(Boolean);
  }

  /** @param {string} key @param {() => void} act @param {string} [look] */
  #item(key, act, look = "") {
    const item = build(`button.chat-menu__choice${look && `.${look}`}`, { type: "button", role: "menuitem", tabindex: "-1" }, say(key));
    on(item, "click", act);
    return item;
  }

  /** @param {string} key @param {boolean} is @param {() => unknown} act */
  #switch(key, is, act) {
    const item = this.#item(key, async () => {
      await act();
      const at = this.#all.indexOf(item);
      this._list.replaceChildren(...this.#items());
      this.#all[at]?.focus();
    }, "chat-menu__choice--switch");
    item.setAttribute("role", "menuitemcheckbox");
    item.setAttribute("aria-checked", String(is));
    return item;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const all = this.#all;
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") return this.close();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  }

  // ---- what it does

  /** @param {string} card */
  #choose(card) {
    this.close();
    this.#panel.choose(card);
  }

  #end() {
    this.close();
    this.#panel.session.ask({ type: "chat.leave" }).catch(() => {
      // Nothing typed is lost by it; the desk closes what stays silent.
    });
    this.#panel.write();
  }

  /** @param {boolean} on */
  async #notify(on) {
    const allowed = on || (await Notification.requestPermission()) === "granted";
    wish({ notify: !on && allowed });
    this._trouble.textContent = allowed ? "" : say("notificationsDenied");
  }

  /** The proof goes in a header: an address is kept in too many places. */
  async #save() {
    try {
      const headers = { "X-Portal-Visitor": visitorSecret() ?? "" };
      const got = await fetch("/chat/transcript", { headers, cache: "no-store" });
      if (!got.ok) throw new Error(String(got.status));
      const named = /filename="?([^";]+)/.exec(got.headers.get("content-disposition") ?? "")?.[1];
      save(await got.blob(), named ?? "conversation.txt");
      this.close();
      this.#panel.write();
    } catch {
      this._trouble.textContent = say("failed");
    }
  }
}

/** @param {Blob} file @param {string} name */
function save(file, name) {
  const href = URL.createObjectURL(file);
  build("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVED_MS);
}

customElements.define("chat-menu", ChatMenu);
