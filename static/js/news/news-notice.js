// @ts-check
/**
 * `<news-notice>`: says at the edge of the screen that the page is no longer the newest, and leads
 * to what is. It moves nothing by itself: somebody is reading. `page.js` loads it with the first
 * frame that has something to say.
 */

import { NoticeModel } from "./notice-model.js";

const sheet = new URL("../../css/notice.css", import.meta.url).href;
/** Screen readers need to have met a live region before it speaks. */
const REGION_MS = 100;

export class NewsNotice extends HTMLElement {
  #model = new NoticeModel();
  #words = made("p", "news-notice__words");
  #act = made("a", "news-notice__act");
  #close = made("button", "news-notice__close");
  /** Where the keyboard was before it came here. @type {EventTarget|null} */ #before = null;
  #wired = false;

  connectedCallback() {
    document.addEventListener("keydown", this.#onKey);
    if (this.#wired) return;
    this.#wired = true;
    this.className = "news-notice";
    // There before its words are, or they would not be read out.
    this.#words.setAttribute("role", "status");
    this.#close.setAttribute("type", "button");
    this.#close.setAttribute("aria-label", "Dismiss this notice");
    this.#close.addEventListener("click", () => this.dismiss());
    this.addEventListener("focusin", ({ relatedTarget }) => {
      if (!this.contains(/** @type {Node|null} */ (relatedTarget))) this.#before = relatedTarget;
    });
    this.append(this.#words, this.#act, this.#close);
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#onKey);
  }

  /** @param {any} frame `news.changed`, or a `live.welcome` that asks for a reload */
  hear(frame) {
    if (this.#model.hear(frame)) this.#draw();
  }

  dismiss() {
    const held = this.contains(document.activeElement);
    this.#model.dismiss();
    this.#draw();
    if (held && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }

  #draw() {
    const { shown } = this.#model;
    this.classList.toggle("news-notice--shown", shown !== null);
    this.#act.hidden = this.#close.hidden = shown === null;
    this.#words.textContent = shown?.words ?? "";
    if (shown) this.#lead(shown);
  }

  /** A place is a link, this page again is a button. @param {import("./notice-model.js").Notice} to */
  #lead({ act, to }) {
    const element = made(to === null ? "button" : "a", "news-notice__act");
    element.textContent = act;
    if (to === null) {
      element.setAttribute("type", "button");
      element.addEventListener("click", () => location.reload());
    } else {
      element.setAttribute("href", to);
    }
    const held = this.#act === document.activeElement;
    this.#act.replaceWith(element);
    this.#act = element;
    if (held) element.focus({ preventScroll: true });
  }

  /** An open panel keeps its own Escape to itself. @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (this.#model.shown) this.dismiss();
  };
}

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
  await new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
  const element = new NewsNotice();
  // Before the launcher, so that the keyboard meets both in the order in which they are seen.
  const launcher = document.querySelector("chat-launcher");
  if (launcher) launcher.before(element);
  else document.body.append(element);
  await new Promise((done) => setTimeout(done, REGION_MS));
  return element;
}

customElements.define("news-notice", NewsNotice);
