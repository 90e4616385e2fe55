// @ts-check
/**
 * `<ask-offer>`: a button beside words of the article that were selected, "Ask about this". It opens
 * the chat with the words quoted. `page.js` loads it with the first selection.
 *
 * It stands in the selected paragraph, behind its words: so Tab leads from the selection to it. It
 * is drawn at the end of the selection, below it: on phones the browser's own menu comes above.
 */

import { say } from "../point/point-words.js";
import { styled } from "../chat/sheets.js";
import { quotable } from "./quote-model.js";

/** A selection that rests this long is made. */
const RESTS_MS = 200;
const GAP_PX = 8;
/** Selection handles hang below the last line. */
const HANDLE_PX = 28;
const EDGE_PX = 8;

const fingers = matchMedia("(pointer: coarse)");

export class AskOffer extends HTMLElement {
  /** @type {import("./quote-model.js").Quote | null} */
  #quote = null;
  /** @type {Range | null} */
  #range = null;
  #button = document.createElement("button");

  connectedCallback() {
    if (this.firstChild) return;
    this.className = "ask-offer";
    this.#button.type = "button";
    this.#button.className = "ask-offer__button";
    this.#button.textContent = say("ask");
    // The press must not take the selection away before it is quoted.
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#button.addEventListener("mousedown", (event) => event.preventDefault());
    this.#button.addEventListener("click", () => this.#ask());
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.hide());
    this.append(this.#button);
  }

  /** @param {import("./quote-model.js").Quote} quote @param {Range} range @param {Element} block */
  show(quote, range, block) {
    this.#quote = quote;
    this.#range = range;
    if (this.parentElement !== block) block.append(this);
    this.hidden = false;
    this.place();
  }

  hide() {
    this.hidden = true;
    this.#quote = this.#range = null;
  }

  /**
   * Not every browser goes on from the selection: where nothing has the keyboard, Tab comes here.
   * @returns {boolean} whether it did
   */
  takesFocus() {
    if (this.hidden || !document.activeElement?.contains(this) || document.activeElement === this.#button) return false;
    this.#button.focus({ preventScroll: true });
    return true;
  }

  /** Below the end of the selection, and always on the screen while that is. */
  place() {
    if (!this.#range) return;
    const rects = this.#range.getClientRects();
    const last = rects[rects.length - 1] ?? this.#range.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this;
    const rtl = getComputedStyle(this).direction === "rtl";
    const below = last.bottom + (fingers.matches ? HANDLE_PX : GAP_PX);
    const left = rtl ? last.left : last.right - width;
    const bounds = { x: document.documentElement.clientWidth - width - EDGE_PX, y: innerHeight - height - EDGE_PX };
    this.style.setProperty("left", `${Math.max(EDGE_PX, Math.min(left, bounds.x))}px`);
    this.style.setProperty("top", `${Math.max(EDGE_PX, Math.min(below, bounds.y))}px`);
  }

  async #ask() {
    const quote = this.#quote;
    this.hide();
    getSelection()?.removeAllRanges();
    const launcher = /** @type {any} */ (document.querySelector("chat-launcher"));
    if (!quote || !launcher) return;
    const [quoting] = await Promise.all([import("./quoting.js"), launcher.open()]);
    quoting.quote(document.querySelector("chat-panel > chat-composer"), quote);
  }
}

customElements.define("ask-offer", AskOffer);

/**
 * Offer to ask about whatever is selected in the article from now on.
 * @param {Element} body the article's text
 */
export async function attend(body) {
  await styled("quote").catch(() => {});
  const offer = new AskOffer();
  let pressed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let due;

  const look = () => {
    const chosen = pressed || !chatIsOffered() ? null : selected(body, offer);
    if (chosen) offer.show(chosen.quote, chosen.range, chosen.block);
    else if (!offer.contains(document.activeElement)) offer.hide();
  };
  const soon = () => {
    clearTimeout(due);
    due = setTimeout(look, RESTS_MS);
  };
  const press = (/** @type {boolean} */ is) => () => {
    pressed = is;
    soon();
  };
  const place = () => offer.place();
  const passive = { passive: true, capture: true };
  document.addEventListener("selectionchange", soon);
  document.addEventListener("pointerdown", press(true), passive);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, press(false), passive);
  document.addEventListener("scroll", place, passive);
  addEventListener("resize", place);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") offer.hide();
    else if (event.key === "Tab" && !event.shiftKey && offer.takesFocus()) event.preventDefault();
  });
  look();
}

/** Where chat is hidden there is nobody to be asked. */
function chatIsOffered() {
  const launcher = document.querySelector("chat-launcher");
  return launcher instanceof HTMLElement && !launcher.hidden;
}

/** @param {Element} body @param {Element} offer */
function selected(body, offer) {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || offer.contains(document.activeElement)) return null;
  const range = selection.getRangeAt(0);
  if (!body.contains(range.commonAncestorContainer)) return null;
  const block = blockOf(range.startContainer, body);
  const text = quotable(selection.toString());
  const { article, revision } = document.body.dataset;
  if (!block || !text || !article || !revision) return null;
  const title = document.querySelector("h1")?.textContent?.trim() ?? "";
  const from = { article: Number(article), revision: Number(revision), title, url: location.pathname };
  const quote = { ...from, paragraph: block.id, text };
  return { quote, range, block: standing(range, body) ?? block };
}

/**
 * Where the button may stand: behind the last words, but never within a table's rows.
 * @param {Range} range @param {Element} body
 */
function standing(range, body) {
  const end = blockOf(range.endContainer, body);
  return end?.closest(".table-scroll") ?? end;
}

/** The block of the article a place lies in. @param {Node} node @param {Element} body */
function blockOf(node, body) {
  const element = node instanceof Element ? node : node.parentElement;
  const block = element?.closest("[id]");
  return block && body.contains(block) && block !== body ? block : null;
}
