// @ts-check
/**
 * `<live-reading article="42" data-words="{count} reading now" reading="12">`: "12 reading now", in
 * the words of the page; hidden while nobody does.
 */

import { WANTED } from "./counts.js";

export class LiveReading extends HTMLElement {
  static observedAttributes = ["reading"];

  connectedCallback() {
    document.dispatchEvent(new CustomEvent(WANTED));
  }

  /** @param {string} _name @param {string | null} _before @param {string | null} now */
  attributeChangedCallback(_name, _before, now) {
    const reading = Number(now);
    const some = Number.isSafeInteger(reading) && reading > 0;
    this.hidden = !some;
    if (some) {
      const number = new Intl.NumberFormat(document.documentElement.lang || "en").format(reading);
      this.textContent = (this.dataset.words ?? "{count}").replace("{count}", number);
    }
  }
}

customElements.define("live-reading", LiveReading);
