/**
 * <desk-list>: one of the lists, a row a conversation. Rows keep their elements while the list
 * changes around them, so that neither focus nor a finger on its way loses its row.
 */

import { ListRow } from "./list-row.js";
import { isUnread } from "./row-model.js";
import { emptyOf, titleOf } from "./views-model.js";
import { waitingText } from "./waiting-time.js";

const NUMBER = new Intl.NumberFormat(document.documentElement.lang || undefined);
const HINTS = { waiting: "longest first", unanswered: "longest first", snoozed: "soonest first" };
/** So near to its end the next page of a list is fetched, in pixels. */
const NEAR_END = 600;

class DeskList extends HTMLElement {
  /** @type {Map<string, ListRow>} */
  #rows = new Map();
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  #console;
  /** @type {import("./views-model.js").View} */
  #view = "waiting";
  #open = "";
  #asked = "";

  /** @param {import("./desk-client.js").DeskClient} client @param {any} console */
  connect(client, console) {
    this.#client = client;
    this.#console = console;
    this.querySelector("[data-do=more]").addEventListener("click", () => this.#more());
    this.#scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  /** @param {string} open the chosen conversation @param {import("./route-model.js").Route} route */
  show(open, route) {
    const other = route.list !== this.#view;
    this.hidden = route.view === "search";
    this.#view = route.list;
    this.#open = open;
    this.draw();
    if (other) this.#scroll.scrollTop = 0;
  }

  draw() {
    const { desk } = this.#client;
    const rows = desk.list(this.#view);
    const place = this.querySelector("[data-rows]");
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    const gone = new Set(this.#rows.keys());
    rows.forEach((row, index) => {
      gone.delete(row.id);
      const drawn = this.#rows.get(row.id) ?? this.#make(row.id);
      drawn.draw(row, this.#view, this.#open);
      if (place.children[index] !== drawn.element) place.insertBefore(drawn.element, place.children[index] ?? null);
    });
    for (const id of gone) {
      this.#rows.get(id).element.remove();
      this.#rows.delete(id);
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus();
    this.#drawHead(rows);
    this.querySelector("[data-do=more]").hidden = !desk.next[this.#view];
    this.#markFirst(rows);
    this.#drawEmpty(rows.length === 0 && desk.known.has(this.#view));
    this.#client.counts.watch("list", desk.articles(this.#view));
  }

  tick() {
    for (const [id, row] of this.#rows) row.drawTime(this.#client.desk.row(id));
    this.#drawFoot();
  }

  drawCounts() {
    for (const [id, row] of this.#rows) row.drawLive(this.#client.desk.row(id));
    this.#drawReaders();
  }

  /** Puts the keyboard into the list. */
  enter() {
    if (this.hidden) return this.#console.part("search").move(1);
    const link = this.#rows.get(this.#open)?.link ?? this.querySelector(".row");
    link?.focus();
    return Boolean(link);
  }

  /** @returns {string} the conversation the keyboard stands on, else the chosen one */
  get current() {
    return document.activeElement?.closest?.(".row")?.dataset.id ?? this.#open;
  }

  /** @returns {string} the conversation on top, which Enter opens while none is chosen */
  get first() {
    return this.#open ? "" : (this.querySelector(".row")?.dataset.id ?? "");
  }

  /** @param {string} id */
  focusRow(id) {
    const link = this.#rows.get(id)?.link;
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  #make(id) {
    const template = this.closest("staff-console").querySelector("template[data-row]");
    const row = new ListRow(id, template, this.#client, this.#console.drafts);
    this.#rows.set(id, row);
    return row;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.#more();
  }

  /** The next page, once. */
  #more() {
    const key = `${this.#view} ${this.#client.desk.next[this.#view]}`;
    if (!this.#client.desk.next[this.#view] || key === this.#asked) return;
    this.#asked = key;
    this.#client.more(this.#view);
  }

  #drawHead(rows) {
    const names = {
      label: (id) => this.#client.desk.labels.get(id)?.name ?? "",
      article: (id) => this.#console.titles.get(id) ?? rows.find((row) => row.article === id)?.title ?? "",
    };
    text(this.querySelector("[data-title]"), titleOf(this.#view, names));
    this.#drawFoot();
    const unread = rows.filter(isUnread).length;
    const hint = this.#view === "mine" ? (unread ? `${unread} unread` : "") : (HINTS[this.#view] ?? "latest first");
    text(this.querySelector("[data-hint]"), this.#client.desk.count(this.#view) > 1 ? hint : "");
  }

  /** With none chosen the one on top is shown as the next. */
  #markFirst(rows) {
    for (const [id, { link }] of this.#rows) link.classList.toggle("row--next", !this.#open && id === rows[0]?.id);
  }

  /** At the thumb of a phone: the one who waits longest. */
  #drawFoot() {
    const { desk } = this.#client;
    const [row] = this.#view === "waiting" ? desk.list("waiting") : [];
    this.querySelector("[data-foot]").hidden = !row;
    const since = row?.waitingSince ? ` · ${waitingText(row.waitingSince, this.#client.now())}` : "";
    text(this.querySelector("[data-oldest]"), since);
  }

  #drawEmpty(empty) {
    const place = this.querySelector("[data-empty]");
    place.hidden = !empty;
    const [title, words] = emptyOf(this.#view);
    text(place.querySelector("[data-empty-title]"), title);
    text(place.querySelector("[data-empty-words]"), words);
    this.#drawReaders();
  }

  #drawReaders() {
    let reading = 0;
    for (const [, counts] of this.#client.counts.all) reading += counts.reading;
    const one = reading === 1 ? "person is" : "people are";
    this.querySelector("[data-empty-live]").hidden = reading === 0;
    text(this.querySelector("[data-empty-readers]"), `${NUMBER.format(reading)} ${one} reading right now`);
  }

  get #scroll() {
    return this.querySelector(".list__scroll");
  }
}

/** Writes only what changed. */
function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

customElements.define("desk-list", DeskList);
