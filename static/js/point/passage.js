// @ts-check
/**
 * Leads to a passage of the article on this page and marks it: scrolls, moves the focus there, and
 * lays a mark that stays until it is taken away, by its button or by Escape.
 *
 * @typedef {{paragraph: string, text?: string}} Passage
 */

import { findPassage } from "./find-passage-model.js";
import { say } from "./point-words.js";
import { styled } from "../chat/sheets.js";

const MARKED = "passage";
/** Under this name the style sheet colours the very words. */
const WORDS = "passage-words";
/** The panel may cover so much of a passage's side and no more. */
const COVERED_PX = 24;
/** A passage higher than this share of the screen is shown from its beginning. */
const HIGH = 0.6;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @type {(() => void) | null} takes away the mark there is */
let unmark = null;

/**
 * Go to a passage and mark it.
 * @param {Passage} passage
 * @param {{smooth?: boolean}} [how]  not smooth: the page has just come, there was no place before
 * @returns {Promise<"there" | "changed" | "gone">} gone: we are at the beginning of the article
 */
export async function goTo(passage, { smooth = true } = {}) {
  const elements = blocks();
  const page = elements.map((element) => ({ id: element.id, text: ownText(element) }));
  const found = findPassage(page, passage);
  await styled("point").catch(() => {});
  unmark?.();
  const element = found ? elements[found.index] : document.querySelector("h1");
  if (!(element instanceof HTMLElement)) return "gone";
  if (found) mark(element, rangeOf(element, found.from, found.to));
  leave(element);
  arrive(element, smooth && !calm.matches);
  return !found ? "gone" : found.by === "likeness" ? "changed" : "there";
}

/** Whether this page shows that article. @param {number} article */
export const isHere = (article) => Number(document.body.dataset.article) === article;

/** @returns {HTMLElement[]} all that has an address in the article's text */
function blocks() {
  return [...document.querySelectorAll(".article__body [id]")].filter((each) => each instanceof HTMLElement);
}

/** Text nodes of a block, not those of blocks within it. @param {Element} element @returns {Text[]} */
function textOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement?.closest("[id]") === element) found.push(/** @type {Text} */ (node));
  }
  return found;
}

/** @param {Element} element */
const ownText = (element) => textOf(element).map((node) => node.data).join("");

/** @param {Element} element @param {number} from @param {number} to @returns {Range | null} */
function rangeOf(element, from, to) {
  if (from === to) return null;
  const range = document.createRange();
  let at = 0;
  for (const node of textOf(element)) {
    const end = at + node.length;
    if (from >= at && from < end) range.setStart(node, from - at);
    if (to > at && to <= end) range.setEnd(node, to - at);
    at = end;
  }
  return range;
}

/** @param {HTMLElement} element @param {Range | null} range */
function mark(element, range) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "passage__close";
  close.setAttribute("aria-label", say("unmark"));
  close.addEventListener("click", () => unmark?.());
  element.classList.add(MARKED);
  // Within a table nothing may stand but its rows.
  (element.closest(".table-scroll") ?? element).append(close);
  const highlights = /** @type {any} */ (CSS).highlights;
  if (range && highlights) highlights.set(WORDS, new /** @type {any} */ (globalThis).Highlight(range));
  element.classList.toggle("passage--words", Boolean(range && highlights));
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) unmark?.();
  };
  document.addEventListener("keydown", escape);
  unmark = () => {
    unmark = null;
    const held = document.activeElement === close;
    close.remove();
    highlights?.delete(WORDS);
    element.classList.remove(MARKED, "passage--words");
    document.removeEventListener("keydown", escape);
    if (held) element.focus({ preventScroll: true });
  };
}

/** A panel that lies over the passage is closed; beside it, it stays. @param {HTMLElement} element */
function leave(element) {
  const panel = /** @type {any} */ (document.querySelector("chat-panel"));
  if (!panel || panel.hidden) return;
  const [over, under] = [panel.getBoundingClientRect(), element.getBoundingClientRect()];
  if (Math.min(over.right, under.right) - Math.max(over.left, under.left) > COVERED_PX) panel.close();
}

/** @param {HTMLElement} element @param {boolean} smooth */
function arrive(element, smooth) {
  const high = element.getBoundingClientRect().height > innerHeight * HIGH;
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  const block = high || element.localName === "h1" ? "start" : "center";
  element.scrollIntoView({ block, behavior: smooth ? "smooth" : "auto" });
}
