// @ts-check
/**
 * `<quote-chip>`: the sentence the next message asks about, above the field; it can be taken away.
 *
 * Event: "quote-gone" when it is.
 */

import { say } from "../point/point-words.js";
import { styled } from "../chat/sheets.js";
import { shortened } from "./quote-model.js";

/** As much as two lines hold. */
const SHOWN = 110;

export class QuoteChip extends HTMLElement {
  #words = document.createElement("q");
  #wired = false;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    this.className = "quote-chip";
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", say("quoted"));
    this.#words.className = "quote-chip__words";
    this.#words.dir = "auto";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "quote-chip__close";
    close.setAttribute("aria-label", say("unquote"));
    close.addEventListener("click", () => this.dispatchEvent(new Event("quote-gone")));
    this.append(this.#words, close);
  }

  /** @param {string} text */
  show(text) {
    this.#words.textContent = shortened(text, SHOWN);
    this.hidden = !text;
  }
}

await styled("quote").catch(() => {});
customElements.define("quote-chip", QuoteChip);
