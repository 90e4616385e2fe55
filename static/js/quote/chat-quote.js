// @ts-check
/**
 * `<chat-quote article="42" paragraph="p-1f" revision="3" data-title="…" url="/…">the words</chat-quote>`:
 * a sentence of an article that somebody asks about, leading to where it stands. On the article's own
 * page it goes there and marks it; elsewhere it is a link.
 *
 * Event: "chat-quote-go" {article, revision, paragraph, text}, cancelable: whoever shows the article
 * in another way (beside the thread, say) does so and prevents the default.
 */

import { isHere } from "../point/passage.js";
import { address, lead } from "../point/pointing.js";
import { say } from "../point/point-words.js";
import { styled } from "../chat/sheets.js";
import { shortened } from "./quote-model.js";

/** Longer words are shown by their beginning; the passage itself shows all. */
const SHOWN = 180;

export class ChatQuote extends HTMLElement {
  connectedCallback() {
    if (this.firstElementChild) return;
    const text = this.textContent ?? "";
    const { url } = this;
    const link = document.createElement(url ? "a" : "button");
    link.className = "chat-quote__go";
    if (url) link.setAttribute("href", address(url, this.quote.paragraph));
    else link.setAttribute("type", "button");
    const from = made("span", "chat-quote__from", this.#from);
    const words = made("q", "chat-quote__words", shortened(text, SHOWN));
    words.setAttribute("dir", "auto");
    link.append(from, words);
    link.addEventListener("click", (event) => this.#go(/** @type {MouseEvent} */ (event)));
    this.dataset.text = text;
    this.classList.add("chat-quote");
    this.replaceChildren(link);
  }

  /** @returns {import("./quote-model.js").Quote} */
  get quote() {
    return {
      article: Number(this.getAttribute("article")),
      revision: Number(this.getAttribute("revision")),
      paragraph: this.getAttribute("paragraph") ?? "",
      text: this.dataset.text ?? this.textContent ?? "",
    };
  }

  /** Where the article stands; only our own addresses are followed. */
  get url() {
    const url = this.getAttribute("url") ?? "";
    return /^\/(?!\/)/.test(url) ? url : "";
  }

  get #from() {
    const { title } = this.dataset;
    return title && !isHere(this.quote.article) ? say("quotedFrom", { title }) : say("quoted");
  }

  /** @param {MouseEvent} event */
  #go(event) {
    const { quote } = this;
    const go = new CustomEvent("chat-quote-go", { bubbles: true, cancelable: true, detail: quote });
    if (!this.dispatchEvent(go)) return event.preventDefault();
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && isHere(quote.article)) event.preventDefault();
    if (plain || !this.url) lead(quote);
  }
}

/** @param {string} tag @param {string} name @param {string} text */
function made(tag, name, text) {
  return Object.assign(document.createElement(tag), { className: name, textContent: text });
}

await styled("quote").catch(() => {});
customElements.define("chat-quote", ChatQuote);
