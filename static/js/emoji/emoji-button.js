/**
 * `<emoji-button>`: the button beside the field behind which emoji are. They come with the first
 * press; the button is all that an open chat pays for.
 */

import { build, icon } from "../chat/build.js";
import { say } from "../chat/words.js";

export class EmojiButton extends HTMLElement {
  /** @type {import("./emoji-picker.js").EmojiPicker | null} */
  #picker = null;
  #wired = false;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    const popup = { "aria-haspopup": "dialog", "aria-expanded": "false" };
    const attributes = { type: "button", "aria-label": say("emoji"), title: say("emoji"), ...popup };
    this._button = build("button.chat-composer__tool", attributes, icon("smile"));
    this._button.addEventListener("click", () => this.#toggle().catch(reportError));
    this.append(this._button);
  }

  /** The field the emoji go into. @returns {HTMLTextAreaElement | null} */
  get field() {
    return this.closest("form")?.querySelector("textarea") ?? null;
  }

  async #toggle() {
    if (this.#picker && !this.#picker.hidden) return this.#picker.close();
    const { EmojiPicker } = await import("./emoji-picker.js");
    this.#picker ??= this.#made(new EmojiPicker());
    this.#picker.open();
    this._button.setAttribute("aria-expanded", "true");
  }

  /** @param {import("./emoji-picker.js").EmojiPicker} picker */
  #made(picker) {
    picker.addEventListener("emoji-chosen", (event) => this.#insert(/** @type {any} */ (event).detail.emoji));
    picker.addEventListener("emoji-closed", () => this._button.setAttribute("aria-expanded", "false"));
    // Within the form a press of Enter would send.
    this.closest("form")?.before(picker);
    picker.opener = this._button;
    return picker;
  }

  /** Put it where the cursor stands. @param {string} emoji */
  #insert(emoji) {
    const { field } = this;
    if (!field) return;
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus({ preventScroll: true });
  }
}

customElements.define("emoji-button", EmojiButton);
