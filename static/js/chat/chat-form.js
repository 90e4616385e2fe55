/**
 * `<chat-form>`: a few fields, one below the other, and a button. It asks kindly: nothing is
 * complained of before one has tried to go on, each complaint stands by its field, and nothing typed
 * is lost.
 *
 * Events: "chat-filled" {values}, "chat-typed" {values} after every change, "chat-cancel".
 *
 * @typedef {{key: string, required: boolean, label?: string}} Field  `label`: its words, if not the key's
 */

import { build, on, write } from "./build.js";
import { linked } from "./links.js";
import { say } from "./words.js";

/** What an address looks like; whether it is one, a letter will tell. */
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** As CONTRACT has them. */
const LONGEST = { name: 80, email: 254, topic: 120, message: 4_000 };
const FILLED_BY = { name: "name", email: "email" };
let forms = 0;

export class ChatForm extends HTMLElement {
  /** @type {Map<string, {field: any, complaint: any, required: boolean}>} */
  #fields = new Map();
  #id = `chat-form-${(forms += 1)}`;
  #tried = false;

  /**
   * @param {object} what
   * @param {string} [what.title]
   * @param {string} [what.body]
   * @param {Field[]} what.fields
   * @param {string} [what.consent]  what one must agree to
   * @param {string} what.button
   * @param {boolean} [what.cancel]  whether it may be put away
   * @param {Record<string, any>} [what.values]  what stands there already
   */
  constructor({ title, body, fields, consent, button, cancel, values = {} }) {
    super();
    const named = title ? { "aria-labelledby": `${this.#id}-title` } : {};
    this._form = build("form.chat-form", { novalidate: true, ...named });
    if (title) this._form.append(build("h3.chat-form__title", { id: `${this.#id}-title` }, title));
    if (body) this._form.append(build("p.chat-form__body", {}, body));
    for (const field of fields) this._form.append(this.#field(field, values[field.key] ?? ""));
    if (consent) this._form.append(this.#consent(consent, Boolean(values.consent)));
    this._trouble = build("p.chat-form__complaint", { role: "alert" });
    const go = build("button.chat-form__go", { type: "submit" }, button);
    const buttons = build("p.chat-form__buttons", {}, go);
    if (cancel) buttons.append(build("button.chat-form__cancel", { type: "button" }, say("cancel")));
    this._form.append(this._trouble, buttons);
    this._form.classList.toggle("chat-form--short", fields.length === 1 && !consent && !cancel);
    on(this._form, "submit", (event) => this.#submit(event));
    on(this._form, "input", () => this.#typed());
    on(buttons, "click", ({ target }) => target.type === "button" && this.#tell("chat-cancel"));
  }

  connectedCallback() {
    if (!this.firstChild) this.append(this._form);
  }

  /** @param {Field} field @param {string} value */
  #field({ key, required, label: named = key }, value) {
    const id = `${this.#id}-${key}`;
    const about = {
      id, name: key, "aria-describedby": `${id}-complaint`, dir: key === "email" ? "ltr" : "auto",
      maxlength: String(LONGEST[/** @type {"name"} */ (key)]), "aria-required": String(required),
    };
    const field = key === "message"
      ? build("textarea.chat-form__field.chat-form__field--long", { ...about, rows: "3" })
      : build("input.chat-form__field", {
        ...about, type: key === "email" ? "email" : "text",
        autocomplete: FILLED_BY[/** @type {"name"} */ (key)] ?? "off",
      });
    field.value = value;
    const complaint = build("p.chat-form__complaint", { id: `${id}-complaint` });
    this.#fields.set(key, { field, complaint, required });
    const label = build("label.chat-form__label", { for: id }, say(named));
    if (!required) label.append(" ", build("span.chat-form__optional", {}, `(${say("optional")})`));
    return build("div.chat-form__part", {}, label, field, complaint);
  }

  /** @param {string} text @param {boolean} checked */
  #consent(text, checked) {
    const id = `${this.#id}-consent`;
    const field = build("input.chat-form__box", {
      id, type: "checkbox", name: "consent", "aria-describedby": `${id}-complaint`, "aria-required": "true",
    });
    field.checked = checked;
    const complaint = build("p.chat-form__complaint", { id: `${id}-complaint` });
    this.#fields.set("consent", { field, complaint, required: true });
    const label = build("label.chat-form__agree", { for: id }, field, build("span", {}, ...linked(text)));
    return build("div.chat-form__part", {}, label, complaint);
  }

  /** @returns {Record<string, any>} */
  get values() {
    const all = [...this.#fields].map(([key, { field }]) =>
      [key, field.type === "checkbox" ? field.checked : field.value.replaceAll("\0", "").trim()]);
    return Object.fromEntries(all);
  }

  /** Say that it did not work, or nothing. @param {string} words */
  trouble(words) {
    write(this._trouble, words);
    for (const button of this._form.querySelectorAll("button")) button.disabled = false;
  }

  #typed() {
    if (this.#tried) this.#check();
    this.#tell("chat-typed", { values: this.values });
  }

  /** @returns {any} the first field that is not right */
  #check() {
    let first = null;
    for (const [key, { field, complaint, required }] of this.#fields) {
      const value = field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value.trim();
      const wrong = (required && !value) || (key === "email" && value && !ADDRESS.test(value));
      write(complaint, wrong ? say(`miss${key[0].toUpperCase()}${key.slice(1)}`) : "");
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (wrong) first ??= field;
    }
    return first;
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.#tried = true;
    const wrong = this.#check();
    if (wrong) return wrong.focus();
    this.trouble("");
    this.#tell("chat-filled", { values: this.values });
  }

  /** @param {string} name @param {object} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("chat-form", ChatForm);
