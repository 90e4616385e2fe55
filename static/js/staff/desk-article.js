/**
 * <desk-article>: the article itself, beside the thread, in the very revision the visitor has
 * open. The passage in his view is marked and moves as he reads; the pane follows unless the agent
 * reads on his own. Every passage can be pointed to: the visitor's page then offers to go there.
 */

import { build, on, write } from "../chat/build.js";
import { sentence } from "./desk-acts.js";
import { PlaceModel, textAddress } from "./place-model.js";

/** What may be pointed to, as it is marked up in an article's text. */
const PASSAGES = ":is(p, h2, h3, h4, h5, h6, figure, table, li, blockquote, pre)[id]";
/** So long the agent's own scrolling is his own; then following may be taken up again. */
const OWN_MS = 1_500;
const TEXTS_MOST = 20;

class DeskArticle extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #places = new PlaceModel();
  /** @type {Map<string, Promise<DocumentFragment>>} texts by address: a revision never changes */
  #texts = new Map();
  #id = "";
  #address = "";
  #follows = true;
  #movedAt = 0;
  /** @type {any} */ #head;
  /** @type {any} */ #text;
  /** @type {any} */ #follow;
  /** @type {any} */ #point;
  /** @type {any} */ #said;
  /** @type {any} */ #empty;
  /** @type {any} */ #link;
  /** @type {any} */ #depth;

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
    this.#build();
    client.hear("chat.where", (frame) => this.#where(frame));
  }

  /** @param {string} id the conversation whose visitor is read along with; "" for none */
  show(id) {
    if (id === this.#id) return;
    this.#id = id;
    this.#follows = true;
    write(this.#said, "");
    this.draw();
  }

  draw() {
    const place = this.#id ? this.#places.of(this.#id) : undefined;
    const row = this.#client.desk.row(this.#id);
    const address = place ? textAddress(place) : "";
    this.#head.hidden = !address;
    this.#empty.hidden = Boolean(address);
    write(this.#empty, this.#id ? "The visitor is on a page without an article." : "No chat is open.");
    if (!address) {
      this.#address = "";
      this.#text.replaceChildren();
      return;
    }
    const url = inside(row?.url ?? "");
    this.#link.href = url || "#";
    write(this.#link.firstChild, row?.title || "Article");
    if (address === this.#address) this.#mark();
    else this.#load(address);
  }

  #build() {
    this.#link = build("a.reading__title", { target: "_blank", rel: "noopener", dir: "auto" }, build("span"), build("span.console__unseen", {}, " (opens in a new tab)"));
    this.#depth = build("span.reading__depth", { "aria-hidden": "true" });
    this.#follow = build("button.button.button--small.reading__follow", { type: "button", hidden: true }, "Follow the reader");
    this.#head = build("header.reading__head", { hidden: true }, this.#link, this.#follow, this.#depth);
    this.#text = build("div.reading__text.prose", {
      tabindex: "0",
      role: "region",
      "aria-label": "The article as the visitor sees it. Arrow keys move by passage, Enter points to it.",
      dir: "auto",
    });
    this.#point = build("button.button.button--small.reading__point", { type: "button", hidden: true }, "Point to this");
    this.#said = build("p.reading__said", { role: "status" });
    this.#empty = build("p.reading__empty");
    this.append(this.#head, this.#empty, this.#text, this.#point, this.#said);

    on(this.#follow, "click", () => this.#takeUp());
    on(this.#text, "pointerover", (event) => this.#offer(event.target.closest(PASSAGES)));
    on(this, "pointerleave", () => this.#offer(null));
    on(this.#point, "click", () => this.#pointTo(this.#point.dataset.passage));
    on(this.#text, "keydown", (event) => this.#pressed(event));
    on(this.#text, "focusin", (event) => this.#offer(event.target.closest(PASSAGES)));
    on(this.#text, "scroll", () => this.#scrolled(), { passive: true });
    // A link in the text would lead the desk away; it opens beside it.
    on(this.#text, "click", (event) => {
      const link = event.target.closest("a[href]");
      if (link) link.target = "_blank";
    });
  }

  #where(frame) {
    const moved = this.#places.take(frame);
    if (frame.conversation !== this.#id || !moved) return;
    if (moved === "page" || !this.#address) this.draw();
    else this.#mark();
  }

  async #load(address) {
    this.#address = address;
    this.#text.setAttribute("aria-busy", "true");
    try {
      const text = (await this.#fetch(address)).cloneNode(true);
      if (address !== this.#address) return;
      this.#text.replaceChildren(text);
      this.#text.scrollTop = 0;
      this.#offer(null);
      this.#mark();
    } catch {
      this.#texts.delete(address);
      if (address !== this.#address) return;
      this.#address = "";
      this.#text.replaceChildren(build("p.reading__empty", {}, "The article could not be loaded. It is tried again when the reader moves."));
    } finally {
      this.#text.removeAttribute("aria-busy");
    }
  }

  /** @param {string} address @returns {Promise<DocumentFragment>} */
  #fetch(address) {
    const known = this.#texts.get(address);
    if (known) return known;
    const found = open(address).then((page) => {
      const text = document.createDocumentFragment();
      text.append(...[...page.body.childNodes].map((node) => document.importNode(node, true)));
      return text;
    });
    this.#texts.set(address, found);
    if (this.#texts.size > TEXTS_MOST) this.#texts.delete(this.#texts.keys().next().value ?? "");
    return found;
  }

  /** Marks the passage in his view, and brings it into ours. */
  #mark() {
    const place = this.#places.of(this.#id);
    const here = place?.paragraph ? this.#passage(place.paragraph) : null;
    for (const marked of this.#text.querySelectorAll("[aria-current]")) {
      if (marked !== here) marked.removeAttribute("aria-current");
    }
    this.#depth.style.setProperty("--depth", `${Math.min(100, place?.depth ?? 0)}%`);
    this.#follow.hidden = this.#follows || !here;
    if (!here) return;
    here.setAttribute("aria-current", "location");
    if (this.#follows) this.#bring(here);
  }

  #bring(passage) {
    const top = passage.offsetTop - this.#text.offsetTop - this.#text.clientHeight * 0.3;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#movedAt = Date.now();
    this.#text.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  /** Scrolling that is not ours is the agent's: from then on he reads on his own. */
  #scrolled() {
    if (Date.now() - this.#movedAt < OWN_MS || !this.#follows) return;
    this.#follows = false;
    this.#follow.hidden = !this.#text.querySelector("[aria-current]");
  }

  #takeUp() {
    this.#follows = true;
    this.#mark();
    this.#text.focus();
  }

  /** @param {Element | null} passage under the pointer or the keyboard */
  #offer(passage) {
    if (passage && !this.#client.ask.knows("chat.point")) return;
    for (const other of this.#text.querySelectorAll(".reading__chosen")) other.classList.remove("reading__chosen");
    this.#point.hidden = !passage;
    if (!passage) return;
    passage.classList.add("reading__chosen");
    this.#point.dataset.passage = passage.id;
    passage.append(this.#point);
  }

  #pressed(event) {
    const passages = [...this.#text.querySelectorAll(PASSAGES)];
    const chosen = this.#text.querySelector(".reading__chosen");
    const at = passages.indexOf(chosen);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && passages.length) {
      const current = passages.indexOf(this.#text.querySelector("[aria-current]"));
      const from = at >= 0 ? at : Math.max(current - step, -1);
      const next = passages[Math.min(passages.length - 1, Math.max(0, from + step))];
      this.#offer(next);
      this.#follows = false;
      next.scrollIntoView({ block: "nearest" });
      write(this.#said, words(next).slice(0, 140));
    } else if (event.key === "Enter" && chosen && event.target === this.#text) this.#pointTo(chosen.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #pointTo(paragraph) {
    const place = this.#places.of(this.#id);
    if (!place || !paragraph) return;
    try {
      await this.#client.ask.ask({ type: "chat.point", conversation: this.#id, article: place.article, paragraph });
      write(this.#said, "The reader’s page offers to go there.");
    } catch (error) {
      write(this.#said, sentence(error));
    }
  }

  #passage(id) {
    return this.#text.querySelector(`[id="${CSS.escape(id)}"]`);
  }
}

function words(passage) {
  return [...passage.childNodes].filter((node) => !node.classList?.contains("reading__point")).map((node) => node.textContent).join("");
}

/**
 * Opens a page of our own as the browser opens any, but shows it nowhere and runs nothing in it.
 * @param {string} address @returns {Promise<Document>}
 */
function open(address) {
  return new Promise((opened, failed) => {
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.open("GET", address);
    request.onload = () => (request.status === 200 ? opened(request.responseXML) : failed(new Error(String(request.status))));
    request.onerror = () => failed(new Error("the line broke"));
    request.send();
  });
}

/** Only addresses of this house become links. */
function inside(address) {
  try {
    const url = new URL(address, location.origin);
    return url.origin === location.origin ? url.href : "";
  } catch {
    return "";
  }
}

customElements.define("desk-article", DeskArticle);
