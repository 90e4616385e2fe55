/**
 * A list of choices under a field: arrows move, Enter chooses, a click chooses. The keyboard stays
 * in the field all the while (`aria-activedescendant`), so that one can go on typing.
 *
 * @typedef {object} Choice
 * @property {string} key
 * @property {string} name
 * @property {string} [more]  a second line
 * @property {string} [side]  at its end
 * @property {"good" | "away" | ""} [lamp]  somebody's presence
 * @property {number} [hue]  of a label
 * @property {boolean} [checked]
 * @property {any} [value]
 */

let made = 0;

export class PickList {
  #field;
  #place;
  #choose;
  #prefix = `pick-${++made}`;
  /** @type {Choice[]} */
  #choices = [];
  #active = 0;

  /**
   * @param {HTMLElement} field that keeps the keyboard
   * @param {HTMLElement} place a listbox
   * @param {(choice: Choice) => void} choose
   */
  constructor(field, place, choose) {
    this.#field = field;
    this.#place = place;
    this.#choose = choose;
    place.id ||= `${this.#prefix}-list`;
    place.setAttribute("role", "listbox");
    field.setAttribute("aria-controls", place.id);
    field.setAttribute("aria-autocomplete", "list");
    // A press must not take the keyboard from the field.
    place.addEventListener("pointerdown", (event) => event.preventDefault());
    place.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) this.#choose(this.#choices[Number(item.dataset.index)]);
    });
  }

  /** @param {Choice[]} choices @param {number} [active] the one Enter means */
  show(choices, active = 0) {
    this.#choices = choices;
    this.#place.replaceChildren(...choices.map((choice, index) => this.#draw(choice, index)));
    this.#point(Math.min(active, choices.length - 1));
  }

  /** @returns {Choice | undefined} */
  get active() {
    return this.#choices[this.#active];
  }

  /** @returns {number} */
  get at() {
    return this.#active;
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it was meant for the list */
  pressed(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
    const last = this.#choices.length - 1;
    if (last < 0) return false;
    if (event.key === "ArrowDown") this.#point(this.#active === last ? 0 : this.#active + 1);
    else if (event.key === "ArrowUp") this.#point(this.#active === 0 ? last : this.#active - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.#choose(this.#choices[this.#active]);
    else return false;
    event.preventDefault();
    return true;
  }

  #point(index) {
    this.#active = Math.max(0, index);
    for (const item of this.#place.children) {
      const active = Number(item.dataset.index) === this.#active;
      item.classList.toggle("pick--active", active);
      if (item.dataset.checked === undefined) item.setAttribute("aria-selected", String(active));
      if (active) item.scrollIntoView({ block: "nearest" });
    }
    const id = this.#choices.length ? `${this.#prefix}-${this.#active}` : "";
    if (id) this.#field.setAttribute("aria-activedescendant", id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #draw(choice, index) {
    const item = make("li", "pick");
    item.id = `${this.#prefix}-${index}`;
    item.dataset.index = String(index);
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(choice.checked ?? false));
    if (choice.checked !== undefined) item.dataset.checked = String(choice.checked);
    if (choice.lamp !== undefined) item.append(make("span", `pick__lamp pick__lamp--${choice.lamp || "none"}`));
    if (choice.hue !== undefined) item.append(make("span", `pick__hue hue-${choice.hue}`));
    const words = make("span", "pick__words");
    const name = make("bdi", "pick__name", choice.name);
    words.append(name);
    if (choice.more) words.append(make("bdi", "pick__more", choice.more));
    item.append(words);
    if (choice.side) item.append(make("span", "pick__side", choice.side));
    return item;
  }
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}
