/**
 * <desk-toast>: a word on what was done, for a moment, and the way back where there is one. It
 * stays while somebody points at it or has the keyboard on it.
 */

const SHOWN_MS = 6_000;
/** Long enough to see that it was the wrong one. */
const UNDO_MS = 9_000;

class DeskToast extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {(() => void) | undefined} */
  #undo;
  #stay = SHOWN_MS;

  connectedCallback() {
    this.#button.addEventListener("click", () => {
      const undo = this.#undo;
      this.hide();
      undo?.();
    });
    this.querySelector("[data-dismiss]").addEventListener("click", () => this.hide());
    for (const type of ["pointerenter", "focusin"]) this.addEventListener(type, () => clearTimeout(this.#timer));
    for (const type of ["pointerleave", "focusout"]) this.addEventListener(type, () => this.#wait());
  }

  /** @param {string} words @param {() => void} [act] @param {string} [name] of the way back */
  show(words, act, name = "Undo") {
    this.querySelector("[data-words]").textContent = words;
    this.#undo = act;
    this.#button.hidden = !act;
    this.#button.textContent = name;
    this.#stay = act ? UNDO_MS : SHOWN_MS;
    this.classList.add("toast--shown");
    this.#wait();
  }

  hide() {
    clearTimeout(this.#timer);
    this.#undo = undefined;
    this.classList.remove("toast--shown");
    this.querySelector("[data-words]").textContent = "";
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), this.#stay);
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("[data-undo]"));
  }
}

customElements.define("desk-toast", DeskToast);
