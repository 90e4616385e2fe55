/**
 * `<file-tray>`: the files that go with the next message, above the field. Shows how far each has
 * got, takes one off, tries one again; says the limits before anything is sent.
 *
 * Event: "files-change" after every change of `files`, `busy` or `failed`.
 *
 * @typedef {import("./tray-model.js").Chip} Chip
 * @typedef {import("./file-send.js").Told} Told
 */

import { styled } from "../chat/sheets.js";
import { fileTerms, giveBack, sendFile } from "./file-send.js";
import { fileWord, refusalWord, sizeWord } from "./file-words.js";
import { TrayModel } from "./tray-model.js";

/** A browser shows these itself; the preview never leaves this page. */
const SHOWN = /^image\/(jpeg|png|gif|webp)$/;

export class FileTray extends HTMLElement {
  /** The proof, asked for anew with every file. @type {() => Record<string, string> | Promise<Record<string, string>>} */
  headers = () => ({});
  /** @type {Map<number, HTMLElement>} */
  #shown = new Map();
  /** @type {Map<File, string>} */
  #previews = new Map();
  #model = new TrayModel({
    send: async (file, onProgress, signal) => sendFile({ file, headers: await this.headers(), onProgress, signal }),
    giveBack: async (id) => giveBack(id, await this.headers()),
  });
  #built = false;

  connectedCallback() {
    if (this.#built) return;
    this.#built = true;
    styled("files").catch(reportError);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", fileWord("tray"));
    this._chips = make("ul", "file-tray__chips");
    this._notes = make("p", "file-tray__notes");
    this._notes.setAttribute("role", "alert");
    this._status = make("p", "file-tray__status");
    this._status.setAttribute("role", "status");
    this.append(this._chips, this._notes, this._status);
    this.#model.addEventListener("change", () => this.#render());
    this.addEventListener("click", (event) => this.#pressed(event));
    this.#render();
  }

  /** What the server keeps, in the order in which it was chosen. @returns {Told[]} */
  get files() {
    return this.#model.files;
  }

  get ids() {
    return this.files.map(({ id }) => id);
  }

  /** Whether a file is still on its way. */
  get busy() {
    return this.#model.busy;
  }

  /** Whether one was refused and lies here still. */
  get failed() {
    return this.#model.failed;
  }

  /** Whether nothing lies here. */
  get empty() {
    return this.#model.chips.length === 0;
  }

  /** Take files; they go up at once. @param {Iterable<File>} files */
  async add(files) {
    const terms = await fileTerms();
    const { tooLarge, tooMany } = this.#model.add(files, terms);
    const size = sizeWord(terms.largest_bytes);
    const notes = tooLarge.map(({ name }) => fileWord("tooLarge", { name, size }));
    if (tooMany.length) notes.push(fileWord("tooMany", { n: terms.files_most }));
    this._notes.textContent = notes.join(" ");
    this.#render();
  }

  /** Take what is there, to say it. @returns {Told[]} */
  take() {
    this._notes.textContent = "";
    return this.#model.take();
  }

  /** Put back what could not be said. @param {Told[]} files */
  putBack(files) {
    this.#model.putBack(files);
  }

  #render() {
    const { chips } = this.#model;
    const keys = new Set(chips.map(({ key }) => key));
    for (const [key, element] of this.#shown) {
      if (keys.has(key)) continue;
      const hadFocus = element.contains(document.activeElement);
      element.remove();
      this.#shown.delete(key);
      if (hadFocus) this.dispatchEvent(new CustomEvent("files-emptied", { bubbles: true }));
    }
    for (const chip of chips) this.#chip(chip);
    this.hidden = !chips.length && !this._notes.textContent;
    const text = !this.busy && this.files.length ? fileWord("ready", { n: this.files.length }) : "";
    if (this._status.textContent !== text) this._status.textContent = text;
    this.#forgetPreviews();
    this.dispatchEvent(new Event("files-change"));
  }

  /** @param {Chip} chip */
  #chip(chip) {
    let element = this.#shown.get(chip.key);
    if (!element) {
      element = this.#made(chip);
      this.#shown.set(chip.key, element);
      this._chips.append(element);
    }
    const { state, share, refusal } = chip;
    element.className = `file-chip file-chip--${state}`;
    element.style.setProperty("--share", `${Math.round(share * 100)}%`);
    const says = state === "sending" ? fileWord(share < 1 ? "sending" : "looking", { n: Math.round(share * 100) })
      : state === "failed" && refusal ? refusalWord(refusal)
      : state === "waiting" && refusal ? refusalWord(refusal)
      : state === "waiting" ? fileWord("waiting")
      : sizeWord(chip.size);
    part(element, "name").textContent = chip.name;
    if (part(element, "state").textContent !== says) part(element, "state").textContent = says;
    part(element, "retry").hidden = state !== "failed" || !chip.file;
    part(element, "remove").setAttribute("aria-label", fileWord("remove", { name: chip.name }));
    part(element, "retry").setAttribute("aria-label", fileWord("retry", { name: chip.name }));
  }

  /** @param {Chip} chip */
  #made(chip) {
    const element = make("li", "");
    element.dataset.key = String(chip.key);
    const face = make("span", "file-chip__face");
    face.setAttribute("aria-hidden", "true");
    if (chip.file && SHOWN.test(chip.file.type)) {
      const url = URL.createObjectURL(chip.file);
      this.#previews.set(chip.file, url);
      const image = Object.assign(document.createElement("img"), { src: url, alt: "" });
      image.onerror = () => image.remove(); // it says of itself that it is a picture
      face.append(image);
    }
    const words = make("span", "file-chip__words");
    const name = make("bdi", "file-chip__name");
    const state = make("span", "file-chip__state");
    words.append(name, state);
    element.append(face, words, button("retry", "↻"), button("remove", "×"));
    return element;
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const pressed = /** @type {Element} */ (event.target).closest("button[data-does]");
    const key = Number(pressed?.closest("li")?.dataset.key);
    if (!(pressed instanceof HTMLElement) || !key) return;
    this._notes.textContent = "";
    if (pressed.dataset.does === "retry") this.#model.retry(key);
    else this.#model.remove(key);
  }

  /** A preview keeps its file in memory for as long as the page lives, unless it is let go. */
  #forgetPreviews() {
    for (const [file, url] of this.#previews) {
      if (this.#model.chips.some((chip) => chip.file === file || this.#shown.get(chip.key)?.querySelector(`img[src="${url}"]`))) continue;
      URL.revokeObjectURL(url);
      this.#previews.delete(file);
    }
  }
}

/** @param {HTMLElement} element @param {string} name @returns {HTMLElement} */
const part = (element, name) => /** @type {HTMLElement} */ (element.querySelector(`.file-chip__${name}`));

/** @param {string} tag @param {string} name */
function make(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}

/** @param {string} does @param {string} sign */
function button(does, sign) {
  const made = Object.assign(make("button", `file-chip__${does}`), { type: "button", textContent: sign });
  made.dataset.does = does;
  return made;
}

customElements.define("file-tray", FileTray);
