// @ts-check
/**
 * How far an article is read. Before chat is opened that is the furthest quarter, which becomes
 * one of a sum; where in the text is told only to the agent who reads along, once it is.
 */

import { placeIn } from "./reading-place-model.js";

/** A move is told at most so late, and no oftener. */
const EVERY_MS = 1_000;

let furthest = 0;

/** @returns {{depth: number}} the furthest quarter of the text that was on the screen, in percent */
export function quarter() {
  furthest = Math.max(furthest, Math.floor((place().depth ?? 0) / 25) * 25);
  return { depth: furthest };
}

/** @returns {Partial<import("./reading-place-model.js").Place>} */
export function place() {
  // What holds other blocks is read by them: the innermost have the place.
  const blocks = [...document.querySelectorAll(".article__body [id]:not(:has([id]))")];
  const standing = blocks.map((block) => {
    const { top, bottom } = block.getBoundingClientRect();
    return { id: block.id, top, bottom };
  });
  return placeIn(standing, innerHeight) ?? {};
}

/**
 * Call back once after each move, at once if there was none for a second.
 * @param {() => void} moved
 */
export function follow(moved) {
  let toldAt = -Infinity;
  let due = false;
  const tell = () => {
    due = false;
    toldAt = performance.now();
    moved();
  };
  const soon = () => {
    if (due) return;
    due = true;
    setTimeout(tell, Math.max(0, toldAt + EVERY_MS - performance.now()));
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  tell();
}
