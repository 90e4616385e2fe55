// @ts-check
/**
 * `<breaking-bar>`: one line with the story that is breaking and a way to be rid of it. It stands at
 * the edge of the screen and moves nothing. `page.js` loads it where the page came with one, and with
 * the first frame that tells of one.
 */

import { styled } from "../chat/sheets.js";
import { BreakingModel } from "./breaking-model.js";
import { say } from "./news-words.js";
import { isPaused, onPause } from "./pausing.js";

const KEY = "portal.breaking-dismissed";
const SHOWN = "breaking--shown";
/** Empty, but there for who listens. */
const WAITS = "breaking--waits";
/** Screen readers need to have met a live region before it speaks. */
const REGION_MS = 100;

const model = new BreakingModel({
  here: Number(document.body.dataset.article) || 0,
  dismissed: remembered(),
  paused: isPaused(),
});

export class BreakingBar extends HTMLElement {
  #wired = false;
  #close = made("button", "breaking__close", { type: "button", "aria-label": say("dismiss") });
  /** Where the keyboard was before it came here. @type {EventTarget|null} */ #before = null;

  connectedCallback() {
    document.addEventListener("keydown", this.#onKey);
    if (this.#wired) return;
    this.#wired = true;
    this.#close.addEventListener("click", () => this.dismiss());
    this.append(this.#close);
    this.addEventListener("focusin", ({ relatedTarget }) => {
      if (!this.contains(/** @type {Node|null} */ (relatedTarget))) this.#before = relatedTarget;
    });
    new ResizeObserver(() => this.#makeRoom()).observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @param {import("./breaking-model.js").Story|null} story */
  draw(story) {
    const link = this.querySelector("a");
    if (link?.getAttribute("href") !== story?.url || link?.textContent !== story?.title) this.#write(story);
    this.classList.toggle(SHOWN, story !== null);
    this.classList.toggle(WAITS, story === null);
    this.#close.hidden = story === null;
    this.#makeRoom();
  }

  /** @param {import("./breaking-model.js").Story|null} story */
  #write(story) {
    const label = made("strong", "breaking__label");
    const link = made("a", "breaking__link", { href: story?.url ?? "" });
    label.textContent = say("breaking");
    link.textContent = story?.title ?? "";
    this.querySelector(".breaking__words")?.replaceChildren(...(story ? [label, " ", link] : []));
  }

  dismiss() {
    const held = this.contains(document.activeElement);
    if (!model.dismiss()) return;
    remember(model.dismissed);
    this.draw(model.shown);
    if (held && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }

  /** The notice above it, the page's end below it, and what takes the keyboard keep clear of it. */
  #makeRoom() {
    const { style } = document.documentElement;
    if (this.classList.contains(SHOWN)) style.setProperty("--breaking-room", `${this.offsetHeight + 8}px`);
    else style.removeProperty("--breaking-room");
  }

  /** Escape within it: elsewhere it belongs to whoever has the keyboard. @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (!this.contains(document.activeElement)) return;
    event.preventDefault();
    this.dismiss();
  };
}

/** @param {string} tag @param {string} name @param {Record<string, string>} [attributes] */
function made(tag, name, attributes = {}) {
  const element = document.createElement(tag);
  element.className = name;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** @returns {number[]} */
function remembered() {
  try {
    return numbers(localStorage.getItem(KEY));
  } catch {
    return []; // denied: the page remembers for itself
  }
}

/** @param {string|null} written @returns {number[]} */
function numbers(written) {
  const found = JSON.parse(written ?? "[]");
  return Array.isArray(found) ? found.filter(Number.isSafeInteger) : [];
}

/** @param {number[]} dismissed */
function remember(dismissed) {
  try {
    localStorage.setItem(KEY, JSON.stringify(dismissed));
  } catch {
    // Denied: then it holds for this page.
  }
}

/** @type {BreakingBar|null} the one that came with the page, or was made for what came later */
let bar = null;
/** @type {Promise<unknown>} one frame after the other, each once somebody looks */
let turn = Promise.resolve();

/** The page came with a bar: show it, unless it was dismissed. */
function arrived() {
  const found = document.querySelector("breaking-bar");
  if (!(found instanceof BreakingBar) || bar) return;
  bar = found;
  const link = bar.querySelector("a");
  const story = {
    article: Number(bar.dataset.article),
    title: link?.textContent ?? "",
    url: link?.getAttribute("href") ?? "",
  };
  model.found(story);
  bar.draw(model.shown);
  place(bar);
}

/**
 * Take a `news.breaking`; null: the page came with a bar.
 * @param {any} frame
 */
export function tell(frame) {
  arrived();
  if (!frame) return;
  turn = turn.then(seen).then(async () => {
    if (model.hear(frame)) await show();
  }).catch(reportError);
}

async function show() {
  if (!bar) {
    if (!model.shown) return;
    await styled("breaking").catch(() => {});
    bar = /** @type {BreakingBar} */ (made("breaking-bar", `breaking ${WAITS} breaking--come`, { role: "region" }));
    bar.setAttribute("aria-label", say("breakingNews"));
    bar.append(made("p", "breaking__words"));
    place(bar);
  }
  const words = bar.querySelector(".breaking__words");
  if (words && !words.hasAttribute("role")) {
    words.setAttribute("role", "status");
    await new Promise((done) => setTimeout(done, REGION_MS));
  }
  bar.draw(model.shown);
}

/** Somebody who is elsewhere hears of it when he comes back. */
async function seen() {
  while (document.visibilityState !== "visible") {
    await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  }
}

/** Beside what else is at the edge, so that the keyboard meets all of it in one place. @param {Element} element */
function place(element) {
  const launcher = document.querySelector("news-notice, chat-launcher");
  if (launcher) launcher.before(element);
  else document.body.append(element);
}

onPause((paused) => {
  if (model.pause(paused)) show();
});
addEventListener("storage", ({ key, newValue }) => {
  if (key === KEY && newValue && model.know(remembered())) bar?.draw(model.shown);
});

customElements.define("breaking-bar", BreakingBar);
