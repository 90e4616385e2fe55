// @ts-check
/**
 * `<article-offers>`: articles that may answer what is being asked, as links above the field. They
 * are told of once, calmly, and take no focus.
 *
 * Events: "offers-dismissed", "offers-followed".
 */

import { styled } from "../chat/sheets.js";
import { WORDS } from "./offer-words.js";

/** @typedef {{id: number, title: string, url: string, summary: string}} Match */

export class ArticleOffers extends HTMLElement {
  #words = made("p", "article-offers__words");
  #list = made("ul", "article-offers__list");
  #close = made("button", "article-offers__close");
  #wired = false;

  connectedCallback() {
    if (this.#wired) return;
    this.#wired = true;
    this.className = "article-offers";
    this.#words.setAttribute("role", "status");
    this.#words.id = "article-offers";
    this.#list.setAttribute("aria-labelledby", this.#words.id);
    this.#close.setAttribute("type", "button");
    this.#close.setAttribute("aria-label", WORDS.dismiss);
    this.#close.addEventListener("click", () => this.dispatchEvent(new Event("offers-dismissed")));
    this.append(this.#words, this.#close, this.#list);
    this.show([]);
  }

  /** @param {Match[]} matches */
  show(matches) {
    this.classList.toggle("article-offers--shown", matches.length > 0);
    this.#close.hidden = this.#list.hidden = !matches.length;
    // Written once: the links change under it, and are not read out with every pause.
    if (matches.length && !this.#words.textContent) this.#words.textContent = WORDS.help;
    this.#list.replaceChildren(...matches.map((match) => this.#item(match)));
  }

  /** @param {Match} match */
  #item({ title, url, summary }) {
    const item = made("li", "article-offers__item");
    const link = made("a", "article-offers__link");
    link.setAttribute("href", url);
    link.setAttribute("dir", "auto");
    if (summary) link.setAttribute("title", summary);
    link.textContent = title;
    link.addEventListener("click", () => this.dispatchEvent(new Event("offers-followed")));
    item.append(link);
    return item;
  }
}

/** @param {string} tag @param {string} name @returns {HTMLElement} */
const made = (tag, name) => Object.assign(document.createElement(tag), { className: name });

await styled("offers").catch(() => {});
customElements.define("article-offers", ArticleOffers);
