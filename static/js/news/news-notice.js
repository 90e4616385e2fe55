// @ts-check
/**
 * `<news-notice>`: says at the edge of the screen that the page is no longer the newest, and what
 * changed. It moves nothing by itself: somebody is reading. Pressed, it shows the newest version in
 * place. `page.js` loads it with the first frame that has something to say.
 */

import { styled } from "../chat/sheets.js";
import { compared, newest, show } from "./in-place.js";
import { row, say } from "./news-words.js";
import { NoticeModel } from "./notice-model.js";
import { isPaused, onPause, pause } from "./pausing.js";

/** Screen readers need to have met a live region before it speaks. */
const REGION_MS = 100;
/** Not all readers of an article ask for it in the same moment. */
const SPREAD_MS = 400;

/** @typedef {import("./notice-model.js").Act} Act */

export class NewsNotice extends HTMLElement {
  #model = new NoticeModel({ revision: Number(document.body.dataset.revision) || 0, paused: isPaused() });
  #words = made("p", "news-notice__words");
  #acts = made("div", "news-notice__acts");
  #close = made("button", "news-notice__close");
  /** Where the keyboard was before it came here. @type {EventTarget|null} */ #before = null;
  /** What can be shown. @type {import("./in-place.js").Version|null} */ #version = null;
  /** @type {HTMLElement|null} */ #first = null;
  #looking = false;
  #wired = false;

