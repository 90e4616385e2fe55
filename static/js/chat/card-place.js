/**
 * The place between log and field where a card lies, if one does. Loaded with the first.
 *
 * @typedef {import("./chat-panel.js").ChatPanel} Panel
 */

import { card } from "./cards.js";

export class CardPlace {
  #panel;
  #place;
  /** The card that lies there, or is on its way. */
  #key = "";

  /** @param {Panel} panel @param {HTMLElement} place */
  constructor(panel, place) {
    this.#panel = panel;
    this.#place = place;
  }

  /**
   * Lay a card down; "" takes it away.
   * @param {string} kind
   * @param {{what?: object, wanted?: boolean}} about  what is asked; wanted: it gets the keyboard
   */
  async lay(kind, { what, wanted = false }) {
    const key = kind && kind + JSON.stringify(what ?? "");
    if (key === this.#key) return;
    this.#key = key;
    try {
      const made = kind ? await card(kind, this.#panel, what) : null;
      if (key === this.#key) this.#put(made, wanted);
    } catch (error) {
      this.#key = ""; // not for ever: the next change tries again
      throw error;
    }
  }

  /** @param {HTMLElement | null} made @param {boolean} wanted */
  #put(made, wanted) {
    const had = this.#place.contains(document.activeElement);
    this.#place.replaceChildren(...(made ? [made] : []));
    this.#place.hidden = !made;
    if (this.#panel.hidden) return;
    if (made && wanted) focus(made);
    else if (!made && had) this.#panel.write();
  }
}

/** What cannot be undone is not a key's press away. @param {HTMLElement} card */
function focus(card) {
  const first = ["input, textarea", ".chat-form__cancel", "button"].map((each) => card.querySelector(each)).find(Boolean);
  /** @type {HTMLElement | undefined} */ (first)?.focus({ preventScroll: true });
}
