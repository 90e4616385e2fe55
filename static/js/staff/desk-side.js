/**
 * <desk-side>: what lies beside the thread, one of two: what the visitor reads, or who he is. On a
 * phone each is a page of its own behind the thread.
 */

import { tabStorage } from "../chat/draft-model.js";
import { SIDES } from "./route-model.js";

const KEY = "portal.desk.side";

class DeskSide extends HTMLElement {
  #console;
  #shown = SIDES[0];

  /** @param {any} _client @param {any} console */
  connect(_client, console) {
    this.#console = console;
    const kept = tabStorage()?.getItem(KEY);
    if (SIDES.includes(kept)) this.#shown = kept;
    for (const tab of this.#tabs) {
      tab.addEventListener("click", () => this.choose(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => this.#pressed(event));
    }
  }

  /** @param {string} conversation @param {import("./route-model.js").Route} route */
  show(conversation, route) {
    if (SIDES.includes(route.pane)) this.#shown = route.pane;
    this.querySelector("[data-back]").href = `#${route.view}/${conversation}`;
    this.querySelector("[data-tabs]").hidden = !conversation;
    this.#draw();
  }

  /** @returns {string} which of the two is shown */
  get shown() {
    return this.#shown;
  }

  /** @param {string} side */
  choose(side) {
    this.#shown = side;
    try {
      tabStorage()?.setItem(KEY, side);
    } catch {
      // Denied: it holds as long as the page.
    }
    if (SIDES.includes(this.#console.route.pane)) this.#console.go({ pane: side, at: undefined });
    this.#draw();
    this.dispatchEvent(new CustomEvent("desk-side", { bubbles: true, detail: { side } }));
  }

  #draw() {
    const someone = !this.querySelector("[data-tabs]").hidden;
    for (const tab of this.#tabs) {
      const chosen = tab.dataset.tab === this.#shown;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      this.querySelector(`[data-panel=${tab.dataset.tab}]`).hidden = !(chosen && someone);
    }
  }

  /** As in any row of tabs. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(SIDES[1 - SIDES.indexOf(this.#shown)]);
    this.querySelector(`[data-tab=${this.#shown}]`).focus();
  }

  get #tabs() {
    return this.querySelectorAll("[data-tab]");
  }
}

customElements.define("desk-side", DeskSide);