  connectedCallback() {
    document.addEventListener("keydown", this.#onKey);
    if (this.#wired) return;
    this.#wired = true;
    this.className = "news-notice";
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", say("about"));
    // There before its words are, or they would not be read out.
    this.#words.setAttribute("role", "status");
    this.#close.setAttribute("type", "button");
    this.#close.setAttribute("aria-label", say("dismiss"));
    this.#close.addEventListener("click", () => this.dismiss());
    this.addEventListener("focusin", ({ relatedTarget }) => {
      if (!this.contains(/** @type {Node|null} */ (relatedTarget))) this.#before = relatedTarget;
    });
    this.append(this.#words, this.#acts, this.#close);
    onPause((paused) => {
      if (this.#model.pause(paused)) this.#draw();
      this.#look();
    });
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @param {any} frame `news.changed`, or a `live.welcome` that asks for a reload */
  hear(frame) {
    if (this.#model.hear(frame)) this.#draw();
    stopCount(this.#model.withdrawn);
    this.#look();
  }

  dismiss() {
    const held = this.contains(document.activeElement);
    this.#model.dismiss();
    this.#draw();
    if (held && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }

  /** See what is new, once somebody looks: one after the other, the newest last. */
  async #look() {
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.#model.wanted) await this.#seeOne();
    } finally {
      this.#looking = false;
    }
  }

  async #seeOne() {
    await looked();
    await pauseFor(Math.random() * SPREAD_MS);
    const { wanted } = this.#model;
    const version = await newest(wanted).catch(() => null);
    // Asked for 4 and given 5, what is told of 5 is known already.
    const told = this.#model.found(version?.revision ?? wanted, version && compared(version));
    if (!told) return;
    this.#version = version; // of what was told; what tells nothing new is not shown either
    this.#draw();
  }

  #draw() {
    const { shown } = this.#model;
    const held = this.#acts.contains(document.activeElement);
    this.classList.toggle("news-notice--shown", shown !== null);
    this.#close.hidden = shown === null;
    this.#words.textContent = shown ? said(shown) : "";
    this.#acts.replaceChildren(...(shown?.acts ?? []).map((act, at) => this.#button(act, at === 0)));
    this.#acts.hidden = !shown?.acts.length;
    const next = this.#acts.querySelector("a, button") ?? this.#close;
    if (held && shown) /** @type {HTMLElement} */ (next).focus({ preventScroll: true });
  }

  /** A place is a link, what happens here is a button. @param {Act} act @param {boolean} main */
  #button(act, main) {
    const [words, does] = this.#doing(act);
    const element = made(typeof does === "string" ? "a" : "button", "news-notice__act");
    element.classList.toggle("news-notice__act--quiet", !main);
    element.textContent = words;
    if (typeof does === "string") {
      element.setAttribute("href", does);
    } else {
      element.setAttribute("type", "button");
      element.addEventListener("click", does);
    }
    return element;
  }

  /** @param {Act} act @returns {[string, string|(() => void)]} */
  #doing(act) {
    switch (act) {
      case "show": return [say("show"), () => this.#place()];
      case "first": return [say("first"), () => this.#toFirst()];
      case "pause": return [say("pause"), () => pause(true)];
      case "resume": return [say("resume"), () => pause(false)];
      case "front": return [say("front"), document.querySelector(".masthead__home")?.getAttribute("href") ?? "/"];
      case "reload": return [say("reload"), location.pathname + location.search];
      default: return [say("reload"), () => location.reload()];
    }
  }

  #place() {
    if (!this.#version) return;
    this.#first = show(this.#version, { isChanged: say("isChanged"), isNew: say("isNew") });
    this.#model.placed(this.#version.revision, this.#first !== null);
    this.#draw();
  }

  #toFirst() {
    const first = this.#first;
    this.dismiss();
    if (!first?.isConnected) return;
    if (!first.hasAttribute("tabindex")) first.tabIndex = -1;
    first.focus({ preventScroll: true });
    first.scrollIntoView({ block: "center" });
  }

  /** An open panel keeps its own Escape to itself. @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (this.#model.shown) this.dismiss();
  };
}

/** @param {import("./notice-model.js").Notice} notice */
function said({ about, changes }) {
  if (about !== "updated" || !changes) return say(about === "failed" ? "updated" : about);
  const parts = [
    changes.title && say("title"),
    changes.summary && say("summary"),
    ...(["changed", "added", "removed"].map((what) => {
      const n = changes[/** @type {"changed"} */ (what)];
      return n > 0 && say(/** @type {"changed"} */ (what), { n });
    })),
    changes.pictures && say("pictures"),
  ].filter((part) => typeof part === "string");
  return parts.length ? say("updatedIn", { parts: row(parts) }) : say("updated");
}

/** A withdrawn article is clicked no more: its number stands still, and nobody "reads it now". @param {boolean} stopped */
function stopCount(stopped) {
  const { article } = document.body.dataset;
  const [from, to] = stopped ? ["article", "data-withdrawn"] : ["data-withdrawn", "article"];
  for (const count of document.querySelectorAll(`live-count[${from}="${article}"], live-reading[${from}="${article}"]`)) {
    count.setAttribute(to, article ?? "");
    count.removeAttribute(from);
    if (count.localName === "live-reading") /** @type {HTMLElement} */ (count).hidden = stopped;
  }
}

/** Somebody who is elsewhere asks for nothing before he is back. */
async function looked() {
  while (document.visibilityState !== "visible") {
    await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
  }
}

/** @param {number} ms */
const pauseFor = (ms) => new Promise((done) => setTimeout(done, ms));

/** @param {string} tag @param {string} name */
function made(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}

/** @type {Promise<NewsNotice>|undefined} */
let notice;

/**
 * Give a frame to the page's notice.
 * @param {any} frame
 */
export async function tell(frame) {
  (await (notice ??= placed())).hear(frame);
}

/** Put it into the page once it can be drawn where it belongs: over the page, moving nothing. */
async function placed() {
  await styled("notice").catch(() => {});
  const element = new NewsNotice();
  // Before the launcher, so that the keyboard meets both in the order in which they are seen.
  const launcher = document.querySelector("chat-launcher");
  if (launcher) launcher.before(element);
  else document.body.append(element);
  await pauseFor(REGION_MS);
  return element;
}

customElements.define("news-notice", NewsNotice);
