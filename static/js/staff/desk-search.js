/**
 * <desk-search>: finds words and people in all chats, open or closed. A result leads to the entry
 * itself. What is found stays while one reads, so that the next result is one key away.
 */

import { LiveError } from "../live/answers-model.js";
import { markedPieces } from "./marks-model.js";
import { agoText } from "./waiting-time.js";

/** So long nobody types: then it is asked for. */
const PAUSE_MS = 220;
const LONGEST = 200;
const STATUS = { waiting: "waiting", open: "open", closed: "closed" };

class DeskSearch extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = "";
  /** @type {any[]} */
  #found = [];
  #next = "";
  #open = "";
  #at = 0;

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.#field.maxLength = LONGEST;
    this.#field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
    });
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask(true);
    });
    this.querySelector("[data-more]").addEventListener("click", () => this.#more());
  }

  /** @param {string} conversation @param {import("./route-model.js").Route} route */
  show(conversation, route) {
    this.hidden = route.view !== "search";
    this.#open = conversation;
    this.#at = route.at ?? 0;
    this.#mark();
  }

  /** Puts the keyboard into the field. */
  enter() {
    // Going there shows it; only what is shown can have the keyboard.
    this.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  /** @param {1 | -1} step to another result @returns {boolean} */
  move(step) {
    const links = [...this.querySelectorAll(".found")];
    const at = links.indexOf(/** @type {any} */ (document.activeElement?.closest(".found")));
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
    return links.length > 0;
  }

  async #ask(again = false) {
    clearTimeout(this.#timer);
    const query = this.#field.value.trim();
    if (query === this.#asked && !again) return;
    this.#asked = query;
    if (!query) return this.#draw([], "");
    this.#say("Searching…");
    try {
      const { found, next } = await this.#client.ask.search(query);
      if (query !== this.#asked) return;
      this.#draw(found, next ?? "");
    } catch (error) {
      if (query === this.#asked) this.#refused(error);
    }
  }

  async #more() {
    const query = this.#asked;
    try {
      const { found, next } = await this.#client.ask.search(query, this.#next);
      if (query !== this.#asked) return;
      const first = this.#found.length;
      this.#draw([...this.#found, ...found], next ?? "");
      this.querySelectorAll(".found")[first]?.focus();
    } catch (error) {
      this.#refused(error);
    }
  }

  /** @param {LiveError} error */
  #refused({ code, message }) {
    this.#asked = "";
    if (code === "unknown_type") this.#say("This server cannot search yet.");
    else if (code === "gone" || code === "timeout") this.#say("The line is down just now. Try again in a moment.");
    else this.#say(message);
  }

  #draw(found, next) {
    this.#found = found;
    this.#next = next;
    this.querySelector("[data-results]").replaceChildren(...found.map((each) => this.#result(each)));
    this.querySelector("[data-more]").hidden = !next;
    this.querySelector("[data-idle]").hidden = Boolean(this.#asked);
    const many = found.length === 1 ? "1 result" : `${found.length}${next ? "+" : ""} results`;
    this.#say(this.#asked ? (found.length ? many : `Nothing found for “${this.#asked}”.`) : "");
    this.#mark();
  }

  #result({ conversation, seq, name, status, by, text, marks, at }) {
    const item = make("li", "list__item");
    const link = make("a", "found");
    link.href = seq ? `#search/${conversation}/at-${seq}` : `#search/${conversation}`;
    link.dataset.id = conversation;
    link.dataset.at = String(seq);
    const head = make("span", "found__head");
    const time = make("time", "found__at", agoText(at, this.#client.now()));
    time.dateTime = new Date(at).toISOString();
    head.append(make("bdi", "found__name", name), make("span", "found__status", STATUS[status] ?? ""), time);
    const words = make("span", "found__text");
    words.dir = "auto";
    if (seq && by && by !== name) words.append(make("bdi", "found__by", `${speaker(by)}: `));
    for (const piece of markedPieces(text, marks)) {
      words.append(piece.marked ? make("mark", "found__mark", piece.text) : piece.text);
    }
    link.append(head, words);
    item.append(link);
    return item;
  }

  #mark() {
    for (const link of this.querySelectorAll(".found")) {
      const current = link.dataset.id === this.#open && Number(link.dataset.at) === this.#at;
      if (current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  #pressed(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.querySelector(".found")?.focus();
    } else if (event.key === "Escape" && this.#field.value) {
      event.preventDefault(); // first it empties the field, then it leaves
      event.stopPropagation();
      this.#field.value = "";
      this.#ask();
    }
  }

  #say(words) {
    this.querySelector("[data-said]").textContent = words;
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[data-query]"));
  }
}

function speaker(by) {
  return { visitor: "Visitor", agent: "Staff" }[by] ?? by;
}

function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

customElements.define("desk-search", DeskSearch);
