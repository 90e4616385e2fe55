// @ts-check
/**
 * `<emoji-picker>`: emoji in groups, above the field. One finds them by name or walks through them
 * with the arrows, as through a grid (WAI-ARIA, "Grid"): one cell at a time takes the keyboard.
 *
 * Events: "emoji-chosen" {emoji}, "emoji-closed".
 */

import { language } from "../chat/desk-words.js";
import { styled } from "../chat/sheets.js";
import { GROUPS } from "./emoji-list.js";
import { catalogue, inRows, matching, Recent, step } from "./emoji-model.js";
import { WORDS } from "./emoji-words.js";

/** @typedef {import("./emoji-model.js").Emoji} Emoji */

const NAMES = { zh: "zh-CN", ar: "ar" };
const CELL_PX = 40;
const COLUMNS_MOST = 8;
/** What stands beside the cells: padding and the bar that scrolls. */
const AROUND_PX = 40;
const GAP_PX = 8;

const recent = new Recent(COLUMNS_MOST);
const fingers = matchMedia("(pointer: coarse)");
const tag = NAMES[/** @type {"ar"} */ (language.split("-")[0])] ?? "en";
const [{ default: names }] = await Promise.all([import(`./emoji-names-${tag}.js`), styled("emoji").catch(() => {})]);
const EMOJI = catalogue(GROUPS, names);

export class EmojiPicker extends HTMLElement {
  /** Where the keyboard goes back to. @type {HTMLElement | null} */
  opener = null;
  #find = made("input", "emoji-picker__find");
  #grid = made("div", "emoji-picker__grid");
  #none = made("p", "emoji-picker__none");
  /** Cells as they stand, row by row. @type {HTMLElement[][]} */
  #rows = [];
  /** @type {WeakMap<Element, Emoji>} */
  #emoji = new WeakMap();
  #columns = COLUMNS_MOST;

