// @ts-check
/**
 * Keeps the lists of the most read in order while their numbers move. Loaded when one has
 * overtaken another. Rows change places within their list and nothing around it moves; never under a pointer
 * or a focus, never while numbers are paused, and without being announced. What would be among them
 * by now and is not on the page comes with the next page: no reader is told of it here.
 */

import { ranked } from "./most-read-model.js";

const LISTS = ".ranking__list";
const MOVE_MS = 250;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Lists that wait until nobody is in them. @type {WeakSet<Element>} */
const waiting = new WeakSet();

/** Put every list of the page in order, now or as soon as nobody is in it. */
export function settle() {
  for (const list of document.querySelectorAll(LISTS)) settleOne(list);
}

/** @param {Element} list */
function settleOne(list) {
  const right = paused() ? null : ranked(rows(list));
  if (!right) return;
  if (list.matches(":hover, :focus-within")) wait(list);
  else place(list, right.map((row) => row.item));
}

const paused = () => document.querySelector("[data-pause-counts]")?.getAttribute("aria-pressed") === "true";

/** @param {Element} list */
function rows(list) {
  return [...list.children].map((item) => {
    const count = item.querySelector("live-count");
    return {
      item: /** @type {HTMLElement} */ (item),
      article: count?.getAttribute("article") ?? "",
      clicks: Number(count?.getAttribute("clicks")),
    };
  });
}

/** @param {Element} list */
function wait(list) {
  if (waiting.has(list)) return;
  waiting.add(list);
  const left = new AbortController();
  const look = () => {
    if (list.matches(":hover, :focus-within")) return;
    left.abort();
    waiting.delete(list);
    settleOne(list);
  };
  // A focus has moved on only after it was told that it moves.
  for (const name of ["pointerleave", "focusout"]) {
    list.addEventListener(name, () => setTimeout(look), { signal: left.signal });
  }
}

/**
 * @param {Element} list
 * @param {HTMLElement[]} items
 */
function place(list, items) {
  const before = items.map((item) => item.offsetTop);
  list.append(...items);
  if (calm.matches) return;
  items.forEach((item, at) => {
    const by = (before[at] ?? 0) - item.offsetTop;
    if (by) {
      item.animate([{ transform: `translateY(${by}px)` }, {}], { duration: MOVE_MS, easing: "ease-out" });
    }
  });
}
