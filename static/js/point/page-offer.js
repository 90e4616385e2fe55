// @ts-check
/**
 * `<page-offer>`: a line in the corner that says something about the article, with perhaps one
 * thing to do about it. While the panel is open it stands in it, above where one writes: there one
 * looks, and on a phone nothing else is seen. It takes no focus and moves nothing.
 */

import { say } from "./point-words.js";
import { styled } from "../chat/sheets.js";

/** Screen readers need to have met a live region before it speaks. */
const REGION_MS = 100;

/** @typedef {{words: string, act?: string, to?: string, does?: () => void, dismissed?: () => void}} Offer */

export class PageOffer extends HTMLElement {
  #words = made("p", "page-offer__words");
  #act = made("a", "page-offer__act");
  #close = made("button", "page-offer__close");
  /** @type {Offer | null} */
  #offer = null;
  /** Where the keyboard was before it came here. @type {EventTarget | null} */
  #before = null;
  #watcher = new MutationObserver(() => this.place());

  connectedCallback() {
    if (this.firstChild) return;
    this.className = "page-offer";
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", say("hint"));
    this.#words.setAttribute("role", "status");
    this.#close.setAttribute("type", "button");
    this.#close.setAttribute("aria-label", say("dismiss"));
    this.#close.addEventListener("click", () => this.#dismiss());
    this.addEventListener("focusin", ({ relatedTarget }) => {
      if (!this.contains(/** @type {Node | null} */ (relatedTarget))) this.#before = relatedTarget;
    });
    this.addEventListener("keydown", (event) => this.#key(event));
    this.append(this.#words, this.#act, this.#close);
  }

  /** @param {Offer | null} offer */
  show(offer) {
    const held = this.contains(document.activeElement);
    this.#offer = offer;
    this.classList.toggle("page-offer--shown", offer !== null);
    this.#words.textContent = offer?.words ?? "";
    this.#lead(offer);
    this.#close.hidden = !offer;
    if (!offer && held && this.#before instanceof HTMLElement) this.#before.focus({ preventScroll: true });
  }

  /** Stand where one looks: in the open panel, else on the page. */
  place() {
    const panel = document.querySelector("chat-panel:not([hidden])");
    const before = panel?.querySelector("chat-composer") ?? document.querySelector("chat-launcher");
    if (before && before.previousElementSibling !== this) before.before(this);
    else if (!before && !this.isConnected) document.body.append(this);
    // Set aside with the page behind a sheet, it could not be reached there.
    this.inert = false;
    this.removeAttribute("data-chat-aside");
    const launcher = document.querySelector("chat-launcher");
    if (launcher) this.#watcher.observe(launcher, { attributeFilter: ["open"] });
  }

  /** @param {Offer | null} offer */
  #lead(offer) {
    const link = Boolean(offer?.to);
    const act = made(link ? "a" : "button", "page-offer__act");
    act.textContent = offer?.act ?? "";
    act.hidden = !offer?.act;
    if (link) act.setAttribute("href", offer?.to ?? "");
    else act.setAttribute("type", "button");
    act.addEventListener("click", () => {
      this.show(null);
      offer?.does?.();
    });
    this.#act.replaceWith(act);
    this.#act = act;
  }

  #dismiss() {
    const { dismissed } = this.#offer ?? {};
    this.show(null);
    dismissed?.();
  }

  /** Escape on it puts it away, and not the panel it may stand in. @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape" || event.isComposing || !this.#offer) return;
    event.preventDefault();
    event.stopPropagation();
    this.#dismiss();
  }
}

/** @param {string} tag @param {string} name */
function made(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}

/** @type {Promise<PageOffer> | undefined} */
let there;

/**
 * Show this and nothing else; null takes away what is shown.
 * @param {Offer | null} offer
 */
export async function offer(offer) {
  const element = await (there ??= placed());
  element.place();
  element.show(offer);
}

async function placed() {
  await styled("point").catch(() => {});
  const element = new PageOffer();
  element.place();
  await new Promise((done) => setTimeout(done, REGION_MS));
  return element;
}

customElements.define("page-offer", PageOffer);
