/**
 * `<chat-card>`: the place between log and field where a card lies, if one does. The cards
 * themselves are loaded with the first of them.
 *
 * @typedef {import("./chat-panel.js").ChatPanel} Panel
 */

export class ChatCard extends HTMLElement {
  /** The card that lies there, or is on its way. */
  #key = "";

  /** Whether the card is all there is to fill in, and takes the log's place. @param {boolean} main */
  set main(main) {
    this.classList.toggle("chat-card--main", main);
  }

  get main() {
    return this.classList.contains("chat-card--main");
  }

  /**
   * Lay a card down; "" takes it away.
   * @param {Panel} panel @param {string} kind
   * @param {{what?: object, wanted: boolean}} about  what is asked; wanted: it gets the keyboard
   */
  async lay(panel, kind, { what, wanted }) {
    const key = kind && kind + JSON.stringify(what ?? "");
    if (key === this.#key) return;
    this.#key = key;
    try {
      const made = kind ? await (await import("./cards.js")).card(kind, panel, what) : null;
      if (key !== this.#key) return;
      const had = this.contains(document.activeElement);
      this.replaceChildren(...(made ? [made] : []));
      this.hidden = !made;
      if (panel.hidden) return;
      if (made && wanted) this.focus();
      else if (!made && had) panel.write();
    } catch {
      this.#key = ""; // not for ever: the next change tries again
    }
  }

  focus() {
    /** @type {HTMLElement | null} */
    (this.querySelector("input, textarea, button"))?.focus({ preventScroll: true });
  }
}

customElements.define("chat-card", ChatCard);
