/**
 * One row of a list: who, since when, what was said, on which page. Its element lives as long as
 * its conversation stands in the list; only what changed in it is written.
 */

import { initials, isUnread } from "./row-model.js";
import { momentText } from "./snooze-model.js";
import { agoText, waitingLevel, waitingSpoken, waitingText } from "./waiting-time.js";

const NUMBER = new Intl.NumberFormat(document.documentElement.lang || undefined);
/** More of them say less. */
const LABELS_MOST = 3;

export class ListRow {
  #client;
  #drafts;
  #labels = "";

  /**
   * @param {string} id @param {HTMLTemplateElement} template
   * @param {import("./desk-client.js").DeskClient} client @param {import("./drafts.js").Drafts} drafts
   */
  constructor(id, template, client, drafts) {
    this.id = id;
    this.#client = client;
    this.#drafts = drafts;
    /** @type {HTMLElement} */
    this.element = /** @type {any} */ (template.content.firstElementChild.cloneNode(true));
    this.link.dataset.id = id;
  }

  get link() {
    return /** @type {HTMLAnchorElement} */ (this.element.firstElementChild);
  }

  /** @param {import("./row-model.js").Row} row @param {string} view @param {string} open the chosen one */
  draw(row, view, open) {
    const { link } = this;
    const { me } = this.#client.desk;
    link.href = `#${view}/${row.id}`;
    mark(link, row.id === open);
    link.classList.toggle("row--unread", isUnread(row));
    link.classList.toggle("row--closed", row.status === "closed");
    this.#part("online").classList.toggle("row__online--on", row.online);
    this.#part("online").title = row.online ? "on the site" : "has left the site";
    text(this.#part("name"), row.name);
    const draft = this.#drafts.has(row.id);
    link.classList.toggle("row--draft", draft);
    const by = row.lastBy === "agent" ? `${row.agent?.id === me ? "You" : "Staff"}: ` : "";
    text(this.#part("last"), draft ? "Draft: " + this.#draftText(row.id) : by + (row.lastText || "Has opened the chat"));
    text(this.#part("article"), row.title || row.url || "");
    text(this.#part("unread"), String(row.unread || ""));
    const owner = row.status === "open" && row.agent ? initials(row.agent.name) : "";
    text(this.#part("owner"), owner);
    link.classList.toggle("row--marked", Boolean(view === "mine" ? isUnread(row) : owner));
    this.#part("owner").title = row.agent?.name ?? "";
    this.#part("owner").classList.toggle("row__owner--me", row.agent?.id === me);
    this.#drawLabels(row);
    link.setAttribute("aria-label", this.#spoken(row));
    this.drawTime(row);
    this.drawLive(row);
  }

  /** Only what time alone changes. @param {import("./row-model.js").Row | undefined} row */
  drawTime(row) {
    if (!row) return;
    const now = this.#client.now();
    const place = this.#part("time");
    const snoozed = row.snoozedUntil !== null && row.status === "open";
    const waits = row.waitingSince !== null && row.status !== "closed" && !snoozed;
    const ago = () => agoText(row.lastAt || row.createdAt, now);
    text(place, snoozed ? momentText(row.snoozedUntil, now) : waits ? waitingText(row.waitingSince, now) : ago());
    place.className = waits ? `row__time row__time--${waitingLevel(row.waitingSince, now)}` : "row__time";
    place.classList.toggle("row__time--snoozed", snoozed);
  }

  /** Only its article's numbers. @param {import("./row-model.js").Row | undefined} row */
  drawLive(row) {
    const counts = this.#client.counts.of(row?.article);
    this.#part("live").hidden = !counts;
    if (!counts) return;
    text(this.#part("clicks"), NUMBER.format(counts.clicks));
    this.#part("reading").hidden = !counts.reading;
    text(this.#part("readers"), NUMBER.format(counts.reading));
  }

  #drawLabels(row) {
    const labels = this.#client.desk.labelsOf(row).slice(0, LABELS_MOST);
    const print = JSON.stringify(labels);
    if (print === this.#labels) return;
    this.#labels = print;
    this.#part("labels").hidden = labels.length === 0;
    this.#part("labels").replaceChildren(...labels.map(drawLabel));
  }

  #draftText(id) {
    const { answer, note } = this.#drafts.of(id);
    return answer.trim() || note.trim();
  }

  #spoken(row) {
    const now = this.#client.now();
    const parts = [row.name];
    if (isUnread(row)) parts.push(`${row.unread} unread`);
    if (row.snoozedUntil !== null) parts.push(`snoozed until ${momentText(row.snoozedUntil, now)}`);
    else if (row.waitingSince !== null && row.status !== "closed") parts.push(`waits ${waitingSpoken(row.waitingSince, now)}`);
    if (row.status === "closed") parts.push("closed");
    else if (row.agent) parts.push(row.agent.id === this.#client.desk.me ? "yours" : row.agent.name);
    parts.push(row.online ? "online" : "gone from the site", row.lastText);
    if (row.title) parts.push(`reads ${row.title}`);
    const labels = this.#client.desk.labelsOf(row).map(({ name }) => name);
    if (labels.length) parts.push(`labels ${labels.join(", ")}`);
    return parts.filter(Boolean).join(", ");
  }

  #part(name) {
    return /** @type {HTMLElement} */ (this.link.querySelector(`[data-${name}]`));
  }
}

/** @param {import("./desk-model.js").Label} label @returns {HTMLElement} */
export function drawLabel({ name, hue }) {
  const chip = document.createElement("span");
  chip.className = `label hue-${hue}`;
  chip.dir = "auto";
  chip.textContent = name;
  return chip;
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
