/**
 * `<chat-composer>`: where one writes. Enter sends, Shift+Enter breaks the line; an input method
 * that is composing keeps its Enter. It grows with the text, says when the text gets too long, and
 * never cuts or drops what was typed.
 *
 * Whoever adds something to a message (a quotation, files) puts it up with `carry` and shows it in
 * `tray`, above the field.
 *
 * Events: "chat-submit" {text, more}, "chat-draft" {text} after every change, "chat-carried" after
 * what goes with the next message changed, be it that it went.
 */

import { build, icon, on, write } from "./build.js";
import { say } from "./words.js";

/** What the server takes, in characters (code points), as CONTRACT says. */
export const LONGEST = 4_000;
/** From so many left on, they are counted. */
const NEAR_END = 300;
/** What browsers report for a key that belongs to an input method. */
const COMPOSING = 229;

/** @param {string} text @returns {string} what is sent of it: a frame may not carry NUL */
const sendable = (text) => (text.toWellFormed?.() ?? text).replaceAll("\0", "").trim();

export class ChatComposer extends HTMLElement {
  #built = false;
  #stopped = false;
  #held = false;
  #awaits = false;
  /** What goes with the next message. @type {Record<string, any>} */
  carried = {};

  connectedCallback() {
    if (!this.#built) this.#build();
  }

  #build() {
    this.#built = true;
    this._field = build("textarea.chat-composer__field", {
      rows: "1", "aria-label": say("field"), placeholder: say("field"), enterkeyhint: "send",
      autocomplete: "off", dir: "auto",
    });
    const send = { type: "submit", "aria-label": say("send"), disabled: true };
    this._send = build("button.chat-composer__send", send, icon("send"));
    this._about = build("p.chat-composer__about", { hidden: true }, icon("page"), build("span"));
    this._note = build("p.chat-composer__count", { role: "status" });
    this._count = build("p.chat-composer__count", { role: "status" });
    this.tray = build("div.chat-composer__tray");
    this._form = build("form.chat-composer__form", {}, this._field, this._send);
    this.append(this._about, this.tray, this._form, this._note, this._count);
    on(this._field, "keydown", (event) => this.#key(event));
    on(this._field, "input", () => this.#typed());
    on(this._form, "submit", (event) => this.#submit(event));
    // A press on the ground around the field is meant for the field.
    on(this._form, "click", ({ target }) => target === this._form && this.focus());
  }

  /** @param {FocusOptions} [options] */
  focus(options) {
    this._field.focus(options);
  }

  get value() {
    return this._field.value;
  }

  set value(text) {
    this._field.value = text;
    this.#fit();
  }

  /** Say what the first words will be about. @param {string} title "" for nothing */
  about(title) {
    this._about.hidden = !title;
    write(this._about.lastChild, say("about", { title }));
  }

  /** Put a button beside the field, before the one that sends. @param {Element} button */
  tool(button) {
    this._send.before(button);
  }

  /**
   * Let something go with the next message.
   * @param {string} name of the field of its frame
   * @param {any} [value] nothing: no more
   */
  carry(name, value) {
    const { [name]: before, ...rest } = this.carried;
    this.carried = value === undefined ? rest : { ...rest, [name]: value };
    if (before === value) return;
    this.#fit();
    this.dispatchEvent(new Event("chat-carried"));
  }

  /**
   * Send nothing until what goes with it is there. Enter pressed meanwhile sends it then.
   * @param {boolean} held @param {boolean} [failed] some of it will not come: he decides again
   */
  hold(held, failed = false) {
    this.#held = held;
    this.#fit();
    if (held || !this.#awaits) return;
    this.#await(false);
    if (!failed) this._form.requestSubmit();
  }

  /** @param {boolean} awaits */
  #await(awaits) {
    this.#awaits = awaits;
    this.classList.toggle("chat-composer--awaits", awaits);
  }

  /** Say something calmly, under the field. @param {string} words "" for nothing */
  note(words) {
    write(this._note, words);
  }

  /** Take no words, or take them again; what was typed stays. @param {boolean} stopped */
  stop(stopped) {
    if (stopped === this.#stopped) return;
    this.#stopped = stopped;
    this._field.readOnly = stopped;
    this.classList.toggle("chat-composer--stopped", stopped);
    this.#fit();
  }

  /**
   * Put a text back to be edited, before what stands there.
   * @param {string} text
   */
  giveBack(text) {
    this.value = [text, this.value].filter(Boolean).join("\n");
    this.#typed();
    this.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const sends = event.key === "Enter" && !event.shiftKey && !event.altKey;
    if (!sends || event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this._form.requestSubmit(this._send.disabled ? null : this._send);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = sendable(this.value);
    if (this.#held && !this.#stopped) this.#await(true);
    if (!this.#ready(text) || [...text].length > LONGEST) return;
    const { carried } = this;
    this.value = "";
    this.#tell("chat-draft", { text: "" });
    for (const name of Object.keys(carried)) this.carry(name);
    this.#tell("chat-submit", { text, more: Object.keys(carried).length ? carried : undefined });
    this.focus({ preventScroll: true });
  }

  /** @param {unknown} text whether there are words; files speak for themselves */
  #ready(text) {
    return (text || this.carried.files) && !this.#stopped && !this.#held;
  }

  #typed() {
    this.#await(false); // he goes on writing: not yet
    this.#fit();
    this.#tell("chat-draft", { text: this.value });
  }

  /** @param {string} name @param {{text: string, more?: object}} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Grow with the text (the style sheet sets the bounds) and count what is left. */
  #fit() {
    const field = this._field;
    if (!CSS.supports("field-sizing", "content")) {
      field.style.setProperty("block-size", "auto");
      field.style.setProperty("block-size", `${field.scrollHeight}px`);
    }
    const left = LONGEST - [...sendable(field.value)].length;
    this._send.disabled = !this.#ready(left < LONGEST) || left < 0;
    this.classList.toggle("chat-composer--over", left < 0);
    write(this._count, left > NEAR_END ? "" : left < 0 ? say("tooMany", { n: -left }) : say("left", { n: left }));
  }
}

customElements.define("chat-composer", ChatComposer);
