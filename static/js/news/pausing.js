// @ts-check
/**
 * A reader's choice not to be told while he reads (WCAG 2.2.2). It holds for all pages, and until he
 * takes it back: in the notice, or by the switch at the foot of the page, which is drawn hidden and
 * shown once something came that it could hold back.
 */

const KEY = "portal.news-paused";

/** @type {Set<(paused: boolean) => void>} */
const listeners = new Set();
let paused = remembered();

/** Whether news waits. */
export const isPaused = () => paused;

/** Hear of the choice, whoever makes it. @param {(paused: boolean) => void} listener */
export const onPause = (listener) => void listeners.add(listener);

/** @param {boolean} chosen */
export function pause(chosen) {
  try {
    if (chosen) localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  } catch {
    // Denied: then it holds for this page.
  }
  turn(chosen);
}

/** @param {boolean} chosen */
function turn(chosen) {
  paused = chosen;
  draw();
  for (const listener of listeners) listener(paused);
}

function remembered() {
  try {
    return localStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

function draw() {
  const button = document.querySelector("[data-pause-news]");
  button?.removeAttribute("hidden");
  button?.setAttribute("aria-pressed", String(paused));
}

draw();
document.querySelector("[data-pause-news]")?.addEventListener("click", () => pause(!paused));
addEventListener("storage", ({ key, newValue }) => {
  if (key === KEY) turn(newValue === "1"); // another tab chose
});
