/**
 * <desk-alarms>: one quiet line when a story is read far more than is usual, before its questions
 * come; when clicks are held; and when numbers stand still. Hidden by hand it stays hidden, until
 * there is something else to say.
 */

import { alarmUrl, alarmWords, detail } from "../board/board-model.js";
import { tabStorage } from "../chat/draft-model.js";

const KEY = "portal.desk.alarms-hidden";
const STILL = "Counts stand still: clicks are kept, and written when that is possible again.";
const MORE = { spike: " Questions may come.", drop: "", held: "" };

class DeskAlarms extends HTMLElement {
  /** @type {{alarms: import("../board/board-model.js").Alarm[], still: boolean}} */
  #told = { alarms: [], still: false };
  #drawn = "";

  connect() {
    this.addEventListener("click", (event) => {
      if (/** @type {Element} */ (event.target).closest("[data-hide]")) this.#hide();
    });
  }

  /** @param {{alarms: import("../board/board-model.js").Alarm[], still: boolean}} told all that lasts */
  take(told) {
    this.#told = told;
    const hidden = this.#hidden();
    const shown = told.alarms.filter(({ id }) => !hidden.includes(id));
    const what = JSON.stringify([told.still, shown]);
    if (what === this.#drawn) return;
    this.#drawn = what;
    this.hidden = !told.still && !shown.length;
    this.replaceChildren(...(told.still ? [STILL] : shown.length ? line(shown) : []));
  }

  #hide() {
    const ids = this.#told.alarms.map(({ id }) => id);
    try {
      tabStorage()?.setItem(KEY, JSON.stringify(ids));
    } catch {
      // Full or denied: it comes back with the next one.
    }
    this.take({ ...this.#told, alarms: [] });
  }

  /** @returns {number[]} */
  #hidden() {
    try {
      const kept = JSON.parse(tabStorage()?.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? kept : [];
    } catch {
      return [];
    }
  }
}

/** @param {import("../board/board-model.js").Alarm[]} alarms at least one, the newest first */
function line([alarm, ...others]) {
  const words = document.createElement("span");
  const strong = Object.assign(document.createElement("strong"), { textContent: alarmWords(alarm) });
  const story = link(alarmUrl(alarm), alarm.title);
  words.append(strong, " ", story, `: ${detail(alarm)}.${MORE[alarm.kind] ?? ""}`);
  const board = link("/staff/board", others.length ? `${others.length} more on the board` : "Board");
  const hide = Object.assign(document.createElement("button"), { type: "button", textContent: "Hide" });
  hide.className = "button button--small";
  hide.dataset.hide = "";
  return [words, board, hide];
}

/** @param {string} href @param {string} words */
const link = (href, words) => Object.assign(document.createElement("a"), { href, textContent: words });

customElements.define("desk-alarms", DeskAlarms);
