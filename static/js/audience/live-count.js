// @ts-check
/**
 * `<live-count article="42" clicks="1234">1,234</live-count>`: a number that grows where it stands.
 *
 * The number is in the attribute; it never falls, whatever is written there. It is no live region:
 * a screen reader that said each click would never be silent.
 */

import { WANTED } from "./counts.js";

const MOVED = "count--moved";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class LiveCount extends HTMLElement {
  static observedAttributes = ["clicks"];
  #shown = -1;

  connectedCallback() {
    this.addEventListener("animationend", this.#rest);
    document.dispatchEvent(new CustomEvent(WANTED));
  }

  disconnectedCallback() {
    this.removeEventListener("animationend", this.#rest);
  }

  /** @param {string} _name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(_name, before, now) {
    const clicks = Number(now);
    if (now === null || !Number.isSafeInteger(clicks) || clicks <= this.#shown) return;
    const first = this.#shown < 0;
    this.#shown = clicks;
    // What the server drew stands as it is: it has the page's own way of writing numbers.
    if (first && this.textContent?.trim()) return;
    this.textContent = format(clicks);
    if (before !== null && !calm.matches) this.#move();
  }

  #move() {
    if (!this.classList.contains(MOVED)) this.classList.add(MOVED);
  }

  #rest = () => this.classList.remove(MOVED);
}

/** @type {Intl.NumberFormat | undefined} */
let numbers;

/** @param {number} clicks */
function format(clicks) {
  numbers ??= new Intl.NumberFormat(document.documentElement.lang || "en");
  return numbers.format(clicks);
}

customElements.define("live-count", LiveCount);
