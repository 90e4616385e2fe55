/**
 * `<chat-file>`: a file somebody said. A picture is fetched with the proof when it comes into view,
 * and shown from memory; anything else is a button that fetches and stores it. What came is never
 * opened as a page: a blob is a picture of a type we made ourselves, or bytes.
 *
 * Set `file` and `headers` before it comes into the page.
 *
 * @typedef {import("./file-send.js").Told} Told
 */

import { styled } from "../chat/sheets.js";
import { fetchFile } from "./file-send.js";
import { showLarge } from "./file-viewer.js";
import { fileWord, refusalWord, sizeWord } from "./file-words.js";

/** What the server makes anew; nothing else is ever drawn. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/webp"]);
/** Pictures kept in memory, so that a line drawn anew does not fetch them again. */
const KEPT = 40;
const AHEAD = "200px";

/** @type {Map<string, Promise<Blob>>} by id and proof */
const kept = new Map();

export class ChatFile extends HTMLElement {
  /** @type {Told} */
  file = /** @type {any} */ (this.file ?? null); // set before this was known to be a chat-file
  /** @type {() => Record<string, string> | Promise<Record<string, string>>} */
  headers = this.headers ?? (() => ({}));
  #built = false;
  #url = "";
  /** @type {IntersectionObserver | null} */
  #near = null;

  connectedCallback() {
    styled("files").catch(reportError);
    this.classList.toggle("chat-file--after", Boolean(this.previousSibling)); // words count too
    if (!this.#built) this.#build();
    if (this._picture && !this.#url) this.#await();
  }

  disconnectedCallback() {
    this.#near?.disconnect();
    // A line that is only moved comes back in the same turn.
    queueMicrotask(() => {
      if (this.isConnected || !this.#url) return;
      URL.revokeObjectURL(this.#url);
      this.#url = "";
    });
  }

  #build() {
    this.#built = true;
    const { name, kind, size, width = 0, height = 0 } = this.file;
    this.replaceChildren(); // until now its name stood here
    if (PICTURES.has(kind) && width && height) {
      this._picture = Object.assign(document.createElement("img"), { alt: "", decoding: "async", hidden: true });
      const button = make("button", "chat-file__picture", this._picture);
      button.setAttribute("aria-label", fileWord("open", { name }));
      button.style.setProperty("--ratio", String(width / height));
      button.style.setProperty("--wide", `${width}px`);
      button.addEventListener("click", () => this.#pressed());
      this.append(button);
      return;
    }
    const words = make("span", "chat-file__words", make("bdi", "chat-file__name", name), make("span", "chat-file__size", sizeWord(size)));
    const sign = make("span", "chat-file__sign", ending(name));
    sign.setAttribute("aria-hidden", "true");
    const button = make("button", "chat-file__attachment", sign, words);
    button.setAttribute("aria-label", fileWord("download", { name, size: sizeWord(size) }));
    button.addEventListener("click", () => this.download());
    this._state = make("p", "chat-file__state");
    this._state.setAttribute("role", "status");
    this.append(button, this._state);
  }

  #await() {
    this.#near = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      this.#near?.disconnect();
      void this.#show();
    }, { rootMargin: AHEAD });
    this.#near.observe(this);
  }

  async #show() {
    this.classList.remove("chat-file--lost");
    this.querySelector(".chat-file__lost")?.remove();
    try {
      const blob = await picture(this.file, await this.headers());
      if (!this.isConnected) return;
      this.#url = URL.createObjectURL(blob);
      const shown = /** @type {HTMLImageElement} */ (this._picture);
      shown.src = this.#url;
      shown.hidden = false;
    } catch (error) {
      this.classList.add("chat-file--lost");
      const gone = /** @type {any} */ (error)?.code === "not_found";
      this.firstElementChild?.append(make("span", "chat-file__lost", fileWord(gone ? "missing" : "lost")));
    }
  }

  #pressed() {
    if (this.classList.contains("chat-file--lost")) void this.#show();
    else if (this.#url) void showLarge({ file: this.file, small: this.#url, fetch: () => this.#whole(), save: () => this.download() });
  }

  async #whole() {
    return fetchFile(this.file.id, await this.headers()).then(drawable);
  }

  /** Fetch it and hand it to the browser to store. */
  async download() {
    if (this._state) this._state.textContent = "";
    try {
      const blob = await fetchFile(this.file.id, await this.headers());
      // Typed as nothing a browser opens: stored, whatever it holds, and never shown as a page.
      const url = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
      Object.assign(document.createElement("a"), { href: url, download: this.file.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      const refusal = /** @type {any} */ (error);
      if (this._state) this._state.textContent = refusal.code === "not_found" ? fileWord("missing") : refusalWord(refusal);
    }
  }
}

/** @param {Told} file @param {Record<string, string>} headers @returns {Promise<Blob>} the one for the thread */
function picture({ id }, headers) {
  const key = [id, ...Object.values(headers)].join(" ");
  let coming = kept.get(key);
  if (!coming) {
    coming = fetchFile(id, headers, { small: true }).then(drawable);
    coming.catch(() => kept.delete(key));
  }
  kept.delete(key);
  kept.set(key, coming); // the newest stands last
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  return coming;
}

/** @param {Blob} blob */
function drawable(blob) {
  if (!PICTURES.has(blob.type)) throw { code: "bad_field", message: "" };
  return blob;
}

/** @param {string} name @returns {string} "PDF" */
function ending(name) {
  return /\.([A-Za-z0-9]{1,4})$/.exec(name)?.[1].toUpperCase() ?? "";
}

/** @param {string} tag @param {string} name @param {...(Node | string)} children */
function make(tag, name, ...children) {
  const element = Object.assign(document.createElement(tag), { className: name });
  if (element instanceof HTMLButtonElement) element.type = "button";
  element.append(...children);
  return element;
}

customElements.define("chat-file", ChatFile);
