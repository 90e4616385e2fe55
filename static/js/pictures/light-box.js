// @ts-check
/**
 * `<light-box>`: the pictures of a page, one at a time and as large as the screen. Each is a link to
 * its largest rendition; this only saves the way there and back.
 */

import { LightBoxModel } from "./light-box-model.js";
import { say } from "./picture-words.js";

const SHEET = new URL("../../css/light-box.css", import.meta.url).href;
const LINKS = "a.figure__open";

/** The sheet is there before the first picture, or it would jump. @type {Promise<void> | undefined} */
let dressed;

/** @param {HTMLAnchorElement} link the one that was pressed */
export async function showPicture(link) {
  await (dressed ??= dress());
  const box = /** @type {LightBox} */ (document.createElement("light-box"));
  document.body.append(box);
  box.show([...document.querySelectorAll(LINKS)].map((each) => /** @type {HTMLAnchorElement} */ (each)), link);
}

/** @returns {Promise<void>} */
function dress() {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: SHEET });
  document.head.append(link);
  return new Promise((done, fail) => {
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => fail(new Error("the light box has no style sheet")));
  });
}

export class LightBox extends HTMLElement {
  #model = new LightBoxModel(1, 0);
  /** @type {HTMLAnchorElement[]} */ #links = [];
  /** @type {{x: number, y: number} | null} */ #finger = null;
  #dialog = made("dialog", "light-box");
  #figure = made("figure", "light-box__figure");
  #status = made("p", "light-box__status");
  #place = made("bdi", "light-box__place");
  #previous = this.#button("previous", -1);
  #next = this.#button("next", 1);
  #close = this.#button("close", 0);

  /** @param {HTMLAnchorElement[]} links @param {HTMLAnchorElement} first */
  show(links, first) {
    this.#links = links;
    const turned = getComputedStyle(document.documentElement).direction === "rtl";
    this.#model = new LightBoxModel(links.length, links.indexOf(first), turned);
    this.#build();
    this.#draw();
    this.#dialog.showModal();
    this.#dialog.addEventListener("close", () => {
      this.remove();
      first.focus({ preventScroll: true });
    });
    this.#close.focus();
  }

  #build() {
    const bar = made("p", "light-box__bar");
    bar.append(this.#previous, this.#place, this.#next, this.#close);
    this.#place.setAttribute("aria-hidden", "true");
    this.#status.setAttribute("role", "status");
    for (const each of [this.#previous, this.#place, this.#next]) each.hidden = !this.#model.several;
    this.#dialog.setAttribute("aria-label", this.#say("pictures"));
    this.#dialog.append(bar, this.#figure, this.#status);
    this.#dialog.addEventListener("keydown", this.#onKey);
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog || target === this.#figure) this.#dialog.close();
    });
    this.#figure.addEventListener("pointerdown", (event) => {
      this.#finger = event.pointerType === "touch" && event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
    });
    this.#figure.addEventListener("pointerup", ({ clientX, clientY }) => {
      const from = this.#finger;
      this.#finger = null;
      // A picture that was made larger by two fingers is moved by one.
      if (!from || (window.visualViewport?.scale ?? 1) > 1.05) return;
      if (this.#model.swipe(clientX - from.x, clientY - from.y)) this.#draw();
    });
    this.append(this.#dialog);
  }

  #draw() {
    const link = this.#links[this.#model.at];
    const caption = link.closest("figure")?.querySelector("figcaption");
    const words = made("figcaption", "light-box__caption");
    for (const node of caption?.childNodes ?? []) words.append(node.cloneNode(true));
    this.#figure.replaceChildren(large(link), ...(words.hasChildNodes() ? [words] : []));
    const { number, count } = this.#model.place;
    const figures = new Intl.NumberFormat(document.documentElement.lang || "en");
    this.#place.textContent = `${figures.format(number)} / ${figures.format(count)}`;
    this.#status.textContent = this.#model.several
      ? this.#say("place", { number: figures.format(number), count: figures.format(count) }) : "";
    // Stays where the keyboard is: a button that is disabled would lose it.
    this.#previous.setAttribute("aria-disabled", String(this.#model.first));
    this.#next.setAttribute("aria-disabled", String(this.#model.last));
    // The one after it is there when it is asked for.
    if (!this.#model.last) large(this.#links[this.#model.at + 1]);
  }

  /** @param {"previous" | "next" | "close"} what @param {number} steps */
  #button(what, steps) {
    const button = made("button", `light-box__button light-box__button--${what}`);
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", this.#say(what));
    button.addEventListener("click", () => {
      if (!steps) this.#dialog.close();
      else if (this.#model.turn(steps)) this.#draw();
    });
    return button;
  }

  /** What lies under it has keys of its own. @param {KeyboardEvent} event */
  #onKey = (event) => {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = this.#model.press(event.key);
    if (shown === null) return;
    event.preventDefault();
    if (shown) this.#draw();
  };

  /** @param {Parameters<typeof say>[1]} key @param {Record<string, string>} [values] */
  #say(key, values) {
    return say(document.documentElement.lang, key, values);
  }
}

/** The picture as the page has it, with a whole screen to choose a rendition for. @param {Element} link */
function large(link) {
  const picture = /** @type {Element} */ (link.querySelector("picture")?.cloneNode(true) ?? made("span", ""));
  for (const each of picture.querySelectorAll("source, img")) each.setAttribute("sizes", "100vw");
  const image = picture.querySelector("img");
  image?.setAttribute("class", "light-box__image");
  image?.removeAttribute("loading");
  return picture;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} name
 */
function made(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}

customElements.define("light-box", LightBox);
