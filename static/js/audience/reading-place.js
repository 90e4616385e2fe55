// @ts-check
/**
 * Where in the article a visitor reads, for the agent who reads along. Loaded only once he has
 * opened chat: before, where he reads is nobody's business and nothing of it is even looked up.
 */

import { placeIn } from "./reading-place-model.js";

/** A move is told at most so late, and no oftener. */
const EVERY_MS = 1_000;

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
