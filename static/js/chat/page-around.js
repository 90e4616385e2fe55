/**
 * The page around the panel, and its place on it: beside the page where there is room, which stays usable; on a
 * phone a sheet over everything, as high as the keyboard leaves room, and nothing behind it can be
 * reached.
 */

import { on } from "./build.js";

/** Up to here the panel is a sheet; chat.css has the same numbers. */
const SHEET = matchMedia("(max-width: 480px), (max-height: 420px)");

/** @returns {boolean} */
export const isSheet = () => SHEET.matches;

/** Fit the panel whenever the screen changes. @param {() => void} fit @param {AbortSignal} signal */
export function follow(fit, signal) {
  on(SHEET, "change", fit, { signal });
  on(visualViewport, "resize", fit, { signal });
  on(visualViewport, "scroll", fit, { signal });
}

/** @param {HTMLElement} panel @param {string} name */
export function fit(panel, name) {
  const sheet = isSheet() && !panel.hidden;
  setAside(panel, sheet);
  panel.setAttribute("role", sheet ? "dialog" : "complementary");
  panel.setAttribute("aria-label", name);
  if (sheet) panel.setAttribute("aria-modal", "true");
  else panel.removeAttribute("aria-modal");
  const { height, offsetTop } = visualViewport ?? { height: innerHeight, offsetTop: 0 };
  panel.style.setProperty("--chat-sheet-height", `${height}px`);
  panel.style.setProperty("--chat-sheet-top", `${offsetTop}px`);
}

/** @param {HTMLElement} panel @param {boolean} aside */
export function setAside(panel, aside) {
  document.documentElement.classList.toggle("chat-sheet-open", aside);
  for (const element of /** @type {Iterable<any>} */ (document.body.children)) {
    if (element === panel || element.tagName === "SCRIPT") continue;
    if (aside && !element.inert) element.setAttribute("data-chat-aside", "");
    if (element.hasAttribute("data-chat-aside")) element.inert = aside;
    if (!aside) element.removeAttribute("data-chat-aside");
  }
}

/** @returns {string} */
export function siteName() {
  const named = document.querySelector('meta[property="og:site_name"], meta[name="application-name"]');
  return named?.getAttribute("content") || location.hostname;
}

/** @returns {string} the title of the article on this page, "" on any other page */
export function articleTitle() {
  return document.body.dataset.article ? (document.querySelector("h1")?.textContent?.trim() ?? "") : "";
}
