/**
 * The list over the composer: canned replies behind `/` in an answer, colleagues behind `@` in a
 * note. Beside the composer, which only says what is typed and takes what is chosen.
 */

import { PickList } from "./pick-list.js";
import { filled, fitting, mentioned } from "./replies-model.js";
import { folded } from "./transfer-model.js";
import { named, replaced } from "./typeahead-model.js";

/** Canned replies change seldom; so long they are not asked for again. */
const FRESH_MS = 60_000;
/** How much of a reply is shown in the list. */
const EXCERPT = 120;
/** More names than that are narrowed by typing. */
const COLLEAGUES_SHOWN = 8;

export class ComposerSuggest {
  #client;
  #field;
  #place;
  #list;
  /** @type {() => "answer" | "note"} */
  #kind;
  /** @type {() => import("./replies-model.js").Values} */
  #values;
  /** @type {import("./replies-model.js").Reply[]} */
  #replies = [];
  #asked = { article: /** @type {number | null | undefined} */ (undefined), at: -Infinity };
  /** @type {import("./typeahead-model.js").Named | null} the word that is completed */
  #word = null;
  /** Everybody who can be named; who is on duty until that is told. @type {{id: number, name: string}[] | null} */
  #colleagues = null;
  /** Dismissed by Esc, until another word is begun. */
  #dismissed = -1;

  /**
   * @param {object} parts
   * @param {import("./desk-client.js").DeskClient} parts.client
   * @param {HTMLTextAreaElement} parts.field @param {HTMLElement} parts.place a listbox
   * @param {() => "answer" | "note"} parts.kind @param {() => any} parts.values of the variables
   */
  constructor({ client, field, place, kind, values }) {
    this.#client = client;
    this.#field = field;
    this.#place = place;
    this.#kind = kind;
    this.#values = values;
    this.#list = new PickList(field, place, (choice) => this.#choose(choice));
    client.hear("desk.colleagues", ({ people }) => (this.#colleagues = people));
    field.addEventListener("blur", () => this.hide());
    field.addEventListener("click", () => this.typed());
    field.addEventListener("keyup", (event) => event.key.startsWith("Arrow") && !this.shown && this.typed());
  }

  get shown() {
    return !this.#place.hidden;
  }

  hide() {
    this.#place.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {number | null} article the replies that fit what is read are fetched before they are wanted */
  async prepare(article) {
    const now = performance.now();
    if (this.#asked.article === article && now - this.#asked.at < FRESH_MS) return;
    this.#asked = { article, at: now };
    try {
      this.#replies = (await this.#client.ask.replies(article)).replies;
      if (this.#field === document.activeElement) this.typed();
    } catch {
      this.#asked.at = -Infinity; // asked again with the next chat
    }
  }

  /** @param {string} note @returns {number[]} whom it names */
  mentions(note) {
    return mentioned(note, this.#colleagues ?? this.#client.people);
  }

  /** They have changed. */
  forget() {
    this.#asked.at = -Infinity;
  }

  /** What stands in the field is another, or the caret stands elsewhere. */
  typed() {
    const sign = this.#kind() === "note" ? "@" : "/";
    const place = named(this.#field.value, this.#field.selectionEnd, sign);
    if (place?.from !== this.#dismissed) this.#dismissed = -1;
    const choices = place && this.#dismissed === -1 ? this.#choices(place) : [];
    if (!choices.length) return this.hide();
    this.#word = place;
    this.#place.hidden = false;
    this.#list.show(choices);
  }

  /** A button asks for the list: as if the sign had been typed. */
  begin() {
    const { value, selectionEnd: at } = this.#field;
    const sign = this.#kind() === "note" ? "@" : "/";
    const gap = at > 0 && !/\s/u.test(value[at - 1]) ? " " : "";
    this.#field.focus();
    this.#field.setRangeText(gap + sign, at, at, "end");
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the list has taken it */
  pressed(event) {
    if (!this.shown) return false;
    if (event.key === "Escape") {
      this.#dismissed = this.#word.from;
      this.hide();
      event.preventDefault();
      event.stopPropagation();
      return true;
    }
    return this.#list.pressed(event);
  }

  #choices({ sign, typed }) {
    if (sign === "/") {
      return fitting(this.#replies, typed).map((reply) => ({
        key: reply.shortcut,
        name: `/${reply.shortcut}`,
        side: reply.title,
        more: reply.text.slice(0, EXCERPT),
        value: filled(reply.text, this.#values()),
      }));
    }
    const wanted = folded(typed);
    const { people, me } = this.#client;
    const there = new Set(people.filter(({ state }) => state === "available").map(({ id }) => id));
    return (this.#colleagues ?? people)
      .filter(({ id, name }) => id !== me.id && folded(name).includes(wanted))
      .sort((a, b) => Number(there.has(b.id)) - Number(there.has(a.id)))
      .slice(0, COLLEAGUES_SHOWN)
      .map(({ id, name }) => ({
        key: String(id),
        name,
        lamp: /** @type {"good" | "away"} */ (there.has(id) ? "good" : "away"),
        value: `@${name} `,
      }));
  }

  #choose({ value }) {
    const { text, caret } = replaced(this.#field.value, this.#word, value);
    this.#field.value = text;
    this.#field.setSelectionRange(caret, caret);
    this.hide();
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
