/**
 * <desk-articles>: the articles the server has rendered, with numbers that live. The order is that
 * of the page until somebody presses a heading; a row never moves under a finger by itself.
 */

import { ArticlesModel } from "./articles-model.js";

const NUMBER = new Intl.NumberFormat(document.documentElement.lang || undefined);
/** How long a changed number keeps its colour. */
const FRESH_MS = 1_600;

class DeskArticles extends HTMLElement {
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  /** @type {Map<number, HTMLTableRowElement>} */
  #rows = new Map();
  #model = new ArticlesModel([]);

  /** @param {import("./desk-client.js").DeskClient} client */
  connect(client) {
    this.#client = client;
    for (const row of this.querySelectorAll("tr[data-article]")) this.#rows.set(Number(row.dataset.article), row);
    this.#model = new ArticlesModel([...this.#rows].map(([id, row]) => read(id, row)), client.now());
    for (const button of this.querySelectorAll("[data-sort]")) {
      button.addEventListener("click", () => this.#sort(button.dataset.sort));
    }
    client.counts.watch("articles", this.#model.ids);
  }

  /** @returns {Map<number, string>} */
  get titles() {
    return new Map(this.#model.ids.map((id) => [id, this.#model.get(id).title]));
  }

  /** The numbers are taken also while the table is not shown: its five minutes go on. */
  drawCounts() {
    const now = this.#client.now();
    for (const [id, counts] of this.#client.counts.all) this.#model.take(id, counts, now);
    this.tick();
  }

  tick() {
    if (this.hidden) return;
    const now = this.#client.now();
    for (const [id, row] of this.#rows) {
      const { clicks, open, reading } = this.#model.get(id);
      const change = this.#model.change(id, now);
      this.#write(row, "clicks", NUMBER.format(clicks), true);
      this.#write(row, "open", open === null ? "–" : NUMBER.format(open));
      this.#write(row, "reading", reading === null ? "–" : NUMBER.format(reading));
      this.#write(row, "change", change ? `+${NUMBER.format(change)}` : "0");
      row.classList.toggle("articles__row--read", Boolean(reading));
      row.classList.toggle("articles__row--moved", Boolean(change));
    }
  }

  /** Puts the keyboard into the table. */
  enter() {
    this.querySelector(".articles__link, .articles__scroll")?.focus();
  }

  #write(row, name, words, fresh = false) {
    const cell = row.querySelector(`[data-${name}]`);
    if (cell.textContent === words) return;
    cell.textContent = words;
    if (!fresh) return;
    cell.classList.add("articles__fresh");
    setTimeout(() => cell.classList.remove("articles__fresh"), FRESH_MS);
  }

  #sort(column) {
    this.#model.sortBy(column);
    for (const button of this.querySelectorAll("[data-sort]")) {
      const chosen = button.dataset.sort === column;
      const heading = button.closest("th");
      if (chosen) heading.setAttribute("aria-sort", this.#model.direction);
      else heading.removeAttribute("aria-sort");
    }
    const order = this.#model.sorted(this.#client.now()).map((id) => this.#rows.get(id));
    this.querySelector("[data-body]").append(...order);
  }
}

/** @param {number} id @param {HTMLTableRowElement} row as the server rendered it */
function read(id, row) {
  const number = (name) => Number(row.querySelector(`[data-${name}]`).textContent.replace(/\D/g, ""));
  const title = row.querySelector("a").textContent;
  return { id, title, clicks: number("clicks"), open: null, reading: null, change: number("change") };
}

customElements.define("desk-articles", DeskArticles);
