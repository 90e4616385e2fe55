/**
 * The head of the open conversation: whose it is, how it stands, its labels, and what can be done.
 * What is done often stands beside the name; the rest lies in a menu. Where a phone has no room
 * everything but the first lies there.
 */

import { drawLabel } from "./list-row.js";
import { momentText } from "./snooze-model.js";
import { waitingLevel, waitingText } from "./waiting-time.js";

export class ThreadHead {
  #root;
  #client;
  #console;
  #id = "";
  #labels = "";

  /** @param {HTMLElement} root @param {import("./desk-client.js").DeskClient} client @param {any} console */
  constructor(root, client, console) {
    this.#root = root;
    this.#client = client;
    this.#console = console;
    const acts = root.querySelector(".thread__acts");
    this.#part("menu").addEventListener("click", () => this.#showRest(!this.#open));
    this.#part("rest").addEventListener("click", ({ target }) => target.closest("button") && this.#showRest(false));
    acts.addEventListener("keydown", (event) => this.#pressed(event));
    acts.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !acts.contains(relatedTarget) && this.#showRest(false));
    document.addEventListener("pointerdown", ({ target }) => !acts.contains(/** @type {Node} */ (target)) && this.#showRest(false));
  }

  /** @param {string} id @param {import("./route-model.js").Route} route where "back" leads to */
  show(id, { view }) {
    this.#id = id;
    this.#part("back").href = `#${view}`;
    this.#part("visitor").href = `#${view}/${id}/visitor`;
    this.#part("reading").href = `#${view}/${id}/reading`;
  }

  /** @param {import("./row-model.js").Row | undefined} row */
  draw(row) {
    if (!row) return;
    text(this.#part("name"), row.name || "Chat");
    this.tick(row);
    this.#drawLabels(row);
    this.#drawActs(row);
    this.#part("reading").hidden = !(row.title || row.url);
    text(this.#part("page"), row.title || row.url);
  }

  /** Only what time alone changes. @param {import("./row-model.js").Row | undefined} row */
  tick(row) {
    if (!row) return;
    const now = this.#client.now();
    const mine = row.agent?.id === this.#client.desk.me;
    const states = {
      waiting: row.lastSeq ? "" : "Has opened the chat and said nothing yet",
      open: mine ? "Yours" : `${row.agent?.name ?? "A colleague"} answers`,
      closed: "Closed",
    };
    const live = row.status !== "closed";
    const snoozed = live && row.snoozedUntil !== null;
    const waits = live && row.lastSeq > 0 && row.waitingSince !== null && !snoozed;
    const whom = row.status === "waiting" ? "Waiting" : mine ? "waiting for you" : "waiting";
    text(this.#part("stands"), states[row.status]);
    const wait = snoozed ? `snoozed until ${momentText(row.snoozedUntil, now)}` : waits ? `${whom} ${waitingText(row.waitingSince, now)}` : "";
    text(this.#part("wait"), wait);
    this.#part("wait").className = `thread__wait${waits ? ` thread__wait--${waitingLevel(row.waitingSince, now)}` : ""}`;
    text(this.#part("where"), live ? (row.online ? "on the site" : "has left the site") : "");
    text(this.#part("rated"), row.rating ? `rated ${row.rating} of 5` : "");
    const blocked = this.#client.known.get(this.#id)?.blocked;
    const until = blocked ? ` until ${momentText(blocked, now)}` : "";
    text(this.#part("barred"), blocked === undefined ? "" : `blocked${until}`);
    this.#part("name").classList.toggle("thread__name--here", live && row.online);
  }

  #drawLabels(row) {
    const labels = this.#client.desk.labelsOf(row);
    const print = JSON.stringify(labels);
    if (print === this.#labels) return;
    this.#labels = print;
    this.#part("labels").hidden = labels.length === 0;
    this.#part("labels").replaceChildren(...labels.map(drawLabel));
  }

  /** What may be done, and by whom; the server judges it again. */
  #drawActs(row) {
    const { ask, desk, desks, people } = this.#client;
    const mine = row.status === "open" && row.agent?.id === desk.me;
    const live = row.status !== "closed";
    const over = live && this.#console.administrator;
    const others = people.length > 1 || desks.length > 0;
    const may = {
      claim: row.status === "waiting",
      close: mine || (over && row.status === "open"),
      reopen: !live && ask.knows("chat.reopen"),
      snooze: mine && ask.knows("chat.snooze"),
      transfer: (mine || over) && others && ask.knows("chat.transfer"),
      label: ask.knows("chat.label"),
      release: mine,
      transcript: Boolean(row.email) && row.lastSeq > 0 && ask.knows("chat.transcript"),
      block: ask.knows("chat.block"),
    };
    for (const button of this.#root.querySelectorAll(".thread__acts [data-do]")) {
      button.hidden = !may[button.dataset.do];
    }
    const rest = this.#part("rest").querySelectorAll("[data-do]:not([hidden])");
    this.#part("menu").hidden = rest.length === 0;
    if (rest.length === 0) this.#showRest(false);
    text(this.#part("block-words"), this.#client.known.get(this.#id)?.blocked === undefined ? "Block…" : "Blocked…");
  }

  /** @param {boolean} shown */
  #showRest(shown) {
    if (shown === this.#open) return;
    this.#part("rest").hidden = !shown;
    this.#part("menu").setAttribute("aria-expanded", String(shown));
    if (shown) this.#part("rest").querySelector("[data-do]:not([hidden])")?.focus();
  }

  /** @param {KeyboardEvent} event in the menu arrows move, Esc closes it and not the chat */
  #pressed(event) {
    if (!this.#open) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#showRest(false);
      this.#part("menu").focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const items = [...this.#part("rest").querySelectorAll("[data-do]:not([hidden])")].filter((item) => item.checkVisibility());
    const at = items.indexOf(/** @type {any} */ (document.activeElement));
    items[(at + step + items.length) % items.length]?.focus();
  }

  get #open() {
    return !this.#part("rest").hidden;
  }

  /** @param {string} name @returns {any} */
  #part(name) {
    return this.#root.querySelector(`[data-${name}]`);
  }
}

function text(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