  connectedCallback() {
    if (this.firstChild) return;
    this.className = "emoji-picker";
    this.hidden = true;
    set(this, { role: "dialog", "aria-label": WORDS.grid });
    set(this.#find, { type: "search", "aria-label": WORDS.find, placeholder: WORDS.find, autocomplete: "off", enterkeyhint: "done" });
    set(this.#grid, { role: "grid", "aria-label": WORDS.grid });
    this.#none.setAttribute("role", "status");
    this.append(this.#find, this.#grid, this.#none);
    this.#find.addEventListener("input", () => this.#draw());
    this.addEventListener("keydown", (event) => this.#key(event));
    this.#grid.addEventListener("click", ({ target }) => this.#choose(/** @type {Element} */ (target)));
    this.addEventListener("focusout", ({ relatedTarget }) => this.#left(/** @type {Node | null} */ (relatedTarget)));
    document.addEventListener("pointerdown", ({ target }) => this.#pressed(/** @type {Node} */ (target)), { passive: true });
  }

  open() {
    this.hidden = false;
    /** @type {HTMLInputElement} */ (this.#find).value = "";
    const bounds = (this.closest("chat-panel") ?? document.body).getBoundingClientRect();
    this.#columns = Math.max(4, Math.min(COLUMNS_MOST, Math.floor((bounds.width - AROUND_PX) / CELL_PX)));
    this.style.setProperty("--emoji-columns", String(this.#columns));
    this.#draw();
    const room = this.getBoundingClientRect().bottom - Math.max(0, bounds.top) - GAP_PX;
    this.style.setProperty("--emoji-room", `${room}px`);
    // With a finger one looks first: the keyboard would cover what there is to see.
    (fingers.matches ? this.#rows[0][0] : this.#find).focus({ preventScroll: true });
  }

  /** @param {{focus?: boolean}} [options] */
  close({ focus = true } = {}) {
    if (this.hidden) return;
    this.hidden = true;
    if (focus) this.opener?.focus({ preventScroll: true });
    this.dispatchEvent(new Event("emoji-closed"));
  }

  #draw() {
    const query = /** @type {HTMLInputElement} */ (this.#find).value;
    /** @type {[string, Emoji[]][]} */
    const groups = query.trim() ? [["", matching(EMOJI, query)]] : [["recent", recent.all], ...EMOJI];
    this.#rows = [];
    this.#grid.replaceChildren(...groups.filter(([, all]) => all.length).map((group) => this.#group(...group)));
    this.#grid.hidden = !this.#rows.length;
    this.#none.textContent = this.#rows.length ? "" : WORDS.none;
    this.#grid.scrollTop = 0;
    this.#rows[0]?.[0].setAttribute("tabindex", "0");
  }

  /** @param {string} group @param {Emoji[]} all */
  #group(group, all) {
    const box = set(made("div", "emoji-picker__group"), { role: "rowgroup" });
    if (group) {
      const head = set(made("span", "emoji-picker__name"), { role: "rowheader", "aria-colspan": String(this.#columns) });
      head.textContent = WORDS[/** @type {"faces"} */ (group)];
      box.append(around("row", head));
    }
    for (const row of inRows(all, this.#columns)) {
      const cells = row.map((emoji) => this.#cell(emoji));
      this.#rows.push(cells);
      box.append(around("row", ...cells));
    }
    return box;
  }

  /** @param {Emoji} emoji */
  #cell(emoji) {
    const cell = made("span", "emoji-picker__cell");
    set(cell, { role: "gridcell", tabindex: "-1", "aria-label": emoji.name, title: emoji.name });
    cell.textContent = emoji.emoji;
    this.#emoji.set(cell, emoji);
    return cell;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    const { key, target } = event;
    if (key === "Escape") {
      event.stopPropagation(); // the panel stays open
      event.preventDefault();
      return this.close();
    }
    if (target === this.#find) {
      if (key === "ArrowDown" && this.#rows.length) this.#go({ row: 0, column: 0 }, event);
      if (key === "Enter") this.#choose(this.#rows[0]?.[0], event);
      return;
    }
    if (key === "Enter" || key === " ") return this.#choose(/** @type {Element} */ (target), event);
    // Whoever types among the cells looks for a name.
    if ([...key].length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) return this.#find.focus();
    const row = this.#rows.findIndex((cells) => cells.includes(/** @type {HTMLElement} */ (target)));
    if (row < 0 || !/^(Arrow|Home|End)/.test(key)) return;
    const column = this.#rows[row].indexOf(/** @type {HTMLElement} */ (target));
    const rtl = getComputedStyle(this).direction === "rtl";
    this.#go(step(this.#rows.map(({ length }) => length), { row, column }, key, { rtl, whole: event.ctrlKey }), event);
  }

  /** @param {import("./emoji-model.js").Cell | null} to null: back to the words @param {Event} event */
  #go(to, event) {
    event.preventDefault();
    if (!to) return this.#find.focus();
    for (const cell of this.#grid.querySelectorAll('[tabindex="0"]')) cell.setAttribute("tabindex", "-1");
    const cell = this.#rows[to.row][to.column];
    cell.setAttribute("tabindex", "0");
    cell.focus();
    cell.scrollIntoView({ block: "nearest" });
  }

  /** @param {Element | undefined} cell @param {Event} [event] */
  #choose(cell, event) {
    event?.preventDefault();
    const chosen = cell && this.#emoji.get(cell);
    if (!chosen) return;
    recent.use(chosen);
    this.close({ focus: false });
    this.dispatchEvent(new CustomEvent("emoji-chosen", { detail: { emoji: chosen.emoji } }));
  }

  /** @param {Node | null} to */
  #left(to) {
    if (to && !this.contains(to) && !this.opener?.contains(to)) this.close({ focus: false });
  }

  /** @param {Node} at */
  #pressed(at) {
    if (!this.hidden && !this.contains(at) && !this.opener?.contains(at)) this.close({ focus: false });
  }
}

/** @param {string} name @param {string} className @returns {HTMLElement} */
const made = (name, className) => Object.assign(document.createElement(name), { className });

/** @template {Element} T @param {T} element @param {Record<string, string>} attributes @returns {T} */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** @param {string} role @param {...Element} children */
function around(role, ...children) {
  const box = set(made("div", `emoji-picker__${role}`), { role });
  box.append(...children);
  return box;
}

customElements.define("emoji-picker", EmojiPicker);
