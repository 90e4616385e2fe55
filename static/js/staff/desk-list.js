/**
 * <desk-list>: one of the three lists, a row a conversation. Rows keep their elements while the
 * list changes around them, so that neither focus nor a finger on its way loses its row.
 */

import { initials, isUnread } from "./desk-model.js";
import { agoText, waitingLevel, waitingSpoken, waitingText } from "./waiting-time.js";

const TITLES = { waiting: "Waiting", mine: "Mine", all: "All chats" };
const EMPTY = {
  waiting: ["Nobody is waiting", "A new chat appears here and rings. Leave this tab open; it will call you."],
  mine: ["You have no chats", "Take one from Waiting, or press C to take the longest waiting one."],
  all: ["No chats yet", "Every article has a Live Chat button. The first question lands here."],
};
const NUMBER = new Intl.NumberFormat(document.documentElement.lang || undefined);

class DeskList extends HTMLElement {
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();
  /** @type {import("./desk-client.js").DeskClient} */
  #client;
  /** @type {import("./desk-model.js").ListName} */
  #list = "waiting";
  #open = "";
  #drafts;

  /** @param {import("./desk-client.js").DeskClient} client @param {import("./drafts.js").Drafts} drafts */
  connect(client, drafts) {
    this.#client = client;
    this.#drafts = drafts;
    this.querySelector("[data-do=more]").addEventListener("click", () => client.more(this.#list));
  }

  /** @param {import("./desk-model.js").ListName} list @param {string} open the chosen conversation */
  show(list, open) {
    const other = list !== this.#list;
    this.#list = list;
    this.#open = open;
    this.draw();
    if (other) this.querySelector(".list__scroll").scrollTop = 0;
  }

  draw() {
    const { desk } = this.#client;
    const rows = desk.list(this.#list);
    const place = this.querySelector("[data-rows]");
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    const gone = new Set(this.#items.keys());
    rows.forEach((row, index) => {
      gone.delete(row.id);
      const item = this.#items.get(row.id) ?? this.#make(row.id);
      this.#fill(item, row);
      if (place.children[index] !== item) place.insertBefore(item, place.children[index] ?? null);
    });
    for (const id of gone) {
      this.#items.get(id).remove();
      this.#items.delete(id);
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus();
    this.querySelector("[data-title]").textContent = TITLES[this.#list];
    this.querySelector("[data-do=more]").hidden = !desk.next[this.#list];
    this.#markFirst(rows);
    this.#drawEmpty(rows.length === 0 && desk.known.has(this.#list));
    this.#drawHint(rows);
    this.#client.counts.watch("list", desk.articles(this.#list));
  }

  /** Only what time alone changes. */
  tick() {
    const now = this.#client.now();
    for (const [id, item] of this.#items) this.#fillTime(item, this.#client.desk.row(id), now);
    this.#drawFoot();
  }

  /** Only the articles' numbers. */
  drawCounts() {
    for (const [id, item] of this.#items) this.#fillLive(item, this.#client.desk.row(id));
    this.#drawReaders();
  }

  /** Puts the keyboard into the list. */
  enter() {
    const link = this.#items.get(this.#open)?.firstElementChild ?? this.querySelector(".row");
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
    const link = this.#items.get(id)?.firstElementChild;
    link?.focus();
    link?.scrollIntoView({ block: "nearest" });
  }

  #make(id) {
    const template = this.closest("staff-console").querySelector("template[data-row]");
    const item = template.content.firstElementChild.cloneNode(true);
    item.firstElementChild.dataset.id = id;
    this.#items.set(id, item);
    return item;
  }

  #fill(item, row) {
    const link = item.firstElementChild;
    const part = (name) => link.querySelector(`[data-${name}]`);
    link.href = `#${this.#list}/${row.id}`;
    mark(link, row.id === this.#open);
    link.classList.toggle("row--unread", isUnread(row));
    link.classList.toggle("row--closed", row.status === "closed");
    part("online").classList.toggle("row__online--on", row.online);
    part("online").title = row.online ? "on the site" : "has left the site";
    text(part("name"), row.name);
    const draft = this.#drafts.has(row.id);
    link.classList.toggle("row--draft", draft);
    const by = row.lastBy === "agent" ? `${row.agent?.id === this.#client.desk.me ? "You" : "Staff"}: ` : "";
    text(part("last"), draft ? "Draft: " + this.#draftText(row.id) : by + (row.lastText || "Has opened the chat"));
    text(part("article"), row.title || row.url || "");
    text(part("unread"), String(row.unread || ""));
    const owner = row.status === "open" && row.agent ? initials(row.agent.name) : "";
    text(part("owner"), owner);
    link.classList.toggle("row--marked", Boolean(this.#list === "mine" ? isUnread(row) : owner));
    part("owner").title = row.agent?.name ?? "";
    part("owner").classList.toggle("row__owner--me", row.agent?.id === this.#client.desk.me);
    link.setAttribute("aria-label", this.#spoken(row));
    this.#fillTime(item, row, this.#client.now());
    this.#fillLive(item, row);
  }

  #draftText(id) {
    const { answer, note } = this.#drafts.of(id);
    return answer.trim() || note.trim();
  }

  #fillTime(item, row, now) {
    if (!row) return;
    const place = item.querySelector("[data-time]");
    const waits = row.waitingSince !== null && row.status !== "closed";
    text(place, waits ? waitingText(row.waitingSince, now) : agoText(row.lastAt || row.createdAt, now));
    place.className = waits ? `row__time row__time--${waitingLevel(row.waitingSince, now)}` : "row__time";
  }

  #fillLive(item, row) {
    const counts = this.#client.counts.of(row?.article);
    const part = (name) => item.querySelector(`[data-${name}]`);
    part("live").hidden = !counts;
    if (!counts) return;
    text(part("clicks"), NUMBER.format(counts.clicks));
    part("reading").hidden = !counts.reading;
    text(part("readers"), NUMBER.format(counts.reading));
  }

  #spoken(row) {
    const now = this.#client.now();
    const parts = [row.name];
    if (isUnread(row)) parts.push(`${row.unread} unread`);
    if (row.waitingSince !== null && row.status !== "closed") {
      parts.push(`waits ${waitingSpoken(row.waitingSince, now)}`);
    }
    if (row.status === "closed") parts.push("closed");
    else if (row.agent) parts.push(row.agent.id === this.#client.desk.me ? "yours" : row.agent.name);
    parts.push(row.online ? "online" : "gone from the site", row.lastText);
    if (row.title) parts.push(`reads ${row.title}`);
    return parts.filter(Boolean).join(", ");
  }

  /** With none chosen the one on top is shown as the next. */
  #markFirst(rows) {
    for (const [id, item] of this.#items) {
      item.firstElementChild.classList.toggle("row--next", !this.#open && id === rows[0]?.id);
    }
  }

  /** At the thumb of a phone: the one who waits longest. */
  #drawFoot() {
    const { desk } = this.#client;
    const [row] = this.#list === "waiting" ? desk.list("waiting") : [];
    this.querySelector("[data-foot]").hidden = !row;
    const since = row?.waitingSince ? ` · ${waitingText(row.waitingSince, this.#client.now())}` : "";
    text(this.querySelector("[data-oldest]"), since);
  }

  #drawHint(rows) {
    this.#drawFoot();
    const count = this.#client.desk.count(this.#list);
    const unread = rows.filter(isUnread).length;
    const hints = { waiting: "longest first", mine: unread ? `${unread} unread` : "", all: "latest first" };
    text(this.querySelector("[data-hint]"), count > 1 ? hints[this.#list] : "");
  }

  #drawEmpty(empty) {
    const place = this.querySelector("[data-empty]");
    place.hidden = !empty;
    const [title, words] = EMPTY[this.#list];
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
}

/** Writes only what changed: an unchanged text node keeps a selection and costs no layout. */
function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** @param {Element} link @param {boolean} current */
function mark(link, current) {
  if (current) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

customElements.define("desk-list", DeskList);
